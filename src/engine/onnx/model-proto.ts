import protobuf from "protobufjs/minimal.js";
import type { DType, HostTensor } from "../../platform/session.ts";

/**
 * Encodes the part of ONNX's protocol buffers that Fovea writes, message by message.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (the field numbers)
 */

/** ONNX's number for each element type (TensorProto.DataType). */
export const onnxType: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** Value of a node's attribute. A plain number is an integer attribute; floats are wrapped so that 1 and 1.0 differ. */
export type Attribute =
  number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] };

/** One ONNX node. An empty input name is an absent optional input. */
export interface NodeProto {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph input or output; a string extent is a named dynamic axis (`dim_param`). */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

/** What a model file holds. */
export interface ModelProto {
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, HostTensor>;
}

const opsetVersion = 21; // LayerNormalization, Gelu and Reduce* with axes as input; read by onnxruntime 1.20 and later
const irVersion = 10; //    the version that goes with opset 21

/** A model whose large constants stand beside its bytes, which name them: see `SessionOptions.weights`. */
export interface ModelAndWeights {
  readonly model: Uint8Array;
  readonly weights: ReadonlyMap<string, HostTensor>;
}

/** Constants of fewer bytes are written into the model. */
const leastApart = 1024;

/** Serialises a model for a session without copying its weights. */
export function encodeApart(model: ModelProto): ModelAndWeights {
  const weights = new Map([...model.initializers].filter(([, { data }]) => data.byteLength >= leastApart));
  return { model: encode(model, weights), weights };
}

/** Serialises a model. */
export const encodeModel = (model: ModelProto): Uint8Array => encode(model, new Map());

function encode(model: ModelProto, apart: ModelAndWeights["weights"]): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, varint)).int64(irVersion);
  writer.uint32(tag(2, bytes)).string("fovea");
  message(writer, 7, (graph) => encodeGraph(graph, model, apart));
  const opsets: readonly (readonly [domain: string, version: number])[] = [
    ["", opsetVersion],
    ["com.microsoft", 1],
  ];
  for (const [domain, version] of opsets)
    message(writer, 8, (opset) => {
      opset.uint32(tag(1, bytes)).string(domain);
      opset.uint32(tag(2, varint)).int64(version);
    });
  return writer.finish();
}

const varint = 0;
const fixed32 = 5;
const bytes = 2;
const tag = (field: number, wire: number): number => field * 8 + wire;

function message(writer: protobuf.Writer, field: number, write: (writer: protobuf.Writer) => void): void {
  writer.uint32(tag(field, bytes)).fork();
  write(writer);
  writer.ldelim();
}

function encodeGraph(writer: protobuf.Writer, model: ModelProto, apart: ModelAndWeights["weights"]): void {
  for (const node of model.nodes) message(writer, 1, (w) => encodeNode(w, node));
  writer.uint32(tag(2, bytes)).string("fovea");
  for (const [name, tensor] of model.initializers)
    message(writer, 5, (w) => encodeTensor(w, name, tensor, apart.has(name)));
  for (const input of model.inputs) message(writer, 11, (w) => encodeValueInfo(w, input));
  for (const output of model.outputs) message(writer, 12, (w) => encodeValueInfo(w, output));
}

function encodeNode(writer: protobuf.Writer, node: NodeProto): void {
  for (const input of node.inputs) writer.uint32(tag(1, bytes)).string(input);
  for (const output of node.outputs) writer.uint32(tag(2, bytes)).string(output);
  writer.uint32(tag(4, bytes)).string(node.type);
  for (const [name, value] of Object.entries(node.attributes))
    message(writer, 5, (w) => encodeAttribute(w, name, value));
  if (node.domain !== "") writer.uint32(tag(7, bytes)).string(node.domain);
}

// AttributeProto.AttributeType: FLOAT 1, INT 2, STRING 3, FLOATS 6, INTS 7.
function encodeAttribute(writer: protobuf.Writer, name: string, value: Attribute): void {
  writer.uint32(tag(1, bytes)).string(name);
  const type = (number: number): protobuf.Writer => writer.uint32(tag(20, varint)).int32(number);
  if (typeof value === "number") {
    type(2).uint32(tag(3, varint)).int64(value);
  } else if (typeof value === "string") {
    type(3).uint32(tag(4, bytes)).string(value);
  } else if ("float" in value) {
    type(1).uint32(tag(2, fixed32)).float(value.float);
  } else if ("floats" in value) {
    type(6);
    for (const float of value.floats) writer.uint32(tag(7, fixed32)).float(float);
  } else {
    type(7);
    for (const int of value) writer.uint32(tag(8, varint)).int64(int);
  }
}

const external = 1; // TensorProto.DataLocation

function encodeTensor(
  writer: protobuf.Writer,
  name: string,
  { dtype, shape, data }: HostTensor,
  isApart: boolean,
): void {
  for (const extent of shape) writer.uint32(tag(1, varint)).int64(extent);
  writer.uint32(tag(2, varint)).int32(onnxType[dtype]);
  writer.uint32(tag(8, bytes)).string(name);
  if (isApart) {
    message(writer, 13, (entry) => {
      entry.uint32(tag(1, bytes)).string("location");
      entry.uint32(tag(2, bytes)).string(name); // a file that holds nothing else
    });
    writer.uint32(tag(14, varint)).int32(external);
  } else {
    writer.uint32(tag(9, bytes)).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

function encodeValueInfo(writer: protobuf.Writer, { name, dtype, shape }: ValueInfo): void {
  writer.uint32(tag(1, bytes)).string(name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.uint32(tag(1, varint)).int32(onnxType[dtype]);
      message(tensor, 2, (dims) => {
        for (const extent of shape)
          message(dims, 1, (dim) => {
            if (typeof extent === "string") dim.uint32(tag(2, bytes)).string(extent);
            else dim.uint32(tag(1, varint)).int64(extent);
          });
      });
    }),
  );
}
