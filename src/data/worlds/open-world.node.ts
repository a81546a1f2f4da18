import { prepareAtlas, type DrawingSet } from "./sprites/prepare.node.ts";
import { defaultStamps } from "./sprites/stamps.node.ts";
import { factorsIn, parseWorldSpec, type WorldSpec, type WorldSpecInput } from "./spec.ts";
import { World } from "./world.ts";

/** Where drawings are kept and found. */
export interface OpenWorldOptions {
  /** Folder of rendered drawings; made if missing. */
  readonly cacheDir: string;
  /** Folder of Debian's `tuxpaint-stamps-default`; where Debian puts it if absent. */
  readonly stamps?: string;
  /** Told now and then how many drawings are rendered. Not called if the cache serves. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * A world, ready to give scenes.
 * @throws {InputError} WORLD_INVALID, PACKAGE_MISSING, PACKAGE_MALFORMED, STAMPS_MISSING
 */
export async function openWorld(spec: WorldSpecInput, options: OpenWorldOptions): Promise<World> {
  const whole = parseWorldSpec(spec);
  const { stamps = defaultStamps, ...rest } = options;
  const atlas = await prepareAtlas({ ...rest, stamps, sets: drawingSets(whole), pictureSide: whole.side });
  return new World(whole, atlas);
}

/** The drawings that a world needs. */
function drawingSets(spec: WorldSpec): DrawingSet[] {
  const { kinds, emojiShare, styles, split } = spec;
  const hasSeries = (kinds.series ?? 0) > 0;
  const hasContrasts = hasSeries && factorsIn(spec).some((factor) => factor === "gender" || factor === "tone");
  return [
    "shapes",
    "glyphs",
    ...(emojiShare > 0 || hasSeries || split === "styles" ? (["emoji"] as const) : []),
    ...((kinds.people ?? 0) > 0 || hasContrasts ? (["people"] as const) : []),
    ...(styles.includes("stamp") ? (["stamps"] as const) : []),
  ];
}
