import type { Platform } from "./platform.ts";
import { readBytes } from "./web/files.ts";
import { decodeImage, encodePng } from "./web/image.ts";
import { createSession } from "./web/session.ts";

export { configureWeb, type WebSettings } from "./web/session.ts";

/** The browser's implementation of {@link Platform}, on pages and in workers. */
export const platform: Platform = { name: "web", readBytes, decodeImage, encodePng, createSession };
