import { InputError } from "../../platform/error.ts";
import type { ListedFile, RemoteModel } from "./remote-model.node.ts";

/** The same weights in safetensors, from a pull request. */
export interface Conversion {
  /** `refs/pr/N` */
  readonly revision: string;
  readonly files: readonly ListedFile[];
}

/** Whether a file, by its path, is safetensors that a pull takes. */
export const isSafetensors = (path: string): boolean => /^[^/]+\.safetensors$/.test(path);

/** Whether a file, by its path, is weights in a format that is not read here. */
export const isOtherWeights = (path: string): boolean =>
  /\.(bin|pth?|ckpt|h5|msgpack|ot|onnx|gguf)$/.test(path) && !/(^|\/)training_args\.bin$/.test(path);

const isConverted = (path: string): boolean =>
  /^model(-\d+-of-\d+)?\.safetensors$/.test(path) || path === "model.safetensors.index.json";
const isTorch = (path: string): boolean => /^pytorch_model[^/]*\.bin$/.test(path);

/**
 * Looks for the pull request by which Hugging Face's bot offers the safetensors of a model that has none, as transformers
 * does. It counts only if it was made from the very weights that the commit holds.
 *
 * @param commit the commit that was asked for
 * @param others its weights, in other formats
 * @throws {InputError} HUB_NO_SAFETENSORS, and what {@link RemoteModel} throws
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/safetensors_conversion.py
 */
export async function findConversion(
  model: RemoteModel,
  commit: string,
  others: readonly ListedFile[],
): Promise<Conversion> {
  const source = torchHashes(others);
  if (source === "") throw noSafetensors(model.id, commit, others);
  const requests = (await model.pullRequestsOf("SFconvertbot"))
    .filter(
      ({ title, status }) => title === "Adding `safetensors` variant of this model" && /^(open|merged)$/.test(status),
    )
    .toSorted((a, b) => b.num - a.num);
  for (const { num } of requests) {
    const revision = `refs/pr/${num}`;
    const listed = await model.filesOf(await model.commitOf(revision), (path) => isConverted(path) || isTorch(path));
    const files = listed.filter(({ path }) => isConverted(path));
    if (torchHashes(listed) === source && files.some(({ path }) => isSafetensors(path))) return { revision, files };
  }
  throw noSafetensors(model.id, commit, others);
}

/** What tells PyTorch's weights from others: empty if there are none. */
const torchHashes = (files: readonly ListedFile[]): string =>
  files
    .filter(({ path }) => isTorch(path))
    .map(({ path, hash }) => `${path} ${hash.hex}`)
    .toSorted()
    .join("\n");

function noSafetensors(id: string, commit: string, others: readonly ListedFile[]): InputError {
  const names = others.map(({ path }) => path);
  const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
  const found = `its weights are there as ${shown}, not as safetensors, and Hugging Face's bot offers no conversion of them`;
  const other = `fetch a revision that has model.safetensors, as a pull request may: fovea pull ${id}@refs/pr/N`;
  const convert = `; or convert them with Python, and give the folder that this makes:\n  ${convertLine(id, commit)}`;
  return new InputError("HUB_NO_SAFETENSORS", id, found, names.some(isTorch) ? other + convert : other);
}

/** A command that fetches a model into a folder of its name and converts its weights there. */
const convertLine = (id: string, commit: string): string =>
  'python -c "import glob, torch; from huggingface_hub import snapshot_download; from safetensors.torch import save_file; ' +
  `d = snapshot_download('${id}', revision='${commit}', local_dir='${id.split("/").at(-1)}', ` +
  "allow_patterns=['*.json', '*.txt', '*.model', 'pytorch_model*.bin']); " +
  "save_file({k: v.contiguous().clone() for f in glob.glob(d + '/pytorch_model*.bin') " +
  "for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}, d + '/model.safetensors', {'format': 'pt'})\"";
