import { fold, key, uniform } from "../engine/random.ts";
import { emojiStyles } from "../data/emoji/corpus.ts";
import { emojiNouns } from "../data/worlds/nouns.ts";
import { roles, variants } from "../data/worlds/people.ts";
import { Atlas, drawingName } from "../data/worlds/sprites/atlas.ts";
import { characters, penNames } from "../data/worlds/sprites/glyphs.ts";
import { materialNames, shapeNames } from "../data/worlds/sprites/shapes.ts";
import type { RgbaImage } from "../data/worlds/sprites/sprite.ts";

/** Every drawing as an opaque block of 16 x 12 pixels with spots of its own: worlds of them are made without rendering anything. */
export function blockAtlas(): Atlas {
  const names = [
    ...emojiNouns.flatMap(({ name }) => emojiStyles.map((style) => drawingName.emoji(name, style))),
    ...roles.flatMap(({ name }) =>
      variants.flatMap(([gender, tone]) => emojiStyles.map((style) => drawingName.person(name, gender, tone, style))),
    ),
    ...shapeNames.flatMap((shape) => materialNames.map((material) => drawingName.shape(shape, material))),
    ...characters.flatMap((character) => penNames.map((pen) => drawingName.glyph(character, pen))),
  ];
  return new Atlas(new Map(names.map((name, index) => [name, block(index)])));
}

function block(index: number): RgbaImage {
  const [width, height] = [16, 12];
  const spots = uniform(fold(key(index), "block"), 12); // in quarters and thirds: unlike however turned, in colour or in shades of one
  const data = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    const spot = Math.floor((at % width) / 4) + 4 * Math.floor(at / width / 4);
    data.set([spots[spot]! * 255, index % 256, 40 + spot * 8, 255], at * 4);
  }
  return { data, width, height };
}
