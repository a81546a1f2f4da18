import { FoveaError } from "../../platform/error.ts";
import { pictureOf } from "../candidate.ts";
import type { Scorer } from "../stage.ts";

/**
 * The picture's file: whether it can be read, its size, and a digest of its bytes. A picture that cannot be read has its error's code in
 * `picture_error`, what was found in `picture_fault`, and nothing else.
 */
export const fileScorer: Scorer = {
  id: "picture-file",
  version: "2",
  columns: {
    /** Code of the error, `null` if there is none. */
    picture_error: "text",
    /** What the error found, such as "corrupt JPEG data: ..."; `null` if there is none. */
    picture_fault: "text",
    /** Pixels of the file. */
    picture_width: "number",
    picture_height: "number",
    /** Pixels of the shorter side. */
    picture_side: "number",
    /** Longer side over shorter side, 1 or more. */
    picture_aspect: "number",
    picture_bytes: "number",
    /** First 128 bits of SHA-256, in hex. */
    picture_digest: "text",
  },
  score: (batch) =>
    Promise.all(
      batch.map(async (candidate) => {
        const picture = await pictureOf(candidate);
        if (picture instanceof FoveaError)
          return { ...unreadable, picture_error: picture.code, picture_fault: picture.found };
        const { width, height, bytes, digest } = picture;
        return {
          picture_error: null,
          picture_fault: null,
          picture_width: width,
          picture_height: height,
          picture_side: Math.min(width, height),
          picture_aspect: Math.max(width, height) / Math.min(width, height),
          picture_bytes: bytes.length,
          picture_digest: digest,
        };
      }),
    ),
};

const unreadable = {
  picture_width: null,
  picture_height: null,
  picture_side: null,
  picture_aspect: null,
  picture_bytes: null,
  picture_digest: null,
};
