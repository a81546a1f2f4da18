/**
 * Conversions between float32 and the two 16-bit floating point types of checkpoints, on raw bits:
 * float16 (IEEE 754 binary16) and bfloat16 (the upper half of a float32).
 */

/** The nearest float16 of each number, ties to even; beyond 65519 is infinity. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const half = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) half[i] = halfBits(bits[i]!, values[i]!);
  return half;
}

function halfBits(bits: number, value: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and more
  // Below 2^-14 halves are multiples of 2^-24; adding 2^52 to a double leaves an integer, rounded to even.
  if (magnitude < 0x38800000) return sign | (Math.abs(value) * 2 ** 24 + 2 ** 52 - 2 ** 52);
  const lastKeptBit = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x38000000 + 0xfff + lastKeptBit) >>> 13); // exponent bias 127 to 15
}

/** Widens float16 bits; exact. */
export function fromFloat16(half: Uint16Array): Float32Array {
  const values = new Float32Array(half.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < half.length; i++) {
    const sign = (half[i]! & 0x8000) << 16;
    const magnitude = (half[i]! & 0x7fff) << 13;
    bits[i] = magnitude;
    if (magnitude < 0x0f800000)
      values[i] = values[i]! * 2 ** 112; // exponent bias 15 to 127, subnormals included
    else bits[i] = magnitude | 0x7f800000; // infinity, not a number
    bits[i] = bits[i]! | sign;
  }
  return values;
}

/** Widens bfloat16 bits; exact. */
export function fromBfloat16(brain: Uint16Array): Float32Array {
  const bits = new Uint32Array(brain.length);
  for (let i = 0; i < brain.length; i++) bits[i] = brain[i]! << 16;
  return new Float32Array(bits.buffer);
}
