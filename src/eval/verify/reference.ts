import * as z from "zod";
import { readCheckpoint, type FolderReader } from "../../io/checkpoint.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import { InputError } from "../../platform/error.ts";
import type { HostTensor } from "../../platform/session.ts";

/** A model of a reference implementation with what it computed: the folder that a model is verified against. */
export interface ReferenceRun {
  /** `config.json`, parsed. */
  readonly config: unknown;
  readonly weights: ReadonlyMap<string, HostTensor>;
  readonly inputs: ReadonlyMap<string, HostTensor>;
  readonly outputs: ReadonlyMap<string, HostTensor>;
  /** Gradients of the loss by weights; none if absent. */
  readonly gradients: ReadonlyMap<string, HostTensor>;
  /** The loss whose gradients these are. */
  readonly loss?: number;
  /** What made the numbers. */
  readonly recipe?: string;
  /** Weights whose gradient is zero in exact arithmetic; unknown if absent. */
  readonly zeroGradients?: ReadonlySet<string>;
}

const Meta = z.looseObject({
  reference: z.string().optional(),
  loss: z.number().optional(),
  tolerance_f32_vs_f64: z.looseObject({ grads_mathematically_zero: z.array(z.string()).optional() }).optional(),
});

/**
 * Reads `config.json`, the weights, `inputs.safetensors`, `outputs.safetensors` and, where they are there,
 * `grads.safetensors` and `meta.json`.
 * @throws {InputError} REFERENCE_INCOMPLETE, REFERENCE_INVALID, and the codes of the files' readers
 */
export async function readReference(read: FolderReader): Promise<ReferenceRun> {
  const weights = new Map<string, HostTensor>();
  const config = parseJson(z.unknown(), await need(read, "config.json"), "config.json");
  for await (const [name, tensor] of readCheckpoint(read)) weights.set(name, tensor);
  const outputs = readTensors(await need(read, "outputs.safetensors"), "outputs.safetensors");
  const grads = await read("grads.safetensors");
  const metaBytes = await read("meta.json");
  const meta = metaBytes === undefined ? {} : parseJson(Meta, metaBytes, "meta.json");
  const [loss, zero] = [outputs.get("loss"), meta.tolerance_f32_vs_f64?.grads_mathematically_zero];
  const lossValue = loss === undefined ? meta.loss : Number(loss.data[0]);
  return {
    config,
    weights,
    inputs: readTensors(await need(read, "inputs.safetensors"), "inputs.safetensors"),
    outputs,
    gradients: grads === undefined ? new Map() : readTensors(grads, "grads.safetensors"),
    ...(lossValue !== undefined && { loss: lossValue }),
    ...(meta.reference !== undefined && { recipe: meta.reference }),
    ...(zero && { zeroGradients: new Set(zero) }),
  };
}

async function need(read: FolderReader, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (bytes !== undefined) return bytes;
  throw new InputError(
    "REFERENCE_INCOMPLETE",
    name,
    "the folder has no such file",
    "give a folder with config.json, model.safetensors, inputs.safetensors and outputs.safetensors",
  );
}

const readTensors = (bytes: Uint8Array, name: string): ReadonlyMap<string, HostTensor> =>
  readSafetensors(bytes, name).tensors;

function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, name: string): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new InputError("REFERENCE_INVALID", name, "it is not the JSON that belongs here", "fetch the folder again", {
      cause,
    });
  }
}
