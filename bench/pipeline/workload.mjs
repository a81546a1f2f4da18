import { photos } from "../photos.mjs";

/** Pixels, the side of a training picture. */
export const side = 224;

/** Pictures a unit of work. */
export const picturesPerUnit = 256;

/** Paths of JPEG files of 256 x 256 pixels. */
export const files = () => photos({ count: picturesPerUnit, width: 256, height: 256 });
