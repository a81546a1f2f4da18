import { vjp } from "./autodiff.ts";
import { apply, applyOne, defineOp } from "./define-op.ts";
import { Tensor, type NoAttrs, type Node } from "./tensor.ts";

/**
 * Gradient checkpointing (rematerialisation): what a function computes on its way is not kept for the backward pass but
 * computed again there, from its inputs. Memory for activations falls from all layers' to one layer's and the layers'
 * inputs, for about a third more time.
 * @see Chen et al. 2016, https://arxiv.org/abs/1604.06174
 *
 * @param fn  a function of tensors, most often a layer. Parameters that it reads by itself get their gradients; other
 *   tensors that it needs should be passed, since what it reads by itself is computed again from the graph's inputs.
 * @returns   the same function, to be called in `fn`'s place
 *
 * @example
 * const y = checkpoint((x: Tensor) => encoderLayer(scope, x, config))(x);
 */
export function checkpoint<I extends readonly Tensor[], O extends Tensor | readonly Tensor[]>(
  fn: (...inputs: I) => O,
): (...inputs: I) => O {
  return (...inputs) => {
    const result = fn(...inputs);
    const outputs: readonly Tensor[] = result instanceof Tensor ? [result] : result;
    const sources = sourcesOf(outputs, inputs);
    const kept = apply(checkpointOp, [...sources, ...outputs], { sources: sources.length });
    return (result instanceof Tensor ? kept[0] : kept) as O;
  };
}

// Inputs: what the outputs are computed from, then the outputs themselves, which it passes on.
const checkpointOp = defineOp<{ readonly sources: number }>({
  name: "checkpoint",
  infer: (inputs, { sources }) => inputs.slice(sources),
  lower: (_graph, inputs, { attrs: { sources } }) => inputs.slice(sources),
  vjp: (grads, { inputs, attrs }, wanted) => {
    const [sources, outputs] = [inputs.slice(0, attrs.sources), inputs.slice(attrs.sources)];
    const seeds = grads.filter((grad) => grad !== undefined);
    const late = sources.map((source) => after(source, seeds));
    const again = recompute(outputs, new Map(sources.map((source, i) => [source, late[i]!])));
    const used = again.filter((_, i) => grads[i] !== undefined);
    const asked = late.filter((_, i) => wanted[i]);
    const slopes = new Map(vjp(used, seeds, asked).map((slope, i) => [asked[i], slope]));
    // What lies before must wait until all that was computed again has been used, and is free.
    const isInput = (source: Tensor): boolean => source.node.inputs.length === 0;
    const ofInputs = sources.flatMap((source, i) => (isInput(source) ? (slopes.get(late[i]) ?? []) : []));
    return sources.map((source, i) => {
      const slope = slopes.get(late[i]);
      return slope === undefined || isInput(source) ? slope : after(slope, ofInputs);
    });
  },
});

const afterOp = defineOp<NoAttrs>({
  name: "after",
  infer: ([x]) => [x!],
  // A reshape to the same shape, which ONNX Runtime does in place; its shape is 0 times the sizes of what it must wait
  // for, plus the shape, which no optimiser of ONNX Runtime computes beforehand.
  lower: (graph, [x, ...earlier], { inputs: [source] }) => {
    const sizes = graph.node(
      "Max",
      earlier.map((value) => graph.node("Size", [value])),
    );
    const zero = graph.node("Mul", [sizes, graph.scalar("int64", 0)]);
    const shape = graph.node("Add", [graph.ints(source!.shape), zero]);
    return [graph.node("Reshape", [x!, shape], { attributes: { allowzero: 1 } })];
  },
  vjp: ([dy]) => [dy],
});

/** `x`, but not before `earlier` are computed: what is computed from it has to wait. */
export const after = (x: Tensor, earlier: readonly Tensor[]): Tensor =>
  earlier.length === 0 ? x : applyOne(afterOp, [x, ...earlier], {});

/** The tensors that `outputs` are computed from: `inputs`, what those are computed from, and the graph's inputs. */
function sourcesOf(outputs: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  const before = new Set<Node>();
  const earlier = inputs.map(({ node }) => node);
  for (let node = earlier.pop(); node !== undefined; node = earlier.pop()) {
    if (before.has(node)) continue;
    before.add(node);
    earlier.push(...node.inputs.map((input) => input.node));
  }
  const sources = new Set<Tensor>();
  const seen = new Set<Tensor>();
  const rest = [...outputs];
  for (let tensor = rest.pop(); tensor !== undefined; tensor = rest.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    if (before.has(tensor.node) || "name" in tensor.node.attrs) sources.add(tensor);
    else rest.push(...tensor.node.inputs);
  }
  return [...sources];
}

/** `outputs` again, with some of the tensors that they are computed from replaced. */
function recompute(outputs: readonly Tensor[], replaced: Map<Tensor, Tensor>): Tensor[] {
  const again = (tensor: Tensor): Tensor => {
    const known = replaced.get(tensor);
    if (known !== undefined || tensor.node.inputs.length === 0) return known ?? tensor;
    const { op, inputs, attrs } = tensor.node;
    const copies = apply(op, inputs.map(again), attrs);
    for (const [i, output] of tensor.node.outputs.entries()) replaced.set(output, copies[i]!);
    return copies[tensor.index]!;
  };
  return outputs.map(again);
}
