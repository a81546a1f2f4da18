import * as activation from "./activation.ts";
import * as attention from "./attention.ts";
import * as broadcast from "./broadcast.ts";
import * as channelNorm from "./channel-norm.ts";
import * as conv from "./conv.ts";
import * as elementwise from "./elementwise.ts";
import * as gather from "./gather.ts";
import * as layout from "./layout.ts";
import * as leaf from "./leaf.ts";
import * as matmul from "./matmul.ts";
import * as normalize from "./normalize.ts";
import * as pool from "./pool.ts";
import * as reduce from "./reduce.ts";
import * as resize from "./resize.ts";
import type { Sample } from "./sample.ts";

/** Samples of every op, by the name of the file in src/engine/ops that declares it. */
export const families: Readonly<Record<string, Readonly<Record<string, readonly Sample[]>>>> = {
  activation: activation.samples,
  attention: attention.samples,
  broadcast: broadcast.samples,
  "channel-norm": channelNorm.samples,
  conv: conv.samples,
  elementwise: elementwise.samples,
  gather: gather.samples,
  layout: layout.samples,
  leaf: leaf.samples,
  matmul: matmul.samples,
  normalize: normalize.samples,
  pool: pool.samples,
  reduce: reduce.samples,
  resize: resize.samples,
};
