import { hostTensor } from "../engine/host-tensor.ts";
import type { Parameter } from "../nn/scope.ts";
import { TrainError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import type { Measured, Tensors, TrainStep } from "./step.ts";

/**
 * A step over a batch that is `parts` times as large, part by part: the mean of the parts' losses, metrics and
 * gradients. That is the large batch's own where the loss is a mean over items; contrastive losses compare items with
 * each other, so they need `compileGradCache`.
 *
 * @param step compiled for one part; the batch's tensors are cut along their first axis
 * @throws {TrainError} BATCH_NOT_DIVISIBLE
 */
export function accumulate(step: TrainStep, parts: number): TrainStep {
  const scratch = Object.fromEntries(step.parameters.map(({ path, shape }) => [path, hostTensor("float32", shape)]));
  return {
    ...step,
    async run(feeds, gradients) {
      const { weights, batch } = separate(feeds, step.all);
      const sums: Record<string, number> = {};
      for (let part = 0; part < parts; part++) {
        const into = part === 0 ? gradients : scratch;
        const measured = await step.run({ ...weights, ...partOf(batch, part, parts) }, into);
        for (const [name, value] of Object.entries(measured)) sums[name] = (sums[name] ?? 0) + value / parts;
        if (part > 0) addInto(gradients, scratch);
      }
      for (const { data } of Object.values(gradients)) scale(data, 1 / parts);
      return { loss: NaN, ...sums } satisfies Measured;
    },
  };
}

/** What a step is fed, told apart: the parameters, and the batch. */
export function separate(
  feeds: Tensors,
  parameters: readonly Parameter[],
): { readonly weights: Tensors; readonly batch: Tensors } {
  const paths = new Set(parameters.map(({ path }) => path));
  const entries = Object.entries(feeds);
  return {
    weights: Object.fromEntries(entries.filter(([name]) => paths.has(name))),
    batch: Object.fromEntries(entries.filter(([name]) => !paths.has(name))),
  };
}

/**
 * One of `parts` equal parts of a batch, cut along the first axis of each tensor: views, not copies.
 * @throws {TrainError} BATCH_NOT_DIVISIBLE
 */
export function partOf(batch: Tensors, part: number, parts: number): Tensors {
  return Object.fromEntries(
    Object.entries(batch).map(([name, tensor]) => {
      const items = tensor.shape[0] ?? 1;
      if (items % parts !== 0)
        throw new TrainError(
          "BATCH_NOT_DIVISIBLE",
          name,
          `${items} items do not divide into ${parts} parts`,
          "choose a batch size that is a multiple of the number of parts",
        );
      return [name, rowsOf(tensor, (part * items) / parts, items / parts)];
    }),
  );
}

function rowsOf({ dtype, shape, data }: HostTensor, first: number, count: number): HostTensor {
  const width = data.length / shape[0]!;
  return { dtype, shape: [count, ...shape.slice(1)], data: data.subarray(first * width, (first + count) * width) };
}

/** Adds each of `more` to the sum of the same name. */
export function addInto(sums: Tensors, more: Tensors): void {
  for (const [name, { data }] of Object.entries(more)) {
    const sum = sums[name]?.data;
    if (!(sum instanceof Float32Array) || !(data instanceof Float32Array)) continue;
    for (let i = 0; i < sum.length; i++) sum[i]! += data[i]!;
  }
}

/** Sets a gradient to zero. */
export function clear(gradient: HostTensor | undefined): void {
  if (gradient?.data instanceof Float32Array) gradient.data.fill(0);
}

function scale(data: HostTensor["data"], factor: number): void {
  if (!(data instanceof Float32Array)) return;
  for (let i = 0; i < data.length; i++) data[i]! *= factor;
}
