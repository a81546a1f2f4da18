import { sameShape, shapeText, typeText } from "../engine/shape.ts";
import { fromFloat16 } from "../io/float16.ts";
import type { Parameter } from "../nn/scope.ts";
import { InputError, nearest } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";

/** How strict {@link loadParameters} is. */
export interface LoadOptions {
  /** Parameters that the checkpoint may lack: they are left out of the result. None if absent. */
  readonly allowMissing?: RegExp;
  /** Tensors, by parameter name, that may belong to no parameter. None if absent. */
  readonly allowUnexpected?: RegExp;
  /** The parameter that a tensor is for, `undefined` for one to be passed over; its own name if absent. */
  readonly parameterOf?: (tensor: string) => string | undefined;
  /** Names the checkpoint in errors. */
  readonly where?: string;
}

/**
 * Finds each parameter's value among a checkpoint's tensors; half precision is widened to float32. Tensors of the right
 * type are passed on, not copied.
 *
 * @returns values by parameter path
 * @throws {InputError} WEIGHTS_MISFIT, whose text lists what is missing, unexpected or of another shape, with near names
 */
export function loadParameters(
  parameters: readonly Pick<Parameter, "path" | "shape">[],
  tensors: Iterable<readonly [name: string, tensor: HostTensor]>,
  { allowMissing, allowUnexpected, parameterOf = (name) => name, where = "checkpoint" }: LoadOptions = {},
): Map<string, HostTensor<"float32">> {
  const wanted = new Map(parameters.map(({ path, shape }) => [path, shape]));
  const values = new Map<string, HostTensor<"float32">>();
  const unexpected: string[] = [];
  const misfits: string[] = [];
  for (const [name, tensor] of tensors) {
    const path = parameterOf(name);
    if (path === undefined) continue;
    const shape = wanted.get(path);
    if (shape === undefined) {
      if (allowUnexpected?.test(path) !== true) unexpected.push(name);
      continue;
    }
    const value = widened(tensor);
    if (value === undefined || !sameShape(value.shape, shape))
      misfits.push(`${name} is ${typeText(tensor)}, not ${shapeText(shape)}`);
    else values.set(path, value);
    wanted.delete(path);
  }
  const missing = [...wanted.keys()].filter((path) => allowMissing?.test(path) !== true);
  const complaints = [
    list("lacks", missing, unexpected),
    list("holds what the model does not know:", unexpected, missing),
    list("", misfits),
  ].filter((complaint) => complaint !== undefined);
  if (complaints.length === 0) return values;
  throw new InputError(
    "WEIGHTS_MISFIT",
    where,
    complaints.join("; "),
    "config.json and the weights must belong together: fetch both again",
  );
}

function widened({ dtype, shape, data }: HostTensor): HostTensor<"float32"> | undefined {
  if (data instanceof Float32Array) return { dtype: "float32", shape, data };
  if (dtype === "float16" && data instanceof Uint16Array) return { dtype: "float32", shape, data: fromFloat16(data) };
  return undefined;
}

/** At most five of `names`, each with the nearest of `others`. */
function list(verb: string, names: readonly string[], others: readonly string[] = []): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 5).map((name) => {
    const near = nearest(name, others);
    return near === undefined ? name : `${name} (near: ${near})`;
  });
  const rest = names.length > shown.length ? [`and ${names.length - shown.length} more`] : [];
  return [verb, [...shown, ...rest].join(", ")].filter((part) => part !== "").join(" ");
}
