/**
 * ONNX bytes of a graph that computes `a · b` `repeats` times and returns one row of each product, so that only the
 * products take time: the runtime's JavaScript binding copies outputs.
 *
 * Written by hand, field number by field number (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), so that the
 * machine's own rate does not depend on the engine that is measured against it.
 *
 * @param {number} rows    of `a`
 * @param {number} inner
 * @param {number} columns of `b`
 * @param {number} repeats
 */
export function productGraph(rows, inner, columns, repeats) {
  const each = Array.from({ length: repeats }, (_, i) => i);
  const graph = [
    ...each.flatMap((i) => [
      message(1, node("MatMul", ["a", "b"], `product${i}`)),
      message(1, node("Gather", [`product${i}`, "row"], `row${i}`)),
    ]),
    text(2, "products"),
    message(11, value("a", float32, [rows, inner])),
    message(11, value("b", float32, [inner, columns])),
    message(11, value("row", int64, [1])),
    ...each.map((i) => message(12, value(`row${i}`, float32, [1, columns]))),
  ];
  return Uint8Array.from([...integer(1, 8), ...message(7, graph.flat()), ...message(8, integer(2, 17))]); // IR 8, opset 17
}

const float32 = 1;
const int64 = 7;

/** @type {(op: string, inputs: readonly string[], output: string) => number[]} */
const node = (op, inputs, output) => [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, op)];

/** @type {(name: string, type: number, shape: readonly number[]) => number[]} */
const value = (name, type, shape) => {
  const dimensions = shape.flatMap((size) => message(1, integer(1, size)));
  return [...text(1, name), ...message(2, message(1, [...integer(1, type), ...message(2, dimensions)]))];
};

/** @type {(field: number, bytes: readonly number[]) => number[]} */
const message = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];

/** @type {(field: number, content: string) => number[]} */
const text = (field, content) => message(field, [...Buffer.from(content)]);

/** @type {(field: number, content: number) => number[]} */
const integer = (field, content) => [...varint(field * 8), ...varint(content)];

/** @type {(content: number) => number[]} */
const varint = (content) => (content < 128 ? [content] : [(content % 128) + 128, ...varint(Math.floor(content / 128))]);
