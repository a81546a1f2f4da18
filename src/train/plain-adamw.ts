import type { Parameter } from "../nn/scope.ts";
import type { HostTensor } from "../platform/session.ts";

/** Stand-in for the fused optimizer of `optim/`, until it lands: AdamW in plain loops, with clipping by global norm. */
export interface PlainUpdater {
  readonly parameters: Readonly<Record<string, HostTensor<"float32">>>;
  readonly gradients: Readonly<Record<string, HostTensor<"float32">>>;
  step(now: { lr: number; step: number }): { gradNorm: number };
  state(): Map<string, HostTensor>;
}

/** See {@link PlainUpdater}. */
export function plainAdamW(
  parameters: readonly Parameter[],
  initial: ReadonlyMap<string, HostTensor<"float32">>,
  options: { beta1: number; beta2: number; epsilon: number; weightDecay: number; clip: number },
): PlainUpdater {
  const like = (): Record<string, HostTensor<"float32">> =>
    Object.fromEntries(
      parameters.map(({ path, shape }) => [
        path,
        { dtype: "float32", shape, data: new Float32Array(initial.get(path)!.data.length) },
      ]),
    );
  const [weights, gradients, first, second] = [like(), like(), like(), like()];
  for (const { path } of parameters) weights[path]!.data.set(initial.get(path)!.data);
  const { beta1, beta2, epsilon, weightDecay, clip } = options;
  return {
    parameters: weights,
    gradients,
    state: () =>
      new Map(
        parameters.flatMap(({ path }) => [
          [`m/${path}`, first[path]!],
          [`v/${path}`, second[path]!],
        ]),
      ),
    step({ lr, step }) {
      let squares = 0;
      for (const { data } of Object.values(gradients)) for (let i = 0; i < data.length; i++) squares += data[i]! ** 2;
      const gradNorm = Math.sqrt(squares);
      const scale = Math.min(1, clip / (gradNorm + 1e-6));
      const [bias1, bias2] = [1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)];
      for (const { path, shape } of parameters) {
        const [w, g, m, v] = [weights, gradients, first, second].map((of) => of[path]!.data) as [
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        const decay = shape.length > 1 ? lr * weightDecay : 0;
        for (let i = 0; i < w.length; i++) {
          const grad = g[i]! * scale;
          m[i] = beta1 * m[i]! + (1 - beta1) * grad;
          v[i] = beta2 * v[i]! + (1 - beta2) * grad * grad;
          w[i] = w[i]! * (1 - decay) - (lr * (m[i]! / bias1)) / (Math.sqrt(v[i]! / bias2) + epsilon);
        }
      }
      return { gradNorm };
    },
  };
}
