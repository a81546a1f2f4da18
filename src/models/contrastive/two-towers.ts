import type * as z from "zod";
import { transpose } from "../../engine/ops/layout.ts";
import { l2Normalize } from "../../engine/ops/normalize.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { Scope } from "../../nn/scope.ts";
import { needInput, type ForwardOptions, type Model, type NamedTensors } from "../model.ts";
import { isClassifier, type ClassifierConfig } from "../towers/classifier.ts";
import { textOptions, type TextInputOptions } from "../towers/embeddings.ts";
import { namedOutputs, type TowerOutputs } from "../towers/outputs.ts";

/** What a tower computes, and what it gives for the common space: `[batch, embed]`, not of unit length. */
interface Embedded {
  readonly tower: TowerOutputs;
  readonly features: Tensor;
}

/** In what two models of a picture tower and a text tower differ. */
export interface TwoTowers<Config> {
  readonly config: z.ZodType<Config>;
  readonly image: (scope: Scope, pixelValues: Tensor, config: Config, options?: ForwardOptions) => Embedded;
  readonly text: (scope: Scope, inputIds: Tensor, config: Config, options: TextInputOptions) => Embedded;
  /** Logits of unit embeddings: `[texts, images]`. */
  readonly logitsPerText: (
    scope: Scope,
    embeds: { readonly imageEmbeds: Tensor; readonly textEmbeds: Tensor },
    config: Config,
  ) => Tensor;
  /** What checkpoints for classifying pictures compute. */
  readonly classify: (scope: Scope, pixelValues: Tensor, config: Config, options?: ForwardOptions) => NamedTensors;
}

/** A model of two towers as its checkpoints have it, given pictures, texts or both, or a classifier of pictures. */
export const twoTowerModel = <Config extends ClassifierConfig>(towers: TwoTowers<Config>): Model<Config> => ({
  config: towers.config,
  buffers: /\.position_ids$/,
  forward(scope, inputs, config, options) {
    if (isClassifier(config)) return towers.classify(scope, needInput(inputs, "pixel_values"), config, options);
    const { pixel_values: pixelValues, input_ids: inputIds } = inputs;
    if (inputIds === undefined) needInput(inputs, "pixel_values");
    const image = pixelValues && towers.image(scope, pixelValues, config, options);
    const text = inputIds && towers.text(scope, inputIds, config, textOptions(inputs));
    const [imageEmbeds, textEmbeds] = [image && l2Normalize(image.features), text && l2Normalize(text.features)];
    const perText = imageEmbeds && textEmbeds && towers.logitsPerText(scope, { imageEmbeds, textEmbeds }, config);
    return {
      ...(image && imageEmbeds && { pooled_image: image.features, image_embeds: imageEmbeds }),
      ...(image && namedOutputs(image.tower, "vision_model_output.")),
      ...(text && textEmbeds && { pooled_text: text.features, text_embeds: textEmbeds }),
      ...(text && namedOutputs(text.tower, "text_model_output.")),
      ...(perText && { logits_per_text: perText, logits_per_image: transpose(perText) }),
    };
  },
});
