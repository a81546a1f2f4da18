import { needInput, type Model } from "../model.ts";
import { textOptions } from "../towers/embeddings.ts";
import { namedOutputs } from "../towers/outputs.ts";
import {
  SiglipTextConfig,
  siglipTextTower,
  SiglipVisionConfig,
  siglipVisionStates,
  siglipVisionTower,
} from "./siglip.ts";

/** SigLIP's towers as checkpoints of their own. */

/** SigLIP's text tower alone (`SiglipTextModel`). */
export const siglipTextModel: Model<SiglipTextConfig> = {
  config: SiglipTextConfig,
  renames: [{ from: /^(?=embeddings|encoder|final_layer_norm|head)/, to: "text_model." }], // as transformers 5 writes them
  buffers: /\.position_ids$/,
  forward(scope, inputs, config) {
    const inputIds = needInput(inputs, "input_ids");
    return namedOutputs(siglipTextTower(scope.at("text_model"), inputIds, config, textOptions(inputs)));
  },
};

/** SigLIP's picture tower alone (`SiglipVisionModel`). */
export const siglipVisionModel: Model<SiglipVisionConfig> = {
  config: SiglipVisionConfig,
  renames: [{ from: /^(?=embeddings|encoder|post_layernorm|head)/, to: "vision_model." }],
  buffers: /\.position_ids$/,
  forward(scope, inputs, config, options) {
    const tower = config.vision_use_head ? siglipVisionTower : siglipVisionStates;
    return namedOutputs(tower(scope.at("vision_model"), needInput(inputs, "pixel_values"), config, options));
  },
};
