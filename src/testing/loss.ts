import { grad } from "../engine/autodiff.ts";
import { evaluate } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { fold, key, normal } from "../engine/random.ts";
import { sizeOf, type Shape } from "../engine/shape.ts";
import type { Tensor } from "../engine/tensor.ts";

/** A matrix as rows of plain numbers. */
export type Rows = readonly (readonly number[])[];

/** A loss, and the same computation plainly written, on as many operands as there are shapes. */
export interface LossCase {
  /** Each `[rows, columns]`. */
  readonly shapes: readonly Shape[];
  readonly loss: (...operands: Tensor[]) => Tensor;
  readonly reference: (...operands: Rows[]) => number;
}

/** The value of a loss without inputs. */
export const valueOf = async (loss: Tensor): Promise<number> => Number((await evaluate({ loss })).loss.data[0]);

/** A constant matrix. */
export const matrix = (rows: Rows): Tensor => constant(rows.flat(), [rows.length, rows[0]?.length ?? 0]);

/**
 * The largest difference of a loss from its reference, and of its gradients from finite differences of the reference, at
 * random operands, the gradients as a fraction of each one's largest.
 */
export async function lossErrors({ shapes, loss, reference }: LossCase): Promise<{ value: number; gradient: number }> {
  const values = shapes.map((shape, i) => normal(fold(key(2), i), sizeOf(shape)));
  const names = shapes.map((_, i) => `x${i}`);
  const operands = shapes.map((shape, i) => input(names[i]!, "float32", shape));
  const value = loss(...operands);
  const gradients = Object.fromEntries(grad(value, operands).map((gradient, i) => [`d${i}`, gradient!]));
  const feeds = Object.fromEntries(shapes.map((shape, i) => [names[i]!, hostTensor("float32", shape, values[i])]));
  const results = await evaluate({ value, ...gradients }, feeds);
  const plain = values.map((row, i) => rowsOf(row, shapes[i]!));
  const errors = values.map((numbers, i) => {
    const slopes = Array.from(numbers, (number, at) => {
      const moved = (by: number): number => {
        const other = rowsOf(Array.from(numbers).with(at, number + by), shapes[i]!);
        return reference(...plain.with(i, other));
      };
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    });
    const found = results[`d${i}` as "value"].data;
    const scale = Math.max(...slopes.map(Math.abs));
    return Math.max(...slopes.map((slope, at) => Math.abs(slope - Number(found[at])) / scale));
  });
  return { value: Math.abs(Number(results.value.data[0]) - reference(...plain)), gradient: Math.max(...errors) };
}

function rowsOf(values: ArrayLike<number>, shape: Shape): Rows {
  const columns = shape.at(-1) ?? 1;
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values).slice(row * columns, (row + 1) * columns),
  );
}
