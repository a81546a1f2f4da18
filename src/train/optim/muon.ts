import { add, div, mul, sqrt, sub } from "../../engine/ops/elementwise.ts";
import { reshape, transpose } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { sumSquares } from "../../engine/ops/reduce.ts";
import { sizeOf } from "../../engine/shape.ts";
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
    slots: (shape) => ({ momentum_buffer: { shape } }),
    scalars: ({ lr, weightDecay }) => ({ lr, decay: 1 - lr * weightDecay }),
    update({ param, grad, slot, scalar }) {
      const buffer = lerp(slot("momentum_buffer"), grad, 1 - momentum);
      const direction = nesterov ? lerp(grad, buffer, momentum) : buffer;
      const rows = param.shape[0] ?? 1;
      const columns = sizeOf(param.shape.slice(1));
      const change = mul(
        orthogonalised(reshape(direction, [rows, columns]), rows > columns, iterations),
        Math.sqrt(Math.max(1, rows / columns)),
      );
      return {
        param: sub(mul(param, scalar("decay")), mul(reshape(change, param.shape), scalar("lr"))),
        slots: { momentum_buffer: buffer },
      };
    },
  };
}

// The quintic that raises small singular values fastest while it keeps all of them near 1 (Jordan et al.).
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315] as const;

/** The nearest matrix whose singular values are about 1 (0.7 to 1.2), by Newton-Schulz iteration on its shorter side. */
function orthogonalised(matrix: Tensor, tall: boolean, iterations: number): Tensor {
  const wide = tall ? transpose(matrix) : matrix;
  let x = div(wide, add(sqrt(sumSquares(wide)), 1e-7));
  for (let i = 0; i < iterations; i++) {
    const gram = matmul(x, x, { transB: true });
    const polynomial = add(mul(gram, cubic), matmul(gram, gram, { alpha: quintic }));
    x = add(mul(x, linear), matmul(polynomial, x));
  }
  return tall ? transpose(x) : x;
}
