/** `fovea/data`: samples, augmentation, batches. Readers of files are in `fovea` on Node. */
export { augmentInto, resizeInto } from "./augment/augment.ts";
export type { Augmentation, ColourJitter } from "./augment/augment.ts";
export { counted, DropLedger } from "./drop-ledger.ts";
export type { DropLimits, DroppedSample } from "./drop-ledger.ts";
export { DropCounts } from "./formats/drop-counts.ts";
export type { DropCount } from "./formats/drop-counts.ts";
export type { ReadOptions } from "./formats/read-options.ts";
export { readTar } from "./formats/read-tar.ts";
export type { TarEntry } from "./formats/read-tar.ts";
export { joinEntries } from "./formats/webdataset.ts";
export { dHash, hashDistance } from "./image/dhash.ts";
export type { DHash } from "./image/dhash.ts";
export type { LabelledPicture } from "./labelled-picture.ts";
export { batches } from "./loader/batches.ts";
export type { Batch, LoaderOptions, RankPart } from "./loader/batches.ts";
export { nearestShape, pictureShapes } from "./loader/buckets.ts";
export type { BatchShape, Buckets } from "./loader/buckets.ts";
export { composeBatches } from "./loader/compose.ts";
export { mixPart, mixSources } from "./loader/mix.ts";
export type { MixedPair, MixOptions, MixPart } from "./loader/mix.ts";
export type { PairSource, PartialImage, PictureSize, StoredPlanes, Wanted } from "./loader/pair-source.ts";
export type { Position } from "./loader/plan.ts";
export { sampleSource } from "./loader/sample-source.ts";
export { shuffled } from "./loader/shuffle.ts";
export { decodeSample } from "./sample.ts";
export type {
  Box,
  Caption,
  EncodedFile,
  ImagePart,
  InterleavedDocument,
  OnDrop,
  RunLengths,
  Sample,
  SampleImage,
  TextPart,
  Turn,
} from "./sample.ts";
export { mapInOrder, metered } from "./stream.ts";
export type { Metered } from "./stream.ts";
export { guessLanguage } from "./text/language.ts";
export type { LanguageGuess } from "./text/language.ts";
export { castOf, clipTruth } from "./worlds/clips/clip-truth.ts";
export type { Description, Fact, Relation, Statement } from "./worlds/facts.ts";
export type { NegativeCaption, WorldMetadata } from "./worlds/samples.ts";
export { say } from "./worlds/say.ts";
export type { Clip, Scene, SceneObject, SceneOverlap } from "./worlds/scene.ts";
export { parseWorldSpec, worldPresets } from "./worlds/spec.ts";
export type { WorldSpec, WorldSpecInput } from "./worlds/spec.ts";
export { countMatches, liesTo, matches, truthOf } from "./worlds/truth.ts";
export type { Truth } from "./worlds/truth.ts";
export { World } from "./worlds/world.ts";
