import type { Attributes } from "./attributes.ts";
import type { BackgroundName } from "./background.ts";
import type { RunLengths } from "../sample.ts";

/** Who says it: stands in every scene's metadata and every caption's provenance. Raise the number when the same seed gives other scenes. */
export const generator = "fovea-worlds-1";

/** A thing in a scene, and all that is true of it. */
export interface SceneObject {
  /** Its number, the same in every frame of a clip. */
  readonly id: number;
  /** What it is, e.g. `dog` or `sign`. */
  readonly noun: string;
  /** What is written on it. */
  readonly text?: string;
  /** An attribute that is not here is not known: the colour of a drawing in its own colours. */
  readonly attributes: Attributes;
  /** Smallest rectangle round its pixels, those that others hide included. Pixels. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Share of its pixels that nothing hides, 0 to 1. */
  readonly visible: number;
  /** The pixels that are seen; absent unless asked for. */
  readonly mask?: RunLengths;
}

/** Two things of which one hides a part of the other. */
export interface SceneOverlap {
  /** {@link SceneObject.id} of the one that is seen. */
  readonly front: number;
  /** {@link SceneObject.id} of the one that is hidden. */
  readonly behind: number;
  /** Share of the hidden one's pixels that are hidden, 0 to 1. */
  readonly share: number;
}

/** A picture's content, exactly: the truth against which statements are judged (`truthOf` in truth.ts). */
export interface Scene {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly background: BackgroundName;
  /** From the one that lies at the back to the one in front. */
  readonly objects: readonly SceneObject[];
  readonly overlaps: readonly SceneOverlap[];
}

/** The scenes of a clip's frames, in order. A thing is the same in all frames where its id is; while it is away it is not listed. */
export interface Clip {
  readonly frames: readonly Scene[];
  /** How it breaks the laws of physics; absent if it does not. */
  readonly violation?: Violation;
}

/** How things behave that cannot: see clips/physics.ts. */
export type Violation =
  "floats-in-the-air" | "falls-upwards" | "passes-through" | "never-comes-out" | "comes-out-changed" | "jumps";
