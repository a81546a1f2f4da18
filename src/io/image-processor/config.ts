import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import type { Filter, Size } from "./resample.ts";

/** How the new size follows from the old one. */
export type ResizeRule =
  /** To this size, whatever the aspect ratio. */
  | { readonly kind: "exact"; readonly size: Size }
  /** The shorter edge to `edge` pixels; the longer one keeps the aspect ratio, rounded down. */
  | { readonly kind: "shortest-edge"; readonly edge: number }
  /** As ViLT does: like the rule before, but the longer edge at most 1333/800 of `edge`, and both a multiple of `divisor`. */
  | { readonly kind: "bounded"; readonly edge: number; readonly divisor: number };

/** What a checkpoint expects to be done to a picture, parsed from its `preprocessor_config.json`. */
export interface ImageProcessor {
  readonly resize?: { readonly rule: ResizeRule; readonly filter: Filter };
  /** Crop, or pad with black, around the centre. */
  readonly crop?: Size;
  /** Pixel values become `(value * scale - mean) / std` by channel; scale 1, mean 0 and std 1 leave them as they are. */
  readonly scale: number;
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

const Edge = z.int().positive();
const Triple = z.tuple([z.number(), z.number(), z.number()]);
const SizeField = z.union([
  Edge.transform((plain) => ({ plain })), // both edges or the shorter one: the class decides
  z.tuple([Edge, Edge]).transform(([height, width]) => ({ width, height })),
  z.looseObject({ height: Edge, width: Edge }).transform(({ height, width }) => ({ width, height })),
  z.looseObject({ shortest_edge: Edge }).transform((size) => ({ shortest: size.shortest_edge })),
]);
type SizeField = z.infer<typeof SizeField>;

const PreprocessorConfig = z.looseObject({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(), // before transformers 4.26
  do_resize: z.boolean().nullish(),
  size: SizeField.nullish(),
  resample: z.int().min(0).max(5).nullish(),
  size_divisor: Edge.nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: SizeField.nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: Triple.nullish(),
  image_std: Triple.nullish(),
});
type PreprocessorConfig = z.infer<typeof PreprocessorConfig>;

/** By Pillow's code. */
const filters = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"] as const satisfies Filter[];

const clipMean = [0.48145466, 0.4578275, 0.40821073] as const;
const clipStd = [0.26862954, 0.26130258, 0.27577711] as const;
const halves = [0.5, 0.5, 0.5] as const;

/** What each class of transformers takes where its file is silent; `square`: a plain number is both edges, not the shorter one. */
const kinds = {
  CLIP: { edge: 224, square: false, crops: true, resample: 3, mean: clipMean, std: clipStd, divisor: undefined },
  Siglip: { edge: 224, square: true, crops: false, resample: 3, mean: halves, std: halves, divisor: undefined },
  ViT: { edge: 224, square: true, crops: false, resample: 2, mean: halves, std: halves, divisor: undefined },
  Blip: { edge: 384, square: true, crops: false, resample: 3, mean: clipMean, std: clipStd, divisor: undefined },
  Vilt: { edge: 384, square: false, crops: false, resample: 3, mean: halves, std: halves, divisor: 32 },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

/**
 * Reads `preprocessor_config.json` (parsed JSON), or a `processor_config.json` that has one as `image_processor`:
 * CLIP, SigLIP, ViT, BLIP and ViLT kinds, in the old and the new spelling of their keys.
 *
 * @throws {InputError} IMAGE_PROCESSOR_INVALID, IMAGE_PROCESSOR_UNKNOWN
 */
export function parseImageProcessor(json: unknown, where = "preprocessor_config.json"): ImageProcessor {
  const nested = z.looseObject({ image_processor: z.looseObject({}) }).safeParse(json);
  const parsed = PreprocessorConfig.safeParse(nested.success ? nested.data.image_processor : json);
  if (!parsed.success) {
    const found = z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " ");
    throw new InputError(
      "IMAGE_PROCESSOR_INVALID",
      where,
      found,
      "correct the file; resample is Pillow's code, 0 to 5",
    );
  }
  const config = parsed.data;
  const kind = kindOf(config, where);
  return {
    ...(config.do_resize !== false && {
      resize: { rule: resizeRule(config, kind), filter: filters[config.resample ?? kind.resample]! },
    }),
    ...((config.do_center_crop ?? kind.crops) && { crop: bothEdges(config.crop_size ?? { plain: kind.edge }) }),
    scale: config.do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255),
    mean: config.do_normalize === false ? [0, 0, 0] : (config.image_mean ?? kind.mean),
    std: config.do_normalize === false ? [1, 1, 1] : (config.image_std ?? kind.std),
  };
}

function kindOf(config: PreprocessorConfig, where: string): Kind {
  const type = config.image_processor_type ?? config.feature_extractor_type;
  // The oldest files name no class; of those, CLIP's crop and ViT's do not.
  if (type === undefined || type === null) return config.crop_size ? kinds.CLIP : kinds.ViT;
  const name = type.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, "");
  if (isKindName(name)) return kinds[name];
  const known = Object.keys(kinds).map((known) => `${known}ImageProcessor`);
  throw new InputError("IMAGE_PROCESSOR_UNKNOWN", where, `the class is ${type}`, `known are ${known.join(", ")}`);
}

const isKindName = (name: string): name is keyof typeof kinds => Object.hasOwn(kinds, name);

function resizeRule(config: PreprocessorConfig, kind: Kind): ResizeRule {
  const size: SizeField = config.size ?? { plain: kind.edge };
  if ("width" in size || ("plain" in size && kind.square)) return { kind: "exact", size: bothEdges(size) };
  const edge = "plain" in size ? size.plain : size.shortest;
  if (kind.divisor === undefined) return { kind: "shortest-edge", edge };
  return { kind: "bounded", edge, divisor: config.size_divisor ?? kind.divisor };
}

function bothEdges(size: SizeField): Size {
  if ("width" in size) return size;
  const edge = "plain" in size ? size.plain : size.shortest;
  return { width: edge, height: edge };
}
