import { FoveaError } from "../../platform/error.ts";
import type { HostTensor } from "../../platform/session.ts";
import { hostTensor } from "../host-tensor.ts";
import type { Attribute, NodeProto, ValueInfo } from "./model-proto.ts";

/** A number that follows from extents known when the graph runs: `factor` times the extents of `axes`. */
export interface Product {
  readonly factor: number;
  readonly axes: readonly string[];
}

/**
 * Writes the nodes that compute shapes from the extents of a graph's inputs. They depend on inputs alone, so they may
 * stand before all other nodes; equal ones are written once.
 */
export class DynamicShapes {
  readonly nodes: NodeProto[] = [];
  readonly initializers = new Map<string, HostTensor>();
  readonly #inputs: readonly ValueInfo[];
  readonly #known = new Map<string, string>();

  /** @param inputs of the graph; the named extents among their shapes are what there is to read */
  constructor(inputs: readonly ValueInfo[]) {
    this.#inputs = inputs;
  }

  /** The int64 vector of these numbers. */
  vector(parts: readonly Product[]): string {
    if (parts.every(({ axes }) => axes.length === 0)) return this.#constant(parts.map(({ factor }) => factor));
    if (parts.length === 1) return this.#product(parts[0]!);
    return this.#node(
      "Concat",
      parts.map((part) => this.vector([part])),
      { axis: 0 },
    );
  }

  #product({ factor, axes }: Product): string {
    const factors = [...axes.map((axis) => this.#extent(axis)), ...(factor === 1 ? [] : [this.#constant([factor])])];
    return factors.reduce((product, next) => this.#node("Mul", [product, next]));
  }

  /** An axis' extent, as a vector of one number. */
  #extent(axis: string): string {
    for (const { name, shape } of this.#inputs) {
      const start = shape.indexOf(axis);
      if (start >= 0) return this.#node("Shape", [name], { start, end: start + 1 });
    }
    throw new FoveaError(
      "AXIS_WITHOUT_INPUT",
      axis,
      "shapes of the graph depend on this axis, but no input has it",
      "give an input this axis, or a fixed extent",
    );
  }

  #constant(values: readonly number[]): string {
    return this.#once(`constant ${values.join()}`, (name) => {
      this.initializers.set(name, hostTensor("int64", [values.length], values));
    });
  }

  #node(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.#once(`${type} ${inputs.join()} ${JSON.stringify(attributes)}`, (name) => {
      this.nodes.push({ type, domain: "", inputs, outputs: [name], attributes });
    });
  }

  #once(id: string, write: (name: string) => void): string {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const name = `shape ${this.#known.size}`;
    this.#known.set(id, name);
    write(name);
    return name;
  }
}
