import type { GenderName, MaterialName, ToneName } from "../attributes.ts";
import type { EmojiStyle } from "../../emoji/corpus.ts";
import { wordSprite, type Pen } from "./glyphs.ts";
import type { ShapeName } from "./shapes.ts";
import { givenShades, spriteOf, type RgbaImage, type Sprite } from "./sprite.ts";

/** Names of the drawings in an {@link Atlas}. */
export const drawingName = {
  emoji: (noun: string, style: EmojiStyle): string => `emoji/${noun}/${style}`,
  person: (role: string, gender: GenderName, tone: ToneName, style: EmojiStyle): string =>
    `person/${role}/${gender}/${tone}/${style}`,
  shape: (shape: ShapeName, material: MaterialName): string => `shape/${shape}/${material}`,
  glyph: (character: string, pen: Pen): string => `glyph/${character}/${pen}`,
  stamp: (noun: string, number: number): string => `stamp/${noun}/${number}`,
};

/** All drawings of which scenes are made. */
export class Atlas {
  readonly #drawings: ReadonlyMap<string, RgbaImage>;
  readonly #sprites = new Map<string, Sprite | undefined>();

  /** @param drawings by {@link drawingName} */
  constructor(drawings: ReadonlyMap<string, RgbaImage>) {
    this.#drawings = drawings;
  }

  /** Names of all drawings. */
  get names(): readonly string[] {
    return [...this.#drawings.keys()];
  }

  /** Whether there is a drawing of this name. */
  has(name: string): boolean {
    return this.#drawings.has(name);
  }

  /** A drawing as a sprite; `undefined` if there is none. */
  sprite(name: string): Sprite | undefined {
    return this.#kept(name, () => {
      const drawing = this.#drawings.get(name);
      return drawing && spriteOf(drawing, name.startsWith("shape/") ? givenShades : undefined);
    });
  }

  /** A word on a plate; `undefined` if a character is unknown. */
  word(text: string, pen: Pen): Sprite | undefined {
    return this.#kept(`word/${text}/${pen}`, () => {
      const cells = Array.from(text, (character) => this.#drawings.get(drawingName.glyph(character, pen)));
      return wordSprite(cells.filter((cell) => cell !== undefined));
    });
  }

  #kept(name: string, make: () => Sprite | undefined): Sprite | undefined {
    if (!this.#sprites.has(name)) this.#sprites.set(name, make());
    return this.#sprites.get(name);
  }
}
