// The machine's own limit: the same bytes copied in memory, picture by picture in random order, to buffers used in turn.
import { serve } from "../harness/serve.mjs";
import { key, permutation } from "../../dist/engine/random.js";
import { batchSize, packedPerUnit, side, sizes } from "./workload.mjs";

await serve(async () => {
  const stride = 3 * side * side;
  const { count } = sizes.small;
  const pictures = new Uint8Array(count * stride).fill(1);
  const buffers = Array.from({ length: 5 }, () => new Uint8Array(batchSize * stride).fill(1)); // as many as the loader uses
  const order = permutation(key(0), count);
  let taken = 0;
  return {
    name: "a copy in memory",
    notes: ["one thread, nothing else done"],
    unit: async () => {
      for (const end = taken + packedPerUnit; taken < end; taken++) {
        const from = (order[taken % count] ?? 0) * stride;
        const buffer = buffers[Math.floor(taken / batchSize) % buffers.length];
        buffer?.set(pictures.subarray(from, from + stride), (taken % batchSize) * stride);
      }
    },
  };
});
