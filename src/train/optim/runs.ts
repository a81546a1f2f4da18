import { fuse, isFusable, type FusedKernel } from "../../engine/fused/fuse.ts";
import { allocate, floatsPerLine } from "../../engine/fused/memory.ts";
import { sizeOf, type Shape } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { Group, Grouping } from "./groups.ts";
import { stackShape, updateGraph, type Optimizer, type Slot } from "./optimizer.ts";

/** The graph of an update, and the kernel that computes it if all of it is elementwise. */
export interface UpdateProgram {
  readonly graph: Readonly<Record<string, Tensor>>;
  readonly kernel: FusedKernel | undefined;
}

/** A parameter's place in the arrays of its run. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly slots: Readonly<Record<string, Slot>>;
  /** Index of its first element. */
  readonly start: number;
}

/** Parameters that one call updates: many that share a kernel and a group, a stack of one shape, or one alone. */
export interface Run {
  readonly optimizer: Optimizer;
  readonly group: Group;
  readonly program: UpdateProgram;
  readonly members: readonly Member[];
  readonly memory: WebAssembly.Memory;
  /** `param`, `grad`, the slots and, if asked for, `ema` and `accumulated`: in each, the members' parts in order. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** Options of {@link planRuns}. */
export interface PlanOptions {
  readonly groups: Grouping;
  /** Keep an `ema` array. */
  readonly ema: boolean;
  /** Keep an `accumulated` array. */
  readonly accumulate: boolean;
  /** Bytes of the arrays of a run of several members; 2^30, a quarter of a memory, so that runs pack well. */
  readonly maxRunBytes?: number;
}

/**
 * Sorts parameters into runs, allocates their arrays and fills them: parameters and their moving averages with the
 * given values, slots as the optimizer says, the rest with 0.
 */
export function planRuns(
  parameters: ReadonlyMap<string, HostTensor<"float32">>,
  optimizer: Optimizer,
  options: PlanOptions,
): Run[] {
  const drafts = draftRuns(parameters, optimizer, options);
  const lengths = drafts.map((draft) => arrayLengths(draft, options));
  const placed = allocate(lengths.map((byName) => Object.values(byName)));
  return drafts.map((draft, i) => {
    const { memory, arrays } = placed[i]!;
    const named = Object.keys(lengths[i]!).map((name, at) => [name, arrays[at]!] as const);
    const run: Run = { ...draft, memory, arrays: Object.fromEntries(named) };
    for (const member of run.members) {
      const { data } = parameters.get(member.name)!;
      viewOf(run, member, "param").data.set(data);
      if (options.ema) viewOf(run, member, "ema").data.set(data);
      for (const [slot, { fill }] of Object.entries(member.slots))
        if (fill !== undefined) viewOf(run, member, slot).data.fill(fill); // arrays are 0 already: do not touch them all
    }
    return run;
  });
}

/** The part of one of a run's arrays that belongs to a member: of the parameter's shape, unless it is a slot of another. */
export function viewOf({ arrays }: Run, { start, shape, slots }: Member, array: string): HostTensor<"float32"> {
  const own = slots[array]?.shape ?? shape;
  return { dtype: "float32", shape: own, data: arrays[array]!.subarray(start, start + sizeOf(own)) };
}

/** A run without its arrays, to which members are still added. */
interface Draft extends Omit<Run, "members" | "memory" | "arrays"> {
  readonly members: Member[];
  /** Elements of all members, each rounded up to a cache line. */
  length: number;
}

function draftRuns(
  parameters: ReadonlyMap<string, HostTensor>,
  optimizer: Optimizer,
  { groups, ema, accumulate, maxRunBytes = 2 ** 30 }: PlanOptions,
): Draft[] {
  const programs = programCache(ema);
  const open = new Map<string, Draft>();
  const drafts: Draft[] = [];
  for (const [name, { shape }] of parameters) {
    const group = groups(name, shape);
    const own = group.optimizer ?? optimizer;
    const axes = shape.length === 0 ? [1] : shape; // a scalar would be the same number for every element of a stream
    const slots = own.slots(axes);
    const { program, id } = programs(own, own.stacks === true ? stackShape(axes, 1) : axes, group.max);
    const length = Math.ceil(sizeOf(shape) / floatsPerLine) * floatsPerLine;
    const together = program.kernel !== undefined || (own.stacks === true && length === sizeOf(shape)); // without gaps
    const key = together ? `${id} ${group.lrScale} ${group.weightDecay} ${group.max}` : `alone ${name}`;
    const arrays = 2 + Object.keys(slots).length + Number(ema) + Number(accumulate);
    let draft = open.get(key);
    if (draft === undefined || (draft.length + length) * arrays * Float32Array.BYTES_PER_ELEMENT > maxRunBytes) {
      draft = { optimizer: own, group, program, members: [], length: 0 };
      open.set(key, draft);
      drafts.push(draft);
    }
    draft.members.push({ name, shape, slots, start: draft.length });
    draft.length += length;
  }
  return drafts.map((draft) => {
    const { optimizer: own, members, group } = draft;
    if (own.stacks !== true) return draft;
    return { ...draft, program: programs(own, stackShape(members[0]!.shape, members.length), group.max).program };
  });
}

/** Update programs, each made once; those of equal ids are the same kernel of the same optimizer. */
function programCache(
  ema: boolean,
): (optimizer: Optimizer, shape: Shape, max?: number) => { program: UpdateProgram; id: string } {
  const optimizers: Optimizer[] = [];
  const known = new Map<string, { program: UpdateProgram; id: string }>();
  return (optimizer, shape, max) => {
    if (!optimizers.includes(optimizer)) optimizers.push(optimizer);
    const index = optimizers.indexOf(optimizer);
    const key = `${index} ${max} ${shape.join()}`;
    let entry = known.get(key);
    if (entry === undefined) {
      const graph = updateGraph(optimizer, shape, { ema, max });
      const kernel = isFusable(graph) ? fuse(graph) : undefined;
      entry = { program: { graph, kernel }, id: `${index} ${kernel?.code.join() ?? shape.join()}` };
      known.set(key, entry);
    }
    return entry;
  };
}

function arrayLengths({ program, members, length }: Draft, { ema, accumulate }: PlanOptions): Record<string, number> {
  const [first] = members;
  const slots = Object.entries(first?.slots ?? {}).map(
    ([name, { shape }]) =>
      [name, program.kernel === undefined && members.length === 1 ? sizeOf(shape) : length] as const,
  );
  return {
    param: length,
    grad: length,
    ...Object.fromEntries(slots),
    ...(ema ? { ema: length } : {}),
    ...(accumulate ? { accumulated: length } : {}),
  };
}
