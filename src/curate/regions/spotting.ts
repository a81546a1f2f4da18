import { platform } from "#platform";
import { FoveaError } from "../../platform/error.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { imageOf } from "../clip/picture-embeddings.ts";
import type { Candidate } from "../stage.ts";
import type { TextRegion } from "./text-map.ts";
import type { TextSpotter } from "./text-spotter.ts";

/** What the text stages need of a spotter. */
export type Spotter = Pick<TextSpotter, "detect" | "read">;

/** A picture at the size at which text is looked for, with the regions that show some. */
export interface DetectedText {
  readonly picture: RgbImage;
  readonly regions: readonly TextRegion[];
}

/** Long side at which text is looked for, pixels. */
const longSide = 640;

/** Larger pictures are not decoded: libvips' own limit, as for the stages that look at pictures. */
const maxPixels = 16_383 ** 2;

/** What was found, by spotter: kept as long as the candidates are, so that scorers share it. */
const known = new WeakMap<Spotter, WeakMap<Candidate, Promise<DetectedText | null>>>();

/** Looks for text in a candidate's picture, once, whichever scorers ask; `null` if the picture cannot be read. */
export function detectText(spotter: Spotter, candidate: Candidate): Promise<DetectedText | null> {
  const found = known.get(spotter) ?? new WeakMap<Candidate, Promise<DetectedText | null>>();
  known.set(spotter, found);
  const detected = found.get(candidate) ?? detect(spotter, candidate);
  found.set(candidate, detected);
  return detected;
}

async function detect(spotter: Spotter, candidate: Candidate): Promise<DetectedText | null> {
  const picture = await reducedPicture(candidate);
  return picture && { picture, regions: await spotter.detect(picture) };
}

/** The picture at the size at which text is looked for; `null` if it cannot be read. */
async function reducedPicture(candidate: Candidate): Promise<RgbImage | null> {
  try {
    const { width, height, rgb } = await candidate.picture();
    const image = await imageOf(candidate);
    if ("width" in image) return image;
    // The reduced pixels know how the file is to be turned; its header may not.
    const scale = Math.min(longSide, Math.max(width, height)) / Math.max(rgb.width, rgb.height);
    const size = { width: Math.round(rgb.width * scale), height: Math.round(rgb.height * scale) };
    return await platform.decodeImage(image, { maxPixels, resize: { ...size, fit: "fill" } });
  } catch (error) {
    if (error instanceof FoveaError) return null;
    throw error;
  }
}
