import type { Key } from "../engine/random.ts";
import { fold } from "../engine/random.ts";
import { input } from "../engine/ops/leaf.ts";
import { sameShape, sizeOf, type Shape } from "../engine/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { ShapeError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import type { Init } from "./init.ts";

/** One learnable tensor of a model. */
export interface Parameter {
  /** Full path: the tensor's name in a published checkpoint. */
  readonly path: string;
  readonly shape: Shape;
  /** How its first value is drawn. */
  readonly init: Init;
  /** Whether training changes it. */
  readonly trainable: boolean;
  /** The graph input that stands for it. */
  readonly tensor: Tensor<"float32">;
}

/** What a layer asks for. */
export interface ParameterRequest {
  readonly path: string;
  readonly shape: Shape;
  readonly init: Init;
  readonly trainable: boolean;
}

/**
 * Changes how parameters behave without a change to any model: it sees every request below a scope, and answers with a
 * tensor, most often made from what `next` returns (for the same request, or others).
 *
 * @example freeze: (request, next) => next({ ...request, trainable: false })
 */
export type ScopeTransform = (request: ParameterRequest, next: (request: ParameterRequest) => Tensor) => Tensor;

/**
 * A place in a model's tree of parameters. A layer or model is a plain function of a scope and tensors: it declares a
 * parameter where it uses it, and the full path is the parameter's name in the checkpoint. Asking twice for one path
 * shares the parameter.
 */
export class Scope {
  readonly path: string;
  readonly #parameters: Map<string, Parameter>;
  readonly #resolve: (request: ParameterRequest) => Tensor;

  private constructor(
    path: string,
    parameters: Map<string, Parameter>,
    resolve: (request: ParameterRequest) => Tensor,
  ) {
    this.path = path;
    this.#parameters = parameters;
    this.#resolve = resolve;
  }

  /** A tree without parameters. */
  static root(): Scope {
    const parameters = new Map<string, Parameter>();
    return new Scope("", parameters, (request) => declare(parameters, request));
  }

  /** The scope `name` (dots descend further) below this one. */
  at(name: string | number): Scope {
    return new Scope(this.#join(name), this.#parameters, this.#resolve);
  }

  /** This scope, where every parameter below goes through `transform` first. */
  with(transform: ScopeTransform): Scope {
    return new Scope(this.path, this.#parameters, (request) => transform(request, this.#resolve));
  }

  /**
   * Declares the parameter `name` of this scope and returns its tensor.
   * @throws {ShapeError} SHAPE_PARAMETER if the path was declared before with another shape
   */
  param(name: string, shape: Shape, init: Init): Tensor {
    return this.#resolve({ path: this.#join(name), shape, init, trainable: true });
  }

  /** All parameters declared so far in the whole tree, in order. */
  get parameters(): readonly Parameter[] {
    return [...this.#parameters.values()];
  }

  #join(name: string | number): string {
    return this.path === "" ? String(name) : `${this.path}.${name}`;
  }
}

function declare(parameters: Map<string, Parameter>, request: ParameterRequest): Tensor {
  const { path, shape } = request;
  const known = parameters.get(path);
  if (known === undefined) {
    const parameter = { ...request, tensor: input(path, "float32", shape) };
    parameters.set(path, parameter);
    return parameter.tensor;
  }
  if (!sameShape(known.shape, shape))
    throw new ShapeError(
      "SHAPE_PARAMETER",
      path,
      `declared with shape [${known.shape.join(", ")}], and again with [${shape.join(", ")}]`,
      "tied parameters have one shape; give the second one another name",
    );
  return known.tensor;
}

/** First values of parameters, a pure function of the key and each parameter's path. */
export function initialize(parameters: readonly Parameter[], key: Key): Map<string, HostTensor<"float32">> {
  return new Map(
    parameters.map(({ path, shape, init }) => [
      path,
      { dtype: "float32", shape, data: init(fold(key, path), shape, sizeOf(shape)) },
    ]),
  );
}
