import { platform } from "#platform";
import { limiter } from "../../platform/limiter.ts";
import { resample, wholeOf } from "../../data/image/resample.ts";
import { InputError } from "../../platform/error.ts";
import type { RgbImage } from "../../platform/platform.ts";
import type { HostTensor, Session } from "../../platform/session.ts";
import { readCtc, type ReadText } from "./ctc.ts";
import { regionsOf, type TextMapOptions, type TextRegion } from "./text-map.ts";
import { cutStrip, stripWidth } from "./text-strip.ts";

/** Models of a {@link TextSpotter}, as PP-OCR has them. */
export interface TextSpotterModels {
  /** ONNX: pictures `[1, 3, height, width]`, sides multiples of 32, to probabilities `[1, 1, height, width]`. */
  readonly detection: Uint8Array;
  /** ONNX: strips `[batch, 3, 48, width]` to probabilities `[batch, steps, characters + 2]`. */
  readonly recognition: Uint8Array;
  /** What the recogniser can read, without the blank before it and the space after it. */
  readonly characters: readonly string[];
}

/** How a {@link TextSpotter} works. */
export interface TextSpotterOptions extends TextMapOptions {
  /** Larger pictures are reduced to this long side, pixels; 640 if absent. */
  readonly maxSide?: number;
  /** Texts that are read with less confidence are left out; 0.5 if absent. */
  readonly minConfidence?: number;
  /** Threads inside one operator; as many as there are cores if absent. */
  readonly threads?: number;
}

/** A text in a picture. */
export interface SpottedText extends TextRegion, ReadText {}

/** Finds text in pictures, and reads it. */
export class TextSpotter {
  readonly #detector: Session;
  readonly #recogniser: Session;
  readonly #characters: readonly string[];
  readonly #options: TextSpotterOptions;
  readonly #oneAtATime = limiter(1); // a session runs once at a time

  private constructor(
    sessions: readonly [Session, Session],
    characters: readonly string[],
    options: TextSpotterOptions,
  ) {
    [this.#detector, this.#recogniser] = sessions;
    this.#characters = [...characters, " "];
    this.#options = options;
  }

  /** Loads the models. */
  static async open(models: TextSpotterModels, options: TextSpotterOptions = {}): Promise<TextSpotter> {
    const { threads } = options;
    const load = (model: Uint8Array): Promise<Session> =>
      platform.createSession(model, { device: "cpu", optimize: "all", ...(threads !== undefined && { threads }) });
    const sessions = [await load(models.detection), await load(models.recognition)] as const;
    return new TextSpotter(sessions, models.characters, options);
  }

  /** Regions that show text, in the picture's pixels, from top to bottom. */
  async detect(picture: RgbImage): Promise<TextRegion[]> {
    const { input, scale } = detectorInput(picture, this.#options.maxSide ?? 640);
    const [map, width = 0, height = 0] = await this.#oneAtATime(async () => {
      const output = await run(this.#detector, input);
      return [float32(output), output.shape[3], output.shape[2]] as const;
    });
    return regionsOf(map, width, height, this.#options).map((region) => ({
      score: region.score,
      angle: region.angle,
      x: (region.x + 0.5) / scale - 0.5,
      y: (region.y + 0.5) / scale - 0.5,
      width: region.width / scale,
      height: region.height / scale,
    }));
  }

  /** Reads the texts of regions; those that cannot be read with confidence are left out. */
  async read(picture: RgbImage, regions: readonly TextRegion[]): Promise<SpottedText[]> {
    const strips = regions
      .map((region, at) => ({ region, at, width: Math.min(stripWidth(region, stripHeight), widestStrip) }))
      .sort((a, b) => a.width - b.width); // strips of like widths go together: they are padded to the widest
    const spotted: { readonly at: number; readonly text: SpottedText }[] = [];
    for (let start = 0; start < strips.length; start += stripsAtOnce) {
      const group = strips.slice(start, start + stripsAtOnce);
      const texts = await this.#oneAtATime(() => this.#readStrips(picture, group));
      for (const [i, { region, at }] of group.entries()) spotted.push({ at, text: { ...region, ...texts[i]! } });
    }
    const { minConfidence = 0.5 } = this.#options;
    return spotted
      .filter(({ text: { text, confidence } }) => text.trim() !== "" && confidence >= minConfidence)
      .sort((a, b) => a.at - b.at)
      .map(({ text }) => text);
  }

  /** Finds texts and reads them. */
  async spot(picture: RgbImage): Promise<SpottedText[]> {
    return this.read(picture, await this.detect(picture));
  }

  /** Frees the sessions. */
  async dispose(): Promise<void> {
    await this.#detector.dispose();
    await this.#recogniser.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #readStrips(
    picture: RgbImage,
    strips: readonly { readonly region: TextRegion; readonly width: number }[],
  ): Promise<ReadText[]> {
    const width = Math.max(...strips.map((strip) => strip.width));
    const data = new Float32Array(strips.length * 3 * stripHeight * width); // padding is 0, as in training
    for (const [i, strip] of strips.entries()) {
      const pixels = cutStrip(picture, strip.region, strip.width, stripHeight); // [3, stripHeight, strip.width]
      for (let row = 0; row < 3 * stripHeight; row++)
        for (let column = 0; column < strip.width; column++)
          data[(i * 3 * stripHeight + row) * width + column] = pixels[row * strip.width + column]! / 127.5 - 1;
    }
    const shape = [strips.length, 3, stripHeight, width];
    const output = await run(this.#recogniser, { dtype: "float32", shape, data });
    const probabilities = float32(output); // [strips, steps, characters + 1]
    const size = probabilities.length / strips.length;
    return strips.map((_, i) => readCtc(probabilities.subarray(i * size, (i + 1) * size), this.#characters));
  }
}

/** Height that the recogniser reads, pixels. */
const stripHeight = 48;
/** Longer lines are squeezed to this width, pixels. */
const widestStrip = 1280;
const stripsAtOnce = 8;

/** Mean and deviation of the pixels that the detector was trained with (ImageNet's), blue first: it was fed as OpenCV loads pictures. */
const mean = [0.485, 0.456, 0.406] as const;
const deviation = [0.229, 0.224, 0.225] as const;

/** The picture for the detector: reduced, then padded at right and bottom so that the sides are multiples of 32. */
function detectorInput(picture: RgbImage, maxSide: number): { input: HostTensor<"float32">; scale: number } {
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  const reduced = (side: number): number => Math.max(1, Math.round(side * scale));
  const [w, h] = [reduced(picture.width), reduced(picture.height)];
  const [width, height] = [Math.ceil(w / 32) * 32, Math.ceil(h / 32) * 32];
  const planes = resample(picture, wholeOf(picture), w, h, "triangle"); // red, green, blue
  const data = new Float32Array(3 * height * width);
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        data[(plane * height + y) * width + x] =
          (planes[((2 - plane) * h + y) * w + x]! / 255 - mean[plane]!) / deviation[plane]!;
  return { input: { dtype: "float32", shape: [1, 3, height, width], data }, scale };
}

async function run(session: Session, input: HostTensor<"float32">): Promise<HostTensor> {
  const [name = ""] = session.inputNames;
  const outputs = await session.run({ [name]: input });
  return outputs[session.outputNames[0] ?? ""]!;
}

function float32({ dtype, data }: HostTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new InputError("TEXT_MODEL_UNFIT", "text spotting", `the model gives ${dtype}`, "use PP-OCR's ONNX models");
}
