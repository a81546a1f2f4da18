import type { Attributes } from "./attributes.ts";
import type { BackgroundName } from "./background.ts";
import type { Violation } from "./scene.ts";

/** Which things are meant: all that have this name, this text and these attributes. Without a name, any thing. */
export interface Description {
  readonly noun?: string;
  /** What is written on it. */
  readonly text?: string;
  readonly attributes?: Attributes;
}

/** How one thing lies to another. */
export type Relation = "left" | "right" | "above" | "below" | "front" | "behind";

/** Each relation's converse: if a is left of b, b is right of a. */
export const converse: Readonly<Record<Relation, Relation>> = {
  left: "right",
  right: "left",
  above: "below",
  below: "above",
  front: "behind",
  behind: "front",
};

/** Where a thing moves in a clip. */
export type Direction = "left" | "right" | "up" | "down" | "nowhere";

/** Something that happens in a clip. */
export interface Happening {
  readonly what: Description;
  readonly change: "appears" | "vanishes" | "starts to move";
}

/** That there are things: `exact` as in "two dogs", else at least so many, as in "a dog" or "dogs". */
export interface ThereFact {
  readonly kind: "there";
  readonly what: Description;
  readonly count: number;
  readonly exact: boolean;
}

/** That some thing lies so to some other. */
export interface RelationFact {
  readonly kind: "relation";
  readonly subject: Description;
  readonly relation: Relation;
  readonly object: Description;
}

/** Something that can be said of a scene or a clip, and that is true of it or not: a conjunct of a {@link Statement}. */
export type Fact =
  | ThereFact
  | RelationFact
  | { readonly kind: "background"; readonly name: BackgroundName }
  | { readonly kind: "moves"; readonly what: Description; readonly direction: Direction }
  | ({ readonly kind: "happens" } & Happening)
  | { readonly kind: "before"; readonly first: Happening; readonly second: Happening }
  | { readonly kind: "physics"; readonly violation: Violation | "none" };

/** Facts that are all claimed together. */
export type Statement = readonly Fact[];

/** Facts of one kind. */
export type FactOf<K extends Fact["kind"]> = Extract<Fact, { readonly kind: K }>;

/** The facts of one kind in a statement. */
export const factsOf = <K extends Fact["kind"]>(statement: Statement, kind: K): FactOf<K>[] =>
  statement.filter((fact): fact is FactOf<K> => fact.kind === kind);

/** Every description in a fact. */
export function descriptionsIn(fact: Fact): readonly Description[] {
  switch (fact.kind) {
    case "there":
    case "moves":
    case "happens":
      return [fact.what];
    case "relation":
      return [fact.subject, fact.object];
    case "before":
      return [fact.first.what, fact.second.what];
    case "background":
    case "physics":
    default:
      return [];
  }
}
