import type { Session, SessionOptions } from "./session.ts";

/** A picture in memory: 8-bit RGB, row-major, no padding: `data.length === width * height * 3`. */
export interface RgbImage {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A rectangle inside a picture, in whole pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How many times smaller than its file says the picture is meant to be, rounded up to whole pixels; the rectangle is of that picture. */
  readonly shrink: 1 | 2 | 4 | 8;
}

/** How {@link Platform.decodeImage} turns file bytes into RGB. */
export interface DecodeOptions {
  /** Colour under transparent pixels, 0-255 RGB; white if absent. */
  readonly background?: readonly [number, number, number];
  /** Refuse pictures of more pixels than this (width x height) before decoding; 2^26 (67 megapixels) if absent. */
  readonly maxPixels?: number;
  /** Resize while decoding, with the platform's own fast filter (not bit-equal to Pillow). `cover` crops the centre to the new shape. */
  readonly resize?: { readonly width: number; readonly height: number; readonly fit: "fill" | "cover" };
  /**
   * Give this part alone, which need not be the centre, of the picture or of a smaller one: not together with `resize`. Of a JPEG file
   * little more is decoded than that, so that damage outside may not be noticed.
   */
  readonly region?: Region;
}

/** A program on a thread of its own. It ends with the thread that started it, and keeps no process alive but to answer. */
export interface Thread {
  /**
   * Whether it has started, which takes some tens of milliseconds.
   * @throws {FoveaError} THREAD_ENDED
   */
  isReady(): boolean;
  /** Questions that are not answered yet. */
  readonly waiting: number;
  /**
   * Has a question answered; questions are answered in turn.
   *
   * @param about what it is about, for messages
   * @param moved memory of the question that is handed over, not copied
   * @throws {FoveaError} THREAD_ENDED, and what the program throws
   */
  ask(question: unknown, about: () => string, moved?: readonly ArrayBuffer[]): Promise<unknown>;
  /** Ends it when it has answered what it was asked; nothing more can be asked. */
  end(): void;
}

/** Threads for programs of this package. */
export interface Threads {
  /** How many can run at the same time. */
  readonly processors: number;
  /** Starts a program; `undefined` if it is not there, as when an application is bundled into one file. */
  start(program: URL): Thread | undefined;
}

/** All that differs between Node and the browser, in one type. `node.ts` and `web.ts` implement it; nothing else may branch. */
export interface Platform {
  readonly name: "node" | "web";
  /**
   * Reads a file or URL, or the half-open byte `range` of it.
   * @throws {InputError} FILE_NOT_READABLE
   */
  readBytes(at: string | URL, range?: readonly [start: number, end: number]): Promise<Uint8Array>;
  /**
   * Decodes PNG, JPEG, WebP, GIF or SVG.
   * @throws {InputError} IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE
   */
  decodeImage(bytes: Uint8Array, options?: DecodeOptions): Promise<RgbImage>;
  /** PNG bytes of a picture. */
  encodePng(image: RgbImage): Promise<Uint8Array>;
  /** Loads ONNX bytes into ONNX Runtime. */
  createSession(model: Uint8Array, options: SessionOptions): Promise<Session>;
  /** Absent where work stays on the threads that the platform's own functions use. */
  readonly threads?: Threads;
}
