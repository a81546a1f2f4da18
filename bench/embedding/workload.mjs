import { photos } from "../photos.mjs";

/** Pictures a model call. */
export const batch = 8;

/** Pixels, the side of the model's input. */
export const side = 224;

/** Model calls a unit of the `model` benchmark. */
export const callsPerUnit = 4;

/** Files a unit of the `files` benchmark: five rounds go through all thousand. */
export const filesPerUnit = 200;

/** Paths of the thousand JPEG files, 640 x 480 pixels. */
export const files = () => photos({ count: 1000, width: 640, height: 480 });

/** Normalised pixels of one batch, `[batch, 3, side, side]`, the same for every contender. */
export const pixels = () =>
  Float32Array.from({ length: batch * 3 * side * side }, (_, i) => ((i * 7919) % 1000) / 250 - 2);
