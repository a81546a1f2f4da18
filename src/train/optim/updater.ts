import { bind, fuse, type RunKernel } from "../../engine/fused/fuse.ts";
import { add, mul } from "../../engine/ops/elementwise.ts";
import { input } from "../../engine/ops/leaf.ts";
import { sameShape, typeText } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { FoveaError } from "../../platform/error.ts";
import type { HostTensor } from "../../platform/session.ts";
import { emaRate, type EmaOptions } from "./ema.ts";
import { decayMatrices, type Grouping } from "./groups.ts";
import { compileUpdate, type OnnxUpdate } from "./onnx-update.ts";
import type { Optimizer } from "./optimizer.ts";
import { planRuns, viewOf, type Run, type UpdateProgram } from "./runs.ts";

/** Options of {@link createUpdater}. */
export interface UpdaterOptions {
  /** How each parameter is trained where it differs; no weight decay if absent ({@link decayMatrices}). */
  readonly groups?: Grouping;
  /** Scale gradients down when the norm of all of them together is larger than this. */
  readonly maxGradNorm?: number;
  readonly ema?: EmaOptions;
  /** Allow {@link Updater.accumulate}: as much memory again as the gradients take; false. */
  readonly accumulate?: boolean;
}

/** What {@link Updater.step} depends on. */
export interface StepOptions {
  /** Index of the update, from 0. */
  readonly step: number;
  readonly lr: number;
  /** Factor of the gradients before anything else, e.g. one over the number of accumulated batches; 1. */
  readonly gradScale?: number;
}

/** The host tensors that one of the updater's arrays holds, by parameter name. */
export type NamedTensors = Readonly<Record<string, HostTensor<"float32">>>;

/**
 * Owns the parameters, gradients and optimizer state of a training run, and updates them in place. The arrays stay
 * where they are for its whole life, so `parameters` can be fed to a session and `gradients` be its outputs, without
 * a copy.
 */
export class Updater {
  /** Current values, in the shapes that they were given in. */
  readonly parameters: NamedTensors;
  /** Where the training graph writes its gradients. */
  readonly gradients: NamedTensors;
  /** The moving averages, if kept. */
  readonly ema: NamedTensors | undefined;
  readonly #runs: readonly BoundRun[];
  readonly #options: UpdaterOptions;
  readonly #sessions: readonly OnnxUpdate[];
  #accumulates = false;

