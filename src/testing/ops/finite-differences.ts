import { NdArray } from "../nd-array.ts";

/** Derivatives of a plain computation by central differences, in float64. */

/** A computation on plain arrays, with all its outputs. */
export type Function = (inputs: readonly NdArray[]) => readonly NdArray[];

/** For some arrays (where there is one), another of the same shape: weights of outputs, directions of inputs. */
export type Companions = readonly (NdArray | undefined)[];

/** Gradient of `sum(weight * output)` by each input that `wanted` has a companion for. */
export function gradient(
  f: Function,
  inputs: readonly NdArray[],
  weights: Companions,
  wanted: Companions,
  step: number,
): Companions {
  const weightedSum = (at: readonly NdArray[]): number =>
    f(at).reduce(
      (sum, y, k) => sum + y.data.reduce((part, value, i) => part + value * (weights[k]?.data[i] ?? 0), 0),
      0,
    );
  return inputs.map((input, j) => {
    if (wanted[j] === undefined) return undefined;
    const slopes = input.data.map((value, i) => {
      const moved = (by: number): readonly NdArray[] =>
        inputs.with(j, new NdArray(input.shape, input.data.with(i, value + by)));
      return (weightedSum(moved(step)) - weightedSum(moved(-step))) / (2 * step);
    });
    return new NdArray(input.shape, slopes);
  });
}

/** Change of every output of `f` along `directions` of the inputs. */
export function along(f: Function, inputs: readonly NdArray[], directions: Companions, step: number): NdArray[] {
  const moved = (by: number): readonly NdArray[] =>
    inputs.map(
      ({ shape, data }, j) =>
        new NdArray(
          shape,
          data.map((value, i) => value + by * (directions[j]?.data[i] ?? 0)),
        ),
    );
  const [ahead, behind] = [f(moved(step)), f(moved(-step))];
  return ahead.map(
    ({ shape, data }, k) =>
      new NdArray(
        shape,
        data.map((value, i) => (value - behind[k]!.data[i]!) / (2 * step)),
      ),
  );
}
