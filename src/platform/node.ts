import { readBytes } from "./node/files.ts";
import { decodeImage, encodePng } from "./node/image.ts";
import { createSession } from "./node/session.ts";
import { threads } from "./node/threads.ts";
import type { Platform } from "./platform.ts";

/** Node's implementation of {@link Platform}. */
export const platform: Platform = { name: "node", readBytes, decodeImage, encodePng, createSession, threads };
