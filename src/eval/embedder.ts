import { platform } from "#platform";
import { mapInOrder } from "../data/stream.ts";
import type { ModelProto } from "../engine/onnx/model-proto.ts";
import { cast, div, sub } from "../engine/ops/elementwise.ts";
import { constant } from "../engine/ops/leaf.ts";
import { fold, key } from "../engine/random.ts";
import { l2Normalize } from "../engine/ops/normalize.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { FolderReader } from "../io/checkpoint.ts";
import { parseImageProcessor, type ImageProcessor } from "../io/image-processor/config.ts";
import { stackPixels } from "../io/image-processor/pixels.ts";
import { loadImage, processImage, type ResizeMode } from "../io/image-processor/process.ts";
import { loadTokenizer, type TextTokenizer } from "../io/tokenizer/tokenizer.ts";
import { dualEncoder, type DualEncoder } from "../models/dual-encoder.ts";
import {
  compileInference,
  firstNumber,
  imageTower,
  readWeights,
  textTower,
  type Weights,
} from "../models/inference.ts";
import { needModelJson, readModelJson } from "../models/model-folder.ts";
import { InputError } from "../platform/error.ts";
import type { RgbImage } from "../platform/platform.ts";
import type { Device } from "../platform/session.ts";
import { Tower } from "./tower.ts";

/** How an {@link Embedder} works. */
export interface EmbedderOptions {
  /** `cpu` if absent. */
  readonly device?: Device;
  /** Threads inside one operator; as many as there are cores if absent. */
  readonly threads?: number;
  /** Pictures or texts that go through the model at once; 32 if absent. */
  readonly batch?: number;
  /** How pictures are resized; `fast` if absent. */
  readonly resize?: ResizeMode;
}

/** A picture: a path or URL, the bytes of a file, or decoded. */
export type ImageSource = string | URL | Uint8Array | RgbImage;

/** A picture that was embedded. */
export interface Embedded<T> {
  readonly item: T;
  /** Unit length. */
  readonly embedding: Float32Array;
}

/** Puts pictures and texts into the space of a two-tower model (CLIP, SigLIP), in which a picture is near to its caption. */
export class Embedder {
  /** Numbers of an embedding. */
  readonly width: number;
  /** Cosine similarities times `logitScale`, plus `logitBias`, are the model's logits. */
  readonly logitScale: number;
  /** 0 for CLIP. */
  readonly logitBias: number;
  readonly family: DualEncoder["family"];
  /** Tells models of other weights apart; equal for the same weights in another folder. */
  readonly fingerprint: string;
  readonly #parts: Parts;
  readonly #options: Required<Pick<EmbedderOptions, "batch" | "resize">> & EmbedderOptions;
  readonly #towers = new Map<string, Promise<Tower>>();

  private constructor(parts: Parts, options: EmbedderOptions) {
    this.#parts = parts;
    this.#options = { batch: 32, resize: "fast", ...options };
    this.width = parts.model.width;
    this.family = parts.model.family;
    this.fingerprint = fingerprintOf(parts.weights);
    this.logitScale = Math.exp(firstNumber(parts.weights, "logit_scale") ?? 0);
    this.logitBias = firstNumber(parts.weights, "logit_bias") ?? 0;
  }

  /**
   * Reads a model's folder. The towers are compiled when they are first needed.
   *
   * @throws {InputError} MODEL_FILE_MISSING, MODEL_FILE_INVALID, MODEL_UNKNOWN, CONFIG_INVALID, and what reading weights,
   *   tokenizer and image processor throws
   */
  static async open(read: FolderReader, options: EmbedderOptions = {}): Promise<Embedder> {
    const [config, preprocessor, tokenizer, tokenizerConfig, weights] = await Promise.all([
      needModelJson(read, "config.json"),
      needModelJson(read, "preprocessor_config.json"),
      needModelJson(read, "tokenizer.json"),
      readModelJson(read, "tokenizer_config.json"),
      readWeights(read),
    ]);
    const model = await dualEncoder(config);
    const processor = parseImageProcessor(preprocessor);
    return new Embedder({ model, weights, processor, tokenizer: loadTokenizer(tokenizer, tokenizerConfig) }, options);
  }

  /**
   * Embeds pictures.
   * @returns `[images, width]`, rows of unit length
   * @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE
   */
  async embedImages(images: readonly ImageSource[]): Promise<Float32Array> {
    const rows = new Float32Array(images.length * this.width);
    const fail = (_: ImageSource, error: unknown): never => {
      throw error;
    };
    let row = 0;
    for await (const { embedding } of this.embedStream(images, (image) => image, fail))
      rows.set(embedding, this.width * row++);
    return rows;
  }

