/** `fovea` on Node: what the commands do, as calls. Training parts and the engine have doors of their own, as `fovea/engine`. */
export { FoveaError, InputError, ShapeError, TrainError } from "./platform/error.ts";
export { Embedder } from "./eval/embedder.ts";
export type { Embedded, EmbedderOptions, ImageSource } from "./eval/embedder.ts";
export { openEmbedder } from "./eval/embedder.node.ts";
export { classify } from "./eval/classify.ts";
export type { Classified } from "./eval/classify.ts";
export { combineQuery } from "./search/combine-query.ts";
export type { QueryParts } from "./search/combine-query.ts";
export { indexData } from "./search/build-index.node.ts";
export type { IndexDataOptions, IndexedData } from "./search/build-index.node.ts";
export { findDuplicates } from "./search/duplicates.node.ts";
export type { DuplicateGroup, DuplicateOptions } from "./search/duplicates.node.ts";
export type { IndexedPicture } from "./search/index-format.ts";
export { PictureIndex } from "./search/picture-index.node.ts";
export { IndexSearcher } from "./search/search-index.node.ts";
export type { SearchHit, SearchOptions, SearchResult } from "./search/search-index.node.ts";
export { evaluateRetrieval, evaluateZeroShot } from "./eval/evaluate-data.ts";
export type { EvaluateOptions } from "./eval/evaluate-data.ts";
export { openData } from "./data/formats/open-data.node.ts";
export type { OpenDataOptions } from "./data/formats/open-data.node.ts";
export { convertData } from "./data/formats/convert-data.node.ts";
export type { Converted, ConvertDataOptions } from "./data/formats/convert-data.node.ts";
export { openDocuments } from "./data/formats/documents/open-documents.node.ts";
export type { OpenDocumentsOptions } from "./data/formats/documents/open-documents.node.ts";
export { writeDocuments } from "./data/formats/documents/write-documents.node.ts";
export type { WriteDocumentsOptions } from "./data/formats/documents/write-documents.node.ts";
export { inspectData } from "./data/inspect/inspect-data.node.ts";
export type { InspectOptions } from "./data/inspect/inspect-data.node.ts";
export type { Inspection } from "./data/inspect/inspection.ts";
export { inspectionPage } from "./eval/inspection/inspection-page.ts";
export { inspectionText } from "./eval/inspection/inspection-text.ts";
export { dataFormats } from "./data/formats/data-format.ts";
export type { DataFormat } from "./data/formats/data-format.ts";
export { writeData } from "./data/formats/write-data.node.ts";
export type { WriteDataOptions } from "./data/formats/write-data.node.ts";
export { openParquet, readParquet } from "./data/formats/parquet/read-parquet.node.ts";
export type { ParquetFile, ReadParquetOptions } from "./data/formats/parquet/read-parquet.node.ts";
export { ParquetWriter } from "./data/formats/parquet/write-parquet.node.ts";
export type { ParquetWriterOptions } from "./data/formats/parquet/write-parquet.node.ts";
export type { ParquetColumns, ParquetRow, ParquetType } from "./data/formats/parquet/schema.ts";
export { openLabelled } from "./data/formats/labelled.node.ts";
export type { Manifest as PackManifest, PackedSample } from "./data/pack/layout.ts";
export { packSamples } from "./data/pack/pack-samples.node.ts";
export type { PackOptions } from "./data/pack/pack-samples.node.ts";
export { packSource, readPack } from "./data/pack/pack-source.node.ts";
export { Pack } from "./data/pack/pack.node.ts";
export { openWorld } from "./data/worlds/open-world.node.ts";
export type { OpenWorldOptions } from "./data/worlds/open-world.node.ts";
export { writeWorld } from "./data/worlds/write-world.node.ts";
export type { WriteWorldOptions, WrittenWorld } from "./data/worlds/write-world.node.ts";
export { exportOnnx } from "./models/export.node.ts";
export type { ExportOnnxOptions, WrittenFile } from "./models/export.node.ts";
export { builtInModel, findModel } from "./models/built-in.node.ts";
export { folderReader } from "./io/folder.node.ts";
export { pull } from "./io/hub/pull.node.ts";
export type { PullOptions, PullProgress } from "./io/hub/pull.node.ts";
export { resolveModel } from "./io/hub/resolve.node.ts";
export { hubSettings } from "./io/hub/settings.ts";
export type { HubSettings } from "./io/hub/settings.ts";
export { overrideRecipe, parseRecipe } from "./train/recipe.ts";
export type { Recipe, RecipeInput } from "./train/recipe.ts";
export { RunFolder } from "./train/run-folder.node.ts";
export type { RunRecord } from "./train/run-record.ts";
export { trainRecipe } from "./train/train-recipe.node.ts";
export type { TrainRecipeOptions, TrainResult } from "./train/train-recipe.node.ts";
export type { TrainEvent } from "./train/train-task.node.ts";
export { runRecipe } from "./eval/run-recipe.node.ts";
export type { RunEvent, RunResult } from "./eval/run-recipe.node.ts";
export { verifyFolder } from "./eval/verify.node.ts";
export type { Tolerances, VerifyReport } from "./eval/verify/report.ts";
export { diagnose } from "./eval/diagnose.node.ts";
export type { Diagnosis } from "./eval/diagnose.node.ts";
export { downloadImages } from "./data/download/download-images.node.ts";
export type { DownloadOptions } from "./data/download/download-images.node.ts";
export type { DownloadProgress, DownloadReport } from "./data/download/download-run.node.ts";
export { failureReasons } from "./data/download/outcome.ts";
export type { FailureReason, RowStatus } from "./data/download/outcome.ts";
export { curate } from "./curate/curate.node.ts";
export type { Curated, CurateOptions } from "./curate/curate.node.ts";
export { loadPlan } from "./curate/load-plan.node.ts";
export { definePlan } from "./curate/plan.ts";
export type { Plan } from "./curate/plan.ts";
export { defineStage } from "./curate/stage-kind.ts";
export { StageResources } from "./curate/stage-resources.ts";
export type { StageContext, StageKind } from "./curate/stage-kind.ts";
export type {
  Candidate,
  CandidatePicture,
  Cut,
  Rule,
  Score,
  ScoreRow,
  Scorer,
  ScoreTable,
  SetColumns,
  SetScorer,
} from "./curate/stage.ts";
export { endpointCaptioner } from "./curate/captions/endpoint-captioner.ts";
export type { EndpointCaptionerOptions } from "./curate/captions/endpoint-captioner.ts";
export type { Captioner } from "./curate/captions/captioner.ts";
export { recaption } from "./curate/captions/recaption.node.ts";
export type { Recaptioned, RecaptionOptions } from "./curate/captions/recaption.node.ts";
export type { MixPolicy } from "./curate/captions/mix-captions.ts";
export { documentsFromPages, documentsFromTexts } from "./curate/documents/build-documents.node.ts";
export type { BuildDocumentsOptions } from "./curate/documents/build-documents.node.ts";
export { openTextSpotter } from "./curate/regions/open-text-spotter.node.ts";
export { kMeans } from "./curate/semantic/k-means.ts";
export type { Clustering, KMeansOptions } from "./curate/semantic/k-means.ts";
export { semDeDup } from "./curate/semantic/semdedup.ts";
export type { SemanticDuplicates, SemDeDupOptions } from "./curate/semantic/semdedup.ts";
export { VectorRows } from "./curate/semantic/vector-rows.ts";
export { neighbourhood } from "./curate/semantic/outliers.ts";
export { browseClusters } from "./curate/semantic/browse-clusters.node.ts";
export type { BrowsedCluster, BrowseOptions } from "./curate/semantic/browse-clusters.node.ts";
export { clusterPage } from "./curate/semantic/cluster-page.ts";
export type { ClusterExample, ClusterView } from "./curate/semantic/cluster-page.ts";
export { balance } from "./curate/balance/metaclip.ts";
export type { Balanced, BalanceOptions, MatchedText } from "./curate/balance/metaclip.ts";
export { nearTargets } from "./curate/balance/image-based.ts";
export { allOf, anyOf, not } from "./curate/balance/rule-sets.ts";
export { EntryMatcher } from "./curate/concepts/entry-matcher.ts";
export { auditConcepts } from "./curate/concepts/audit-data.node.ts";
export type { AuditConceptsOptions } from "./curate/concepts/audit-data.node.ts";
export type { ConceptCount, ConceptReport, EvaluationConcept } from "./curate/concepts/concept-audit.ts";
export type { Imbalance } from "./curate/concepts/imbalance.ts";
export { conceptPage } from "./curate/concepts/concept-page.ts";
