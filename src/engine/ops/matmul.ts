import { applyOne, defineOp } from "../define-op.ts";
import { badShape, broadcastShapes, demand, type TensorType } from "../shape.ts";
import type { GraphWriter } from "../onnx/graph-writer.ts";
import type { NodeOf, Tensor } from "../tensor.ts";
import { sumTo } from "./broadcast.ts";
import { reshape } from "./layout.ts";
import { full } from "./leaf.ts";

/** Matrix products. A transposed side is a flag of the product, never a transposed copy. */

interface Product {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

/** Which operands are taken transposed in their last two axes, and a factor for the result. */
export type ProductOptions = Partial<Product>;

function productExtents([a, b]: readonly TensorType[], { transA, transB }: Product): readonly [m: number, n: number] {
  const [rows, inner] = transA ? [a!.shape.at(-1)!, a!.shape.at(-2)!] : [a!.shape.at(-2)!, a!.shape.at(-1)!];
  const [innerB, columns] = transB ? [b!.shape.at(-1)!, b!.shape.at(-2)!] : [b!.shape.at(-2)!, b!.shape.at(-1)!];
  if (inner !== innerB)
    throw badShape(
      "SHAPE_MATMUL",
      `the inner extents differ: ${inner}${transA ? " (transposed)" : ""} and ${innerB}${transB ? " (transposed)" : ""}`,
      "make them equal, or transpose an operand",
    );
  return [rows, columns];
}

function demandRank(inputs: readonly TensorType[], fits: (rank: number) => boolean, text: string): void {
  if (!inputs.every(({ shape }) => fits(shape.length)))
    throw badShape(
      "SHAPE_RANK",
      `ranks ${inputs.map(({ shape }) => shape.length).join(" and ")}`,
      `operands have ${text}`,
    );
}

const flags = ({ transA, transB, alpha }: Product) => ({
  transA: Number(transA),
  transB: Number(transB),
  alpha: { float: alpha },
});

// The four gradients of op(A)·op(B): each is again a product of what is at hand.
function productGradients(
  product: (a: Tensor, b: Tensor, options: ProductOptions) => Tensor,
  dy: Tensor,
  [a, b]: readonly Tensor[],
  { transA, transB, alpha }: Product,
): readonly [da: Tensor, db: Tensor] {
  return [
    transA ? product(b!, dy, { transA: transB, transB: true, alpha }) : product(dy, b!, { transB: !transB, alpha }),
    transB ? product(dy, a!, { transA: true, transB: transA, alpha }) : product(a!, dy, { transA: !transA, alpha }),
  ];
}

/** A product for WebGPU, which has no kernel for the fused one. */
function plainProduct(
  graph: GraphWriter,
  inputs: readonly string[],
  { attrs, inputs: operands, outputs: [y] }: NodeOf<Product>,
): string {
  if (operands.some(({ size }) => size === 0)) return graph.full(0, y!); // the kernel crashes
  const turned = [attrs.transA, attrs.transB].map((turn, side) => {
    if (!turn) return inputs[side]!;
    const axes = operands[side]!.shape.map((_, axis) => axis);
    const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
    return graph.node("Transpose", [inputs[side]!], { attributes: { perm } });
  });
  const product = graph.node("MatMul", turned);
  return attrs.alpha === 1 ? product : graph.node("Mul", [product, graph.scalar(operands[0]!.dtype, attrs.alpha)]);
}

const matmulOp = defineOp<Product>({
  name: "matmul",
  infer(inputs, attrs) {
    demand("float", inputs);
    demandRank(inputs, (rank) => rank >= 2, "two axes or more");
    const batch = broadcastShapes(...inputs.map(({ shape }) => shape.slice(0, -2)));
    return [{ dtype: inputs[0]!.dtype, shape: [...batch, ...productExtents(inputs, attrs)] }];
  },
  lower: (graph, inputs, node) => [
    graph.device === "webgpu"
      ? plainProduct(graph, inputs, node)
      : graph.node("FusedMatMul", inputs, { domain: "com.microsoft", attributes: flags(node.attrs) }),
  ],
  vjp: ([dy], { inputs, attrs }) =>
    productGradients(matmul, dy!, inputs, attrs).map((grad, i) => sumTo(grad, inputs[i]!.shape)),
});

const gemmOp = defineOp<Product>({
  name: "gemm",
  infer(inputs, attrs) {
    demand("float", inputs);
    demandRank(inputs.slice(0, 2), (rank) => rank === 2, "two axes");
    const [rows, columns] = productExtents(inputs, attrs);
    broadcastShapes([rows, columns], inputs[2]?.shape ?? []);
    return [{ dtype: inputs[0]!.dtype, shape: [rows, columns] }];
  },
  lower: (graph, inputs, { attrs }) => [graph.node("Gemm", inputs, { attributes: flags(attrs) })],
  vjp: ([dy], { inputs, attrs }) => [
    ...productGradients(matmul, dy!, inputs, attrs),
    ...(inputs[2] === undefined
      ? []
      : [inputs[2].rank === 1 ? sumTo(sumRows(dy!), inputs[2].shape) : sumTo(dy!, inputs[2].shape)]),
  ],
});

/**
 * `alpha * a · b` over broadcast leading axes: `[..., m, k] · [..., k, n] -> [..., m, n]`.
 * @throws {ShapeError} SHAPE_MATMUL, SHAPE_RANK, SHAPE_NOT_BROADCASTABLE
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transA = false, transB = false, alpha = 1 }: ProductOptions = {},
): Tensor {
  return applyOne(a.rank === 2 && b.rank === 2 ? gemmOp : matmulOp, [a, b], { transA, transB, alpha });
}

/**
 * The affine map of the last axis: `x · weightᵀ + bias`.
 * @param x      `[..., in]`
 * @param weight `[out, in]`, as checkpoints store it
 * @param bias   `[out]`
 * @returns      `[..., out]`
 */
export function affine(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const rows =
    x.rank === 2 ? x : reshape(x, [x.shape.slice(0, -1).reduce((n, extent) => n * extent, 1), x.shape.at(-1)!]);
  const operands = bias === undefined ? [rows, weight] : [rows, weight, bias];
  const y = applyOne(gemmOp, operands, { transA: false, transB: true, alpha: 1 });
  return reshape(y, [...x.shape.slice(0, -1), weight.shape[0]!]);
}

/** Sum of the rows of a matrix, as a product with ones (a third faster than a reduction): `[m, n] -> [n]`. */
export function sumRows(x: Tensor): Tensor {
  return reshape(matmul(full(1, [1, x.shape[0]!], x.dtype), x), [x.shape[1]!]);
}
