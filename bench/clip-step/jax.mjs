// @ts-nocheck: the peers are not installed where the types are checked
// One CLIP training step in jax-js on its WASM device: `valueAndGrad` inside one `jit`, the optimizer inside one for each
// shape (with both in one, the lists of pending work that jax-js keeps for every output made its step slower).
// jax-js frees arrays by reference counts: passing an array gives it away, `x.ref` keeps it.
import { readFileSync } from "node:fs";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { clipInputs } from "./inputs.mjs";
import { installWebWorkers } from "./web-worker.mjs";

const home = new URL("../node_modules/@jax-js/jax/package.json", import.meta.url);

await serve(async () => {
  installWebWorkers(threads);
  const jax = await import("@jax-js/jax");
  await jax.init("wasm");
  const step = makeStep(jax, clipInputs(process.argv[2]));
  return {
    name: `jax-js ${JSON.parse(readFileSync(home, "utf8")).version}, WASM`,
    notes: [`${threads} threads, by a stand-in for the browser's Worker (alone it runs 1 in Node)`],
    unit: async () => ({ loss: await step() }),
  };
});

function makeStep(jax, { config, adamW, weights, patches, ids, ends }) {
  const { numpy: np, nn, tree } = jax;
  const { text_config: text, vision_config: vision } = config;
  const batch = ends.length;
  const grid = patches.shape[0] / batch;
  const context = text.max_position_embeddings;

  const product = (x, w) => np.matmul(x, w);
  const linear = (p, x, name) => product(x, p[`${name}.weight`]).add(p[`${name}.bias`]);

  // Inside `jit`, the gradient of a row look-up must not be a mere view of another array (jax-js 0.1.25 throws "routine
  // primitive scatter input is not imm"): a factor that it cannot know to be 1 makes it an array of its own.
  const take = (table, rows, one) => table.slice(rows).mul(one.ref);

  const norm = (p, x, name, epsilon) => {
    const mean = np.mean(x.ref, -1, { keepdims: true });
    const centred = x.sub(mean);
    const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
    return centred
      .mul(np.reciprocal(np.sqrt(variance.add(epsilon))))
      .mul(p[`${name}.weight`])
      .add(p[`${name}.bias`]);
  };

  // Not nn.dotProductAttention: its einsum needs iterator helpers, which Node 20 lacks.
  const attend = (p, x, name, { num_attention_heads: heads, hidden_size: width }, tokens, causal) => {
    const split = (part, x) =>
      linear(p, x, `${name}.${part}_proj`)
        .reshape([batch, tokens, heads, width / heads])
        .transpose([0, 2, 1, 3]);
    const scores = np.matmul(split("q", x.ref), split("k", x.ref).transpose([0, 1, 3, 2])).mul((width / heads) ** -0.5);
    const masked = causal ? np.where(np.tri(tokens, tokens, 0, { dtype: np.bool }), scores, -Infinity) : scores;
    const mixed = np.matmul(nn.softmax(masked, -1), split("v", x));
    return linear(p, mixed.transpose([0, 2, 1, 3]).reshape([batch * tokens, width]), `${name}.out_proj`);
  };

  /** The layers of a tower: [batch * tokens, width] -> the same. */
  const tower = (p, x, name, shape, tokens, causal) => {
    for (let i = 0; i < shape.num_hidden_layers; i++) {
      const layer = `${name}.encoder.layers.${i}`;
      const normed = norm(p, x.ref, `${layer}.layer_norm1`, shape.layer_norm_eps);
      x = x.add(attend(p, normed, `${layer}.self_attn`, shape, tokens, causal));
      const hidden = linear(p, norm(p, x.ref, `${layer}.layer_norm2`, shape.layer_norm_eps), `${layer}.mlp.fc1`);
      x = x.add(linear(p, nn.gelu(hidden, { approximate: false }), `${layer}.mlp.fc2`));
    }
    return x;
  };

  const encodeImage = (p, pixels, firstRows, one) => {
    const width = vision.hidden_size;
    const embedded = product(pixels, p["vision_model.embeddings.patch_embedding.weight"]).reshape([batch, grid, width]);
    const first = np.ones([batch, 1, 1]).mul(p["vision_model.embeddings.class_embedding"]);
    const placed = np.concatenate([first, embedded], 1).add(p["vision_model.embeddings.position_embedding.weight"]);
    const x = norm(p, placed.reshape([batch * (grid + 1), width]), "vision_model.pre_layrnorm", vision.layer_norm_eps);
    const pooled = take(tower(p, x, "vision_model", vision, grid + 1, false), firstRows, one);
    return product(
      norm(p, pooled, "vision_model.post_layernorm", vision.layer_norm_eps),
      p["visual_projection.weight"],
    );
  };
  const encodeText = (p, words, endRows, one) => {
    const width = text.hidden_size;
    const embedded = take(p["text_model.embeddings.token_embedding.weight"], words, one).reshape([
      batch,
      context,
      width,
    ]);
    const placed = embedded.add(p["text_model.embeddings.position_embedding.weight"]);
    const x = tower(p, placed.reshape([batch * context, width]), "text_model", text, context, true);
    const pooled = take(norm(p, x, "text_model.final_layer_norm", text.layer_norm_eps), endRows, one);
    return product(pooled, p["text_projection.weight"]);
  };
  const unit = (x) => x.ref.div(np.sqrt(np.square(x).sum(-1, { keepdims: true })));
  const crossEntropy = (logits) =>
    nn
      .logSoftmax(logits, -1)
      .mul(np.eye(batch))
      .sum()
      .mul(-1 / batch);

  const loss = (p, { pixels, words, firstRows, endRows, one }) => {
    const caption = unit(encodeText(p, words, endRows, one));
    const image = unit(encodeImage(p, pixels, firstRows, one));
    one.dispose();
    const similarity = product(caption, image.transpose());
    const logits = similarity.mul(np.exp(p["logit_scale"]));
    return crossEntropy(logits.ref).add(crossEntropy(logits.transpose())).mul(0.5);
  };

  const { learningRate, beta1, beta2, epsilon, weightDecay } = adamW;
  const update = (decay) =>
    jax.jit((p, g, m, v, correction1, correction2) => {
      m = m.mul(beta1).add(g.ref.mul(1 - beta1));
      v = v.mul(beta2).add(np.square(g).mul(1 - beta2));
      const change = m.ref.div(correction1).div(np.sqrt(v.ref.div(correction2)).add(epsilon));
      return [p.mul(decay).sub(change.mul(learningRate)), m, v];
    });
  const [updateMatrix, updateVector] = [update(1 - learningRate * weightDecay), update(1)];
  const valueAndGrad = jax.jit(jax.valueAndGrad(loss));

  const rows = (values) => np.array(Int32Array.from(values), { dtype: np.int32 });
  const inputs = {
    pixels: np.array(patches.data).reshape(patches.shape),
    words: rows(ids),
    firstRows: rows(Array.from({ length: batch }, (_, i) => i * (grid + 1))),
    endRows: rows(ends.map((end, i) => i * context + end)),
    one: np.array(1),
  };
  const parameters = new Map();
  for (const [name, { shape, data }] of weights) {
    const value = np.array(data).reshape(shape);
    parameters.set(name, [value, np.zerosLike(value.ref), np.zerosLike(value.ref)]);
  }
  let count = 0;
  return async () => {
    count++;
    const corrections = [beta1, beta2].map((beta) => np.array(1 - beta ** count));
    const current = Object.fromEntries(Array.from(parameters, ([name, [value]]) => [name, value.ref]));
    const [value, grads] = valueAndGrad(current, tree.ref(inputs));
    for (const [name, [parameter, first, second]] of parameters) {
      const step = parameter.shape.length >= 2 ? updateMatrix : updateVector;
      parameters.set(name, step(parameter, grads[name], first, second, ...tree.ref(corrections)));
    }
    tree.dispose(corrections);
    await jax.blockUntilReady([...parameters.values()]);
    return await value.jsAsync();
  };
}
