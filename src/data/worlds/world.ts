import { fold, key, type Key } from "../../engine/random.ts";
import type { Sample } from "../sample.ts";
import type { Wardrobe } from "./cast.ts";
import { castOf } from "./clips/clip-truth.ts";
import { clipMakers, type ClipKind } from "./clips/drafts.ts";
import { Draw } from "./draw.ts";
import { pictureMakers, type PictureKind } from "./kinds/pictures.ts";
import { makeSeries } from "./kinds/series.ts";
import { isNameOf } from "./attributes.ts";
import { pictureSample, clipSample, type Membership } from "./samples.ts";
import type { Clip } from "./scene.ts";
import { factorsIn, isIn, itemKinds, type ItemKind, type WorldSpec } from "./spec.ts";
import { belongsTo } from "./split.ts";
import type { Atlas } from "./sprites/atlas.ts";
import { Studio, type Shot } from "./stage.ts";

/** A picture, or a clip, of an item. */
interface Part {
  /** One for a picture, one for each frame of a clip. */
  readonly shots: readonly Shot[];
  readonly clip?: Clip;
  readonly membership?: Membership;
}

/** Attempts at an item until one belongs into its split. The rarest need about twenty. */
const attempts = 500;

/** Scenes by number: any item at once, and the same whoever asks for it, in whichever order. */
export class World {
  readonly spec: WorldSpec;
  readonly #wardrobe: Wardrobe;
  readonly #studio: Studio;
  readonly #weights: readonly (readonly [ItemKind, number])[];
  readonly #key: Key;

  /** @param atlas holds the drawings that {@link drawingSets} names for the spec */
  constructor(spec: WorldSpec, atlas: Atlas) {
    this.spec = spec;
    this.#wardrobe = { atlas, split: spec.split, emojiShare: spec.emojiShare, styles: spec.styles };
    this.#studio = new Studio(spec.side, spec);
    this.#weights = itemKinds.filter((kind) => isIn(spec, kind)).map((kind) => [kind, spec.kinds[kind] ?? 0]);
    this.#key = fold(key(spec.seed), "world", spec.split);
  }

  /** The samples of one item: one, those of a series, or a pair of clips. `index`: from 0 on. */
  item(index: number): Sample[] {
    const itemKey = fold(this.#key, index);
    const kind = new Draw(fold(itemKey, "kind")).weighted(this.#weights);
    const name = `${this.spec.name}-${this.spec.split}-${String(index).padStart(7, "0")}`;
    const parts = this.#parts(kind, itemKey, name);
    return parts.map(({ shots, clip, membership }, part) => {
      const about = {
        key: parts.length === 1 ? name : `${name}-${part}`,
        kind,
        spec: this.spec,
        draw: new Draw(fold(itemKey, "texts", part)),
        ...(membership && { membership }),
      };
      return clip === undefined ? pictureSample(shots[0]!, about) : clipSample(shots, clip, about);
    });
  }

  /** All samples, item after item. */
  *samples(): Generator<Sample> {
    for (let index = 0; index < this.spec.count; index++) yield* this.item(index);
  }

  #parts(kind: ItemKind, itemKey: Key, name: string): Part[] {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const parts = this.#attempt(kind, new Draw(fold(itemKey, kind, attempt)), name);
      if (parts !== undefined && parts.every((part) => belongsTo(this.spec.split, sceneOf(part)))) return parts;
    }
    throw new Error(`item ${name}: no ${kind} for the split`);
  }

  #attempt(kind: ItemKind, draw: Draw, name: string): Part[] | undefined {
    if (isPicture(kind)) {
      const draft = pictureMakers[kind](draw, this.#wardrobe, this.spec.things);
      return draft && [{ shots: [this.#studio.shoot(draft)] }];
    }
    if (isClip(kind)) return this.#clips(kind, draw, name);
    const series = makeSeries(draw, this.#wardrobe, draw.pick(factorsIn(this.spec)), this.spec.seriesLength);
    return series?.steps.map(({ value, draft }) => ({
      shots: [this.#studio.shoot(draft)],
      membership: { series: name, factor: series.factor, value },
    }));
  }

  #clips(kind: ClipKind, draw: Draw, name: string): Part[] {
    return clipMakers[kind](draw, this.#wardrobe, this.spec.frames).map(({ frames, violation }): Part => {
      const shots = frames.map((frame) => this.#studio.shoot(frame));
      const clip: Clip = { frames: shots.map(({ scene }) => scene), ...(violation && { violation }) };
      const membership = { series: name, factor: "physics", value: violation ?? "none" };
      return { shots, clip, ...(kind === "physics" && { membership }) };
    });
  }
}

const isPicture = (kind: ItemKind): kind is PictureKind => isNameOf(pictureMakers, kind);
const isClip = (kind: ItemKind): kind is ClipKind => isNameOf(clipMakers, kind);
const sceneOf = ({ shots, clip }: Part) => (clip === undefined ? shots[0]!.scene : castOf(clip));
