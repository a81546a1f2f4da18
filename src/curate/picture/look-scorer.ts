import { FoveaError } from "../../platform/error.ts";
import { pictureOf } from "../candidate.ts";
import type { Scorer } from "../stage.ts";
import { lookOf } from "./look.ts";

/** How the picture looks, whatever it shows: measured at no more than 256 pixels on its long side. Units are those of `Look`. */
export const lookScorer: Scorer = {
  id: "picture-look",
  version: "1",
  columns: {
    picture_brightest: "number",
    picture_darkest: "number",
    picture_entropy: "number",
    picture_colours: "number",
    picture_colour_share: "number",
    picture_laplacian: "number",
    picture_sharpness: "number",
  },
  score: (batch) =>
    Promise.all(
      batch.map(async (candidate) => {
        const picture = await pictureOf(candidate);
        if (picture instanceof FoveaError) return unreadable;
        const look = lookOf(picture.rgb);
        return {
          picture_brightest: look.brightest,
          picture_darkest: look.darkest,
          picture_entropy: look.entropy,
          picture_colours: look.colours,
          picture_colour_share: look.colourShare,
          picture_laplacian: look.laplacianVariance,
          picture_sharpness: look.sharpness,
        };
      }),
    ),
};

const unreadable = {
  picture_brightest: null,
  picture_darkest: null,
  picture_entropy: null,
  picture_colours: null,
  picture_colour_share: null,
  picture_laplacian: null,
  picture_sharpness: null,
};