  /** Use {@link createUpdater}. */
  constructor(runs: readonly BoundRun[], sessions: readonly OnnxUpdate[], options: UpdaterOptions) {
    this.#runs = runs;
    this.#options = options;
    this.#sessions = sessions;
    this.parameters = Object.fromEntries(this.#views("param"));
    this.gradients = Object.fromEntries(this.#views("grad"));
    this.ema = options.ema === undefined ? undefined : Object.fromEntries(this.#views("ema"));
  }

  /** Adds the gradients to those of earlier calls since the last step; the next step takes the sum. */
  accumulate(): void {
    if (this.#options.accumulate !== true) throw new TypeError("create the updater with accumulate: true");
    for (const { run, accumulate } of this.#runs)
      if (this.#accumulates) accumulate(run.arrays);
      else run.arrays["accumulated"]!.set(run.arrays["grad"]!);
    this.#accumulates = true;
  }

  /**
   * Clips the gradients, updates the parameters and the optimizer's state, then the moving averages.
   * If the norm is not finite, nothing is changed.
   *
   * @returns the norm of all gradients together, after `gradScale` and before clipping
   */
  async step({ step, lr, gradScale = 1 }: StepOptions): Promise<{ readonly gradNorm: number }> {
    const source = this.#accumulates ? "accumulated" : "grad";
    this.#accumulates = false;
    const { maxGradNorm = Infinity, ema } = this.#options;
    const squares = this.#runs.reduce((sum, { run, sumSquares }) => sum + sumSquares({ x: run.arrays[source]! }), 0);
    const gradNorm = Math.sqrt(squares) * gradScale;
    if (!Number.isFinite(gradNorm)) return { gradNorm };
    const shared = {
      grad_scale: gradScale * Math.min(1, maxGradNorm / (gradNorm + 1e-6)), // as torch's clip_grad_norm_
      ema_rate: ema === undefined ? 0 : emaRate(ema, step),
    };
    for (const { run, update } of this.#runs) {
      const { lrScale = 1, weightDecay = 0 } = run.group;
      const own = run.optimizer.scalars({ step, lr: lr * lrScale, weightDecay });
      await update({ ...run.arrays, grad: run.arrays[source]! }, { ...own, ...shared });
    }
    return { gradNorm };
  }

  /**
   * What a checkpoint needs besides the parameters: `optimizer.<slot>.<parameter>` and `ema.<parameter>`. The tensors
   * are the updater's own: copy or write them before the next step.
   */
  state(): Map<string, HostTensor<"float32">> {
    const slots = this.#runs.flatMap(({ run }) =>
      run.members.flatMap((member) =>
        Object.keys(member.slots).map(
          (slot) => [`optimizer.${slot}.${member.name}`, viewOf(run, member, slot)] as const,
        ),
      ),
    );
    return new Map([...slots, ...Object.entries(this.ema ?? {}).map(([name, view]) => [`ema.${name}`, view] as const)]);
  }

  /**
   * Takes over what {@link Updater.state} gave; with the parameters of the same moment, training goes on bit for bit.
   * @throws {FoveaError} OPTIMIZER_STATE if a tensor is missing, of another type, or of no use here
   */
  load(state: ReadonlyMap<string, HostTensor>): void {
    const own = this.state();
    for (const name of state.keys()) if (!own.has(name)) throw unfitState(name, "this run does not keep it");
    const copies = [...own].map(([name, to]) => {
      const from = state.get(name);
      if (from === undefined) throw unfitState(name, "the checkpoint does not have it");
      if (!(from.data instanceof Float32Array) || !sameShape(from.shape, to.shape))
        throw unfitState(name, `the checkpoint has ${typeText(from)}, but this run keeps ${typeText(to)}`);
      return [to.data, from.data] as const;
    });
    for (const [to, from] of copies) to.set(from);
  }

  /** Frees the sessions of optimizers that are not elementwise. */
  async dispose(): Promise<void> {
    for (const session of this.#sessions) await session.dispose();
  }

  #views(array: string): [name: string, view: HostTensor<"float32">][] {
    return this.#runs.flatMap(({ run }) => run.members.map((member) => [member.name, viewOf(run, member, array)]));
  }
}

const unfitState = (name: string, found: string): FoveaError =>
  new FoveaError("OPTIMIZER_STATE", name, found, "resume with the optimizer and settings that the run began with");

/** A run and what is called on it. */
interface BoundRun {
  readonly run: Run;
  readonly update: OnnxUpdate["run"] | RunKernel;
  readonly sumSquares: RunKernel;
  readonly accumulate: RunKernel;
}

/**
 * Allocates a training run's state and compiles its updates. Parameters whose update is elementwise are updated by one
 * WebAssembly pass over all of them; the others by an ONNX graph for each shape.
 *
 * @param parameters first values by name; they are copied
 *
 * @example
 * const updater = await createUpdater(initialize(scope.parameters, key), adamW({ betas: [0.9, 0.98] }), {
 *   groups: decayMatrices(0.2),
 *   maxGradNorm: 1,
 * });
 * // The graph's outputs: in ONNX they cannot have the names of inputs.
 * const into = Object.fromEntries(Object.entries(updater.gradients).map(([name, view]) => [`grad.${name}`, view]));
 * for (let step = 0; step < steps; step++) {
 *   await session.run({ ...batch(step), ...updater.parameters }, into);
 *   await updater.step({ step, lr: schedule(step) });
 * }
 */
export async function createUpdater(
  parameters: ReadonlyMap<string, HostTensor<"float32">>,
  optimizer: Optimizer,
  options: UpdaterOptions = {},
): Promise<Updater> {
  const { groups = decayMatrices(0), ema, accumulate = false } = options;
  const runs = planRuns(parameters, optimizer, { groups, ema: ema !== undefined, accumulate });
  const sessions = new Map<UpdateProgram, OnnxUpdate>();
  const bound: BoundRun[] = [];
  for (const run of runs) {
    const { program, memory } = run;
    let update: BoundRun["update"];
    if (program.kernel === undefined) {
      const session = sessions.get(program) ?? (await compileUpdate(program.graph));
      sessions.set(program, session);
      update = session.run;
    } else update = bind(program.kernel, memory);
    bound.push({
      run,
      update,
      sumSquares: bind(sumSquaresKernel, memory),
      accumulate: bind(accumulateKernel, memory),
    });
  }
  return new Updater(bound, [...sessions.values()], options);
}

const stream = (name: string): Tensor => input(name, "float32", [1]);
const sumSquaresKernel = fuse({}, mul(stream("x"), stream("x")));
const accumulateKernel = fuse({ accumulated: add(stream("accumulated"), stream("grad")) });
