import { add, div, mul, sqrt, sub } from "../../engine/ops/elementwise.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { sumSquares } from "../../engine/ops/reduce.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { lerp, type Optimizer } from "./optimizer.ts";

/** Options of {@link muon}. */
export interface MuonOptions {
  /** Share of the average of gradients that stays; 0.95. */
  readonly momentum?: number;
  /** Orthogonalise the average one gradient ahead; true. */
  readonly nesterov?: boolean;
  /** Newton-Schulz iterations; 5. */
  readonly iterations?: number;
}

/**
 * Muon: momentum whose matrix is replaced by the nearest orthogonal one, with decoupled weight decay. It is for the
 * matrices inside a network: give embeddings, heads and everything with fewer than two axes to AdamW, through the
 * parameter groups. Kernels of convolutions are taken as `[out, the rest]`.
 * @see Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
 */
export function muon({ momentum = 0.95, nesterov = true, iterations = 5 }: MuonOptions = {}): Optimizer<
  "momentum_buffer",
  "lr" | "decay"
> {
  return {
    name: "muon",
    stacks: true,
    slots: (shape) => ({ momentum_buffer: { shape } }),
    scalars: ({ lr, weightDecay }) => ({ lr, decay: 1 - lr * weightDecay }),
    update({ param, grad, slot, scalar }) {
      const buffer = lerp(slot("momentum_buffer"), grad, 1 - momentum);
      const direction = nesterov ? lerp(grad, buffer, momentum) : buffer;
      const [, rows = 1, columns = 1] = param.shape;
      const scale = Math.sqrt(Math.max(1, rows / columns));
      const change = mul(orthogonalised(direction, iterations), mul(scalar("lr"), scale));
      return { param: sub(mul(param, scalar("decay")), change), slots: { momentum_buffer: buffer } };
    },
  };
}

// The quintic that raises small singular values fastest while it keeps all of them near 1 (Jordan et al.).
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315] as const;

/**
 * The nearest matrices whose singular values are about 1 (0.7 to 1.2), by Newton-Schulz iteration on their shorter
 * side: `[count, rows, columns]`.
 */
function orthogonalised(matrices: Tensor, iterations: number): Tensor {
  const [, rows = 1, columns = 1] = matrices.shape;
  const tall = rows > columns;
  let x = div(matrices, add(sqrt(sumSquares(matrices, { axis: [1, 2], keepDims: true })), 1e-7));
  for (let i = 0; i < iterations; i++) {
    const gram = tall ? matmul(x, x, { transA: true }) : matmul(x, x, { transB: true });
    const polynomial = add(mul(gram, cubic), matmul(gram, gram, { alpha: quintic }));
    x = add(mul(x, linear), tall ? matmul(x, polynomial) : matmul(polynomial, x));
  }
  return x;
}
