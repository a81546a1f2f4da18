import { evaluate } from "../engine/compile.ts";
import { reshape } from "../engine/ops/layout.ts";
import { hostConstant } from "../engine/ops/leaf.ts";
import { sameShape, type Shape } from "../engine/shape.ts";
import type { Parameter } from "../nn/scope.ts";
import type { HostTensor } from "../platform/session.ts";
import { resizePositions } from "./towers/positions.ts";

/** Names of the position embeddings of picture towers. */
const picturePositions = /^(?:vision_model|visual|vit)\b.*\bposition(?:al)?_embedding/;

/**
 * Fits weights to a model whose `image_size` is another than the checkpoint's: the position embeddings of its picture
 * tower are interpolated to the new grid, all other tensors passed on. To be called before `loadParameters`.
 *
 * @param parameters of the model for the new size
 * @param tensors    float32, by parameter path
 */
export async function fitPositions(
  parameters: readonly Pick<Parameter, "path" | "shape">[],
  tensors: ReadonlyMap<string, HostTensor>,
): Promise<Map<string, HostTensor>> {
  const fitted = new Map(tensors);
  for (const { path, shape } of parameters) {
    const tensor = tensors.get(path);
    if (tensor === undefined || !picturePositions.test(path) || sameShape(tensor.shape, shape)) continue;
    const [from, to] = [gridOf(tensor.shape), gridOf(shape)];
    if (from === undefined || to === undefined || from.lead !== to.lead) continue; // loading will say that it misfits
    const positions = reshape(hostConstant(tensor), tensor.shape.slice(-2));
    const resized = reshape(resizePositions(positions, [from.side, from.side], [to.side, to.side], to.lead), shape);
    fitted.set(path, (await evaluate({ resized })).resized);
  }
  return fitted;
}

/** The square grid that positions `[..., tokens, width]` are for, and the tokens before it: none, or a class token. */
function gridOf(shape: Shape): { readonly side: number; readonly lead: number } | undefined {
  const tokens = shape.at(-2) ?? 0;
  const lead = [0, 1].find((count) => tokens > count && Number.isInteger(Math.sqrt(tokens - count)));
  return lead === undefined ? undefined : { side: Math.sqrt(tokens - lead), lead };
}
