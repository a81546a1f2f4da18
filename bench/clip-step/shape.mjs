/** The CLIP of this benchmark, in the fields of a Hugging Face `config.json`. Everything else here follows from it. */
export const clip = {
  model_type: "clip",
  architectures: ["CLIPModel"],
  projection_dim: 192,
  logit_scale_init_value: 2.6592,
  text_config: {
    model_type: "clip_text_model",
    vocab_size: 8192,
    hidden_size: 192,
    intermediate_size: 768,
    num_hidden_layers: 6,
    num_attention_heads: 3,
    max_position_embeddings: 32,
    hidden_act: "gelu",
    layer_norm_eps: 1e-5,
    bos_token_id: 8190,
    eos_token_id: 8191,
    pad_token_id: 8191,
  },
  vision_config: {
    model_type: "clip_vision_model",
    hidden_size: 192,
    intermediate_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 3,
    num_channels: 3,
    image_size: 112,
    patch_size: 16,
    hidden_act: "gelu",
    layer_norm_eps: 1e-5,
  },
};

/** Pictures, and captions, a step. */
export const batch = 32;

/** Decoupled weight decay applies to parameters of two axes or more. */
export const adamW = { learningRate: 1e-4, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.2 };

/** @typedef {typeof clip} ClipConfig */
