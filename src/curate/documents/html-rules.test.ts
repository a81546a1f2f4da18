import { expect, test } from "vitest";
import { refusedAddress } from "./html-rules.ts";

test.each([
  ["https://x.example/img/site-logo.png", "PICTURE_DESIGN"],
  ["icons/tw.png", "PICTURE_DESIGN"],
  ["https://x.example/wp-content/plugins/x.jpg", "PICTURE_DESIGN"],
  ["https://ads.example.com/1.jpg", "PICTURE_ADVERT"],
  ["https://x.example/banner_2.jpg", "PICTURE_ADVERT"],
  ["/img/1x1-pixel.gif", "PICTURE_ADVERT"],
  ["https://x.example/shadows/roads/head.jpg", undefined], // "ad" is no word in them
  ["https://logo.example/photo.jpg?size=icon", undefined], // only the path counts for design
  ["https://sexy.example/1.jpg", "PICTURE_SEXUAL"],
  ["https://x.example/essex/harbour.jpg", undefined],
  ["photos/cat.jpg", undefined],
] as const)("%s: %s", (url, reason) => {
  expect(refusedAddress(url)).toBe(reason);
});
