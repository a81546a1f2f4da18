// @ts-nocheck: the peers are not installed where the types are checked
// One CLIP training step in TensorFlow.js on its WASM backend, written to be fast there:
// matrix products never get a transposed factor (the backend then leaves XNNPACK for a loop that is 8 times slower), so
// linear layers have their own gradient with explicit transposes; both threads run, which the backend does not do by
// itself in Node.
import { createRequire } from "node:module";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { clipInputs } from "./inputs.mjs";
import { installWebWorkers } from "./web-worker.mjs";

const require = createRequire(import.meta.url);

await serve(async () => {
  installWebWorkers(threads);
  const tf = require("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", true);
  wasm.setThreadsCount(threads);
  await tf.setBackend("wasm");
  const { config, adamW, weights, patches, ids, ends } = clipInputs(process.argv[2]);
  const step = makeStep(tf, { config, adamW, weights, patches, ids, ends });
  return {
    name: `TensorFlow.js ${tf.version.tfjs}, WASM`,
    notes: [
      `${wasm.getThreadsCount()} threads, by a stand-in for the browser's Worker (alone it runs 1 in Node)`,
      "embedding gradient as a one-hot product (no scatter on this backend)",
    ],
    unit: async () => ({ loss: step() }),
  };
});

function makeStep(tf, { config, adamW, weights, patches, ids, ends }) {
  const { text_config: text, vision_config: vision } = config;
  const batch = ends.length;
  const variables = new Map();
  for (const [name, { shape, data }] of weights) variables.set(name, tf.variable(tf.tensor(data, shape), true, name));
  const get = (name) => variables.get(name);

  const product = tf.customGrad((x, w, save) => {
    save([x, w]);
    return {
      value: tf.matMul(x, w),
      gradFunc: (dy, [x, w]) => [tf.matMul(dy, tf.transpose(w)), tf.matMul(tf.transpose(x), dy)],
    };
  });
  const linear = (x, name) => product(x, get(`${name}.weight`)).add(get(`${name}.bias`));

  // Rows of a table, or of a matrix of activations; `select` is the one-hot matrix of `rows`, transposed.
  const take = (table, rows, select) =>
    tf.customGrad((table) => ({ value: tf.gather(table, rows), gradFunc: (dy) => tf.matMul(select, dy) }))(table);
  const oneHot = (rows, size) => tf.tidy(() => tf.transpose(tf.oneHot(tf.tensor1d(rows, "int32"), size).toFloat()));

  const norm = (x, name, epsilon) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return x
      .sub(mean)
      .mul(tf.rsqrt(variance.add(epsilon)))
      .mul(get(`${name}.weight`))
      .add(get(`${name}.bias`));
  };
  const gelu = (x) => x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1));

  const attend = (x, name, { num_attention_heads: heads, hidden_size: width }, tokens, mask) => {
    const split = (part) =>
      tf.transpose(linear(x, `${name}.${part}_proj`).reshape([batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
    const scores = tf.matMul(split("q").mul((width / heads) ** -0.5), split("k"), false, true);
    const mixed = tf.matMul(tf.softmax(mask === undefined ? scores : scores.add(mask)), split("v"));
    return linear(tf.transpose(mixed, [0, 2, 1, 3]).reshape([batch * tokens, width]), `${name}.out_proj`);
  };

  /** The layers of a tower: [batch * tokens, width] -> the same. */
  const tower = (x, name, shape, tokens, mask) => {
    for (let i = 0; i < shape.num_hidden_layers; i++) {
      const layer = `${name}.encoder.layers.${i}`;
      x = x.add(
        attend(norm(x, `${layer}.layer_norm1`, shape.layer_norm_eps), `${layer}.self_attn`, shape, tokens, mask),
      );
      const hidden = gelu(linear(norm(x, `${layer}.layer_norm2`, shape.layer_norm_eps), `${layer}.mlp.fc1`));
      x = x.add(linear(hidden, `${layer}.mlp.fc2`));
    }
    return x;
  };

  const pixels = tf.tensor(patches.data, patches.shape); // [batch * patches, 3 * patch * patch]
  const turnedPixels = tf.tidy(() => tf.transpose(pixels));
  const embedPatches = tf.customGrad((w) => ({
    value: tf.matMul(pixels, w),
    gradFunc: (dy) => tf.matMul(turnedPixels, dy),
  }));
  const grid = patches.shape[0] / batch;
  const context = text.max_position_embeddings;
  const words = tf.tensor1d(ids, "int32");
  const selectWords = oneHot(ids, text.vocab_size);
  const firstTokens = Array.from({ length: batch }, (_, i) => i * (grid + 1));
  const endTokens = Array.from(ends, (end, i) => i * context + end);
  const [firstRows, endRows] = [firstTokens, endTokens].map((rows) => tf.tensor1d(rows, "int32"));
  const [selectFirst, selectEnd] = [oneHot(firstTokens, batch * (grid + 1)), oneHot(endTokens, batch * context)];
  const causal = tf.tidy(() =>
    tf.linalg
      .bandPart(tf.ones([context, context]), -1, 0)
      .sub(1)
      .mul(1e9),
  );
  const diagonal = tf.eye(batch);

  const encodeImage = () => {
    const width = vision.hidden_size;
    const embedded = embedPatches(get("vision_model.embeddings.patch_embedding.weight")).reshape([batch, grid, width]);
    const first = tf.ones([batch, 1, 1]).mul(get("vision_model.embeddings.class_embedding"));
    const placed = tf.concat([first, embedded], 1).add(get("vision_model.embeddings.position_embedding.weight"));
    const x = norm(placed.reshape([batch * (grid + 1), width]), "vision_model.pre_layrnorm", vision.layer_norm_eps);
    const pooled = take(tower(x, "vision_model", vision, grid + 1), firstRows, selectFirst);
    return product(norm(pooled, "vision_model.post_layernorm", vision.layer_norm_eps), get("visual_projection.weight"));
  };
  const encodeText = () => {
    const width = text.hidden_size;
    const embedded = take(get("text_model.embeddings.token_embedding.weight"), words, selectWords);
    const placed = embedded
      .reshape([batch, context, width])
      .add(get("text_model.embeddings.position_embedding.weight"));
    const x = tower(placed.reshape([batch * context, width]), "text_model", text, context, causal);
    const pooled = take(norm(x, "text_model.final_layer_norm", text.layer_norm_eps), endRows, selectEnd);
    return product(pooled, get("text_projection.weight"));
  };
  const unit = (x) => x.div(tf.sqrt(tf.sum(tf.square(x), -1, true)));
  const crossEntropy = (logits) => tf.neg(tf.sum(tf.logSoftmax(logits).mul(diagonal))).div(batch);

  const loss = () => {
    const similarity = tf.matMul(unit(encodeText()), unit(encodeImage()), false, true);
    const logits = similarity.mul(tf.exp(get("logit_scale")));
    return crossEntropy(logits)
      .add(crossEntropy(tf.transpose(logits)))
      .mul(0.5)
      .asScalar();
  };

  const adam = tf.train.adam(adamW.learningRate, adamW.beta1, adamW.beta2, adamW.epsilon);
  const matrices = [...variables.values()].filter(({ shape }) => shape.length >= 2);
  return () => {
    const { value, grads } = tf.variableGrads(loss, [...variables.values()]);
    tf.tidy(() => {
      for (const matrix of matrices) matrix.assign(matrix.mul(1 - adamW.learningRate * adamW.weightDecay));
    });
    adam.applyGradients(grads);
    tf.dispose(grads);
    const [result] = value.dataSync();
    value.dispose();
    return result;
  };
}