  /**
   * Embeds a stream of pictures, in order; the next ones are decoded while the model runs.
   *
   * @param imageOf   the picture of an item
   * @param onFailure told of each item whose picture cannot be read, which is then left out; may throw
   */
  async *embedStream<T>(
    items: Iterable<T> | AsyncIterable<T>,
    imageOf: (item: T) => ImageSource | Promise<ImageSource>,
    onFailure: (item: T, error: unknown) => void,
  ): AsyncGenerator<Embedded<T>> {
    const load = async (item: T): Promise<Loaded<T>> => {
      try {
        return { item, image: await this.#load(await imageOf(item)) };
      } catch (error) {
        return { item, error };
      }
    };
    const { batch } = this.#options;
    const read = batches(mapInOrder(items, Math.max(decodesAhead, batch), load), batch, onFailure);
    let tower: Promise<Tower> | undefined; // a first batch that is not full is the only one: it gets all threads
    const embed = async (pictures: readonly Read<T>[]): Promise<Embedded<T>[]> => {
      tower ??= this.#tower("image", pictures.length < batch ? 1 : runsInStream);
      return embedBatch(await tower, pictures);
    };
    for await (const done of mapInOrder(read, runsInStream, embed)) yield* done;
  }

  /**
   * Embeds texts, cut off where they are longer than the model reads.
   * @returns `[texts, width]`, rows of unit length
   */
  async embedTexts(texts: readonly string[]): Promise<Float32Array> {
    const { tokenizer, model } = this.#parts;
    const rows = new Float32Array(texts.length * this.width);
    for (let start = 0; start < texts.length; start += this.#options.batch) {
      const { inputIds } = tokenizer.encodeBatch(texts.slice(start, start + this.#options.batch), {
        maxLength: model.tokens.atMost,
        padTo: model.tokens.padded ? "maxLength" : "longest",
        padId: tokenizer.padId ?? tokenizer.eosId ?? 0,
      });
      const tower = await this.#tower("text");
      rows.set(await tower.embed({ input_ids: inputIds }), start * this.width);
    }
    return rows;
  }

  /** Frees the sessions, when what is under way has ended: a consumer may have stopped before. */
  async dispose(): Promise<void> {
    const towers = await Promise.allSettled(this.#towers.values()); // who asked for one that failed was told why
    for (const tower of towers) if (tower.status === "fulfilled") await tower.value.dispose();
    this.#towers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #load(source: ImageSource): Promise<RgbImage> {
    const { processor } = this.#parts;
    if (typeof source !== "string" && "width" in source) return processImage(source, processor);
    const bytes = source instanceof Uint8Array ? source : await platform.readBytes(source);
    try {
      return await loadImage(bytes, processor, this.#options.resize, (file, how) => platform.decodeImage(file, how));
    } catch (error) {
      const asIs = source instanceof Uint8Array || !(error instanceof InputError);
      throw asIs ? error : new InputError(error.code, String(source), error.found, error.mend, { cause: error });
    }
  }

  /** @param runs runs of it that will be under way at once */
  #tower(kind: TowerKind, runs = 1): Promise<Tower> {
    const name = `${kind} ${runs}`;
    let tower = this.#towers.get(name);
    if (tower === undefined) {
      const { device = "cpu", threads } = this.#options;
      const model = towerModel(kind, this.#parts, device);
      const session = compileInference(model, { device, runs, ...(threads !== undefined && { threads }) });
      tower = session.then((compiled) => new Tower(compiled, this.width));
      this.#towers.set(name, tower);
    }
    return tower;
  }
}

type TowerKind = "image" | "text";

async function embedBatch<T>(tower: Tower, batch: readonly Read<T>[]): Promise<Embedded<T>[]> {
  const rows = await tower.embed({ pixels: stackPixels(batch.map(({ image }) => image)) });
  const width = rows.length / batch.length;
  return batch.map(({ item }, i) => ({ item, embedding: rows.slice(i * width, (i + 1) * width) }));
}

/** What a model's folder holds. */
interface Parts {
  readonly model: DualEncoder;
  readonly weights: Weights;
  readonly processor: ImageProcessor;
  readonly tokenizer: TextTokenizer;
}

/** Runs that are under way while a stream of pictures is embedded, each with its share of the threads. */
const runsInStream = 2;

/** Pictures that are read and decoded at once, at least: as many as the next batch takes. */
const decodesAhead = 8;

interface Read<T> {
  readonly item: T;
  readonly image: RgbImage;
}
type Loaded<T> = Read<T> | { readonly item: T; readonly error: unknown };

/**
 * Gathers the pictures that could be read. The last two batches go in parts, so that runs that are under way at once end
 * at about the same time.
 */
async function* batches<T>(
  items: AsyncIterable<Loaded<T>>,
  size: number,
  onFailure: (item: T, error: unknown) => void,
): AsyncGenerator<Read<T>[]> {
  const waiting: Read<T>[] = [];
  let isFirst = true;
  for await (const loaded of items) {
    if ("error" in loaded) onFailure(loaded.item, loaded.error);
    else waiting.push(loaded);
    if (waiting.length < 2 * size) continue;
    yield waiting.splice(0, size);
    isFirst = false;
  }
  if (isFirst && waiting.length > 0) yield waiting.splice(0, size);
  const part = Math.ceil(waiting.length / (2 * runsInStream));
  while (waiting.length > 0) yield waiting.splice(0, part);
}

/** Training changes every tensor, so the first values of each tell enough. */
function fingerprintOf(weights: Weights): string {
  const parts = Object.keys(weights)
    .sort()
    .map((name) => `${name} ${weights[name]!.shape.join()} ${weights[name]!.data.slice(0, 4).join()}`);
  return fold(key(0), ...parts)
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
}

function towerModel(tower: TowerKind, { model, weights, processor }: Parts, device: Device): ModelProto {
  const output = (features: Tensor) => ({ embeddings: l2Normalize(features) });
  if (tower === "text") return textTower(model, weights, output, device);
  const normalize = (pixels: Tensor): Tensor => normalized(pixels, processor);
  return imageTower(model, weights, { name: "pixels", dtype: "uint8", normalize }, output, device);
}

/** Pictures travel as bytes and are normalised in the graph. */
function normalized(pixels: Tensor, { scale, mean, std }: ImageProcessor): Tensor {
  const channels = (of: readonly number[]): Tensor =>
    constant(
      of.map((value) => value / scale),
      [1, 3, 1, 1],
    );
  return div(sub(cast(pixels, "float32"), channels(mean)), channels(std));
}
