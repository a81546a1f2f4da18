import type { Position } from "../../data/loader/plan.ts";
import { fold, type Key } from "../../engine/random.ts";
import { drawKeptPatches, keptCount } from "../../nn/patch-dropout.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { Recipe } from "../recipe.ts";

/** FLIP's patch dropout in a run: how many patches stay, and which in each batch. */
export interface PatchChoice {
  readonly option: { readonly kept: number };
  readonly draw: (at: Position) => HostTensor<"int64">;
}

/** The patch dropout that a recipe asks for, or `undefined` if it keeps all. */
export function patchChoice(
  { augmentation: { patches: share }, model: { patch } }: Recipe,
  { side }: { readonly side: number },
  pictures: number,
  key: Key,
): PatchChoice | undefined {
  if (share === 1) return undefined;
  const patches = Math.floor(side / patch) ** 2;
  const kept = keptCount(patches, 1 - share);
  return {
    option: { kept },
    draw: ({ epoch, batch }) => drawKeptPatches(fold(key, epoch, batch), pictures, patches, kept),
  };
}
