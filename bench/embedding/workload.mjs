import { photos } from "../photos.mjs";

/** Pictures a model call. */
export const batch = 8;

/** Pixels, the side of the model's input. */
export const side = 224;

/** Model calls a unit of the `model` benchmark. */
export const callsPerUnit = 4;

/** Files a unit of the `files` benchmark: five rounds go through a thousand. */
export const filesPerUnit = 200;

/**
 * The JPEG files: a thousand as in COCO, a thousand as from a camera whose pictures were made smaller for the web, and, of
 * some megabytes each, two hundred as they come from the camera.
 */
export const sizes = /** @type {const} */ ({
  small: { count: 1000, width: 640, height: 480 },
  large: { count: 1000, width: 1600, height: 1200, views: 50 },
  camera: { count: 200, width: 4000, height: 3000, views: 50 },
});

/** Their paths. @param {keyof typeof sizes} size */
export const files = (size) => photos(sizes[size]);

/** Normalised pixels of one batch, `[batch, 3, side, side]`, the same for every contender. */
export const pixels = () =>
  Float32Array.from({ length: batch * 3 * side * side }, (_, i) => ((i * 7919) % 1000) / 250 - 2);

/**
 * What the program's first argument asks for: `model` for ready pixels, or else files of a size.
 * @returns {"model" | keyof typeof sizes}
 */
export function mode() {
  const asked = process.argv[2];
  if (asked === "model" || asked === "small" || asked === "large" || asked === "camera") return asked;
  throw new Error(`${asked} is not model, small, large or camera`);
}

/** A contender's notes, the size of its files first. @param {ReturnType<typeof mode>} asked @param {string[]} rest */
export const notes = (asked, ...rest) =>
  asked === "model" ? rest : [`${sizes[asked].width} x ${sizes[asked].height} px`, ...rest];
