/**
 * As much of WebAssembly's binary format as fused kernels need: a module that imports a memory and exports one function.
 * @see https://webassembly.github.io/spec/core/binary/
 */

/** Bytes of a sequence of instructions. */
export type Code = readonly number[];

/** Types of parameters and locals. */
export const valueType = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
/** One of {@link valueType}. */
export type ValueType = (typeof valueType)[keyof typeof valueType];

/** Unsigned LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest >= -64 && rest < 64) return [...bytes, rest & 127];
    bytes.push((rest & 127) | 128);
  }
}

/** The four bytes of a float32. */
const float32 = (value: number): Code => [...new Uint8Array(new Float32Array([value]).buffer)];

// Instructions without operands on the module's side are plain bytes; these take some.
/** Pushes a local. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
/** Pops into a local. */
export const set = (local: number): Code => [0x21, ...unsigned(local)];
/** Pushes an i32. */
export const i32 = (value: number): Code => [0x41, ...signed(value)];
/** A vector instruction by its number in the SIMD page, with immediate bytes. */
export const simd = (number: number, ...immediate: readonly number[]): Code => [
  0xfd,
  ...unsigned(number),
  ...immediate,
];
/** Pushes four copies of a float32. */
export const splat = (value: number): Code => simd(0x0c, ...Array.from({ length: 4 }, () => float32(value)).flat());
/** The place of a load or store: alignment as a power of two, and a constant added to the address. */
export const at = (alignment: number, offset: number): Code => [...unsigned(alignment), ...unsigned(offset)];

/** `while (count >= step) { body; count -= step }`, of an i32 local. */
export const whileAtLeast = (count: number, step: number, body: Code): Code =>
  [
    [0x02, 0x40, 0x03, 0x40], //                     block, loop
    [...get(count), ...i32(step), 0x49, 0x0d, 1], // leave the block if count < step, unsigned
    body,
    advance(count, -step),
    [0x0c, 0, 0x0b, 0x0b], //                        repeat the loop; end, end
  ].flat();

/** `local += change`, of an i32 local. */
export const advance = (local: number, change: number): Code => [...get(local), ...i32(change), 0x6a, ...set(local)];

/** The exported function of a module. Locals are numbered after the parameters. */
export interface WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly result?: ValueType;
  readonly body: Code;
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(vector(items))];
const text = (value: string): Code => sized([...new TextEncoder().encode(value)]);

/** The function `run` of a module that {@link encodeModule} made, on a memory; its operands are the module's parameters. */
export function instantiate(
  code: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
): (...operands: readonly number[]) => number | undefined {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  return exports["run"] as (...operands: readonly number[]) => number | undefined;
}

/** A module that imports the memory `env.memory`, of any size, and exports `run`. */
export function encodeModule({ parameters, locals, result, body }: WasmFunction): Uint8Array<ArrayBuffer> {
  const results = result === undefined ? [] : [[result]];
  const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]; // "\0asm", 1
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, [[0x60, ...vector(parameters.map((type) => [type])), ...vector(results)]]),
    ...section(2, [[...text("env"), ...text("memory"), 0x02, 0x00, ...unsigned(0)]]), // no maximum, at least 0 pages
    ...section(3, [unsigned(0)]),
    ...section(7, [[...text("run"), 0x00, ...unsigned(0)]]),
    ...section(10, [sized([...vector(locals.map((type) => [...unsigned(1), type])), ...body, 0x0b])]),
  ]);
}
