import { createRequire } from "node:module";
import path from "node:path";
import koffi, { type KoffiFunc, type TypeObject } from "koffi";

/**
 * TurboJPEG, libjpeg-turbo's C API. For the loader of training pictures sharp's way through libvips costs more than the decoding itself:
 * 0.7 ms a picture of 64 x 64 pixels that TurboJPEG decodes in 0.02 ms, 3.3 ms one of 640 x 480 that it decodes in 1.25 ms.
 * @see https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/turbojpeg.h
 */

/** A decompressor that the library made; only passed back to it. */
export type Handle = unknown;

/** Result of calls that can fail: 0, or -1 after an error or a warning. */
type Status = number;

const signatures = {
  tj3Init: ["void *", ["int"]],
  tj3Destroy: ["void", ["void *"]],
  tj3Set: ["int", ["void *", "int", "int"]],
  tj3Get: ["int", ["void *", "int"]],
  tj3DecompressHeader: ["int", ["void *", "void *", "size_t"]],
  tj3SetScalingFactor: ["int", ["void *", koffi.struct({ num: "int", denom: "int" })]],
  tj3SetCroppingRegion: ["int", ["void *", koffi.struct({ x: "int", y: "int", w: "int", h: "int" })]],
  tj3Decompress8: ["int", ["void *", "void *", "size_t", "void *", "int", "int"]],
} as const satisfies Record<string, readonly [result: string, parameters: readonly (string | TypeObject)[]]>;

/** The functions by their names. Pitch 0 means rows without padding. */
export interface TurboJpeg {
  readonly tj3Init: KoffiFunc<(purpose: number) => Handle>;
  readonly tj3Destroy: KoffiFunc<(handle: Handle) => void>;
  readonly tj3Set: KoffiFunc<(handle: Handle, parameter: number, value: number) => Status>;
  readonly tj3Get: KoffiFunc<(handle: Handle, parameter: number) => number>;
  readonly tj3DecompressHeader: KoffiFunc<(handle: Handle, jpeg: Uint8Array, size: number) => Status>;
  readonly tj3SetScalingFactor: KoffiFunc<(handle: Handle, factor: { num: number; denom: number }) => Status>;
  /** `x` must be a multiple of the scaled width of a coded unit; the size 0 x 0 at (0, 0) is the whole picture. */
  readonly tj3SetCroppingRegion: KoffiFunc<
    (handle: Handle, region: { x: number; y: number; w: number; h: number }) => Status
  >;
  readonly tj3Decompress8: KoffiFunc<
    (handle: Handle, jpeg: Uint8Array, size: number, target: Uint8Array, pitch: number, format: number) => Status
  >;
}

/** A library that was found. */
export interface JpegLibrary {
  readonly functions: TurboJpeg;
  /** Where it was found: the package's name, or the system. */
  readonly origin: string;
  /** koffi unloads a library when its handle is collected, whatever still points into it. */
  readonly handle: unknown;
}

/** Looked for once in the process: `null` where there is none. */
const found: { library?: JpegLibrary | null } = {};

/** TurboJPEG as the optional package ships it, else the system's; `null` if there is neither, or one before version 3. */
export function jpegLibrary(): JpegLibrary | null {
  if (found.library === undefined) found.library = bundled() ?? load("libturbojpeg.so.0", "the system's");
  return found.library;
}

const bundle = "@julusian/jpeg-turbo";

/** From the optional package, which has the library in a file of its own on Linux alone. */
function bundled(): JpegLibrary | null {
  try {
    const root = path.dirname(createRequire(import.meta.url).resolve(`${bundle}/package.json`));
    const folder = path.join(root, "prebuilds", `jpeg-turbo-${process.platform}-${process.arch}`);
    const at = (system: string): string => path.join(`${folder}${system}`, "libturbojpeg.so.0");
    return load(at(""), bundle) ?? load(at("-musl"), bundle);
  } catch {
    return null; // not installed
  }
}

function load(file: string, origin: string): JpegLibrary | null {
  try {
    const handle = koffi.load(file);
    const functions = Object.entries(signatures).map(([name, [result, parameters]]) => [
      name,
      handle.func(name, result, [...parameters]),
    ]);
    return { functions: Object.fromEntries(functions) as TurboJpeg, origin, handle };
  } catch {
    return null; // no such file for this system, or a version without these functions
  }
}
