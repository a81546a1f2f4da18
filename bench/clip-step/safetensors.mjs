import { readFileSync, writeFileSync } from "node:fs";

/**
 * @typedef {Float32Array | BigInt64Array} Values
 * @typedef {{ shape: readonly number[], data: Values }} Tensor
 */

const dtypeOf = (/** @type {Values} */ data) => (data instanceof Float32Array ? "F32" : "I64");

/**
 * Writes a safetensors file: the header's length as 64 bits, the JSON header padded to 8 bytes, the values.
 * (The benchmark has its own so that a contender is measured on files that Fovea did not write.)
 *
 * @param {string} path
 * @param {ReadonlyMap<string, Tensor>} tensors
 */
export function writeTensors(path, tensors) {
  let offset = 0;
  /** @type {Record<string, object>} */
  const header = {};
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = JSON.stringify(header);
  const head = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const values = [...tensors.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(path, Buffer.concat([length, head, ...values]));
}

/**
 * Reads a file of {@link writeTensors}.
 * @param {string} path
 * @returns {Map<string, Tensor>}
 */
export function readTensors(path) {
  const bytes = new Uint8Array(readFileSync(path)).buffer; // fresh: offsets of 8 bytes are aligned in it
  const start = 8 + Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, start - 8)));
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const part = bytes.slice(start + from, start + to);
        return [name, { shape, data: dtype === "F32" ? new Float32Array(part) : new BigInt64Array(part) }];
      },
    ),
  );
}
