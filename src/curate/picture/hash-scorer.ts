import { FoveaError } from "../../platform/error.ts";
import { pictureOf } from "../candidate.ts";
import type { Scorer } from "../stage.ts";
import { fingerprintOf } from "./phash.ts";

/** The picture's fingerprint, for finding near-duplicates. */
export const hashScorer: Scorer = {
  id: "picture-hash",
  version: "1",
  columns: {
    /** 64-bit perceptual hash, 16 hex digits. */
    picture_hash: "text",
    /** The picture at 8 x 8 pixels, 192 bytes of RGB in base64. */
    picture_thumbnail: "text",
  },
  score: (batch) =>
    Promise.all(
      batch.map(async (candidate) => {
        const picture = await pictureOf(candidate);
        if (picture instanceof FoveaError) return { picture_hash: null, picture_thumbnail: null };
        const { hash, thumbnail } = fingerprintOf(picture.rgb);
        return {
          picture_hash: hash.map((word) => word.toString(16).padStart(8, "0")).join(""),
          picture_thumbnail: btoa(String.fromCharCode(...thumbnail)),
        };
      }),
    ),
};

/** The bytes of a `picture_thumbnail`. */
export function thumbnailBytes(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
