/**
 * Kernels that generate and map random numbers in small buffers. Both give the same bits: the portable
 * kernel is the reference; the WebAssembly kernel processes four lanes per SIMD instruction and is about four
 * times as fast.
 */
import { normalPair, uniformOfNormal } from "./normal.ts";
import { generate, LANES, STATE_LENGTH, type State } from "./xoshiro128.ts";
import { XOSHIRO128_WASM } from "./xoshiro128-wasm.ts";

/** Size of a buffer in numbers; a multiple of two times the lanes. All of them fit in the first-level cache. */
export const CHUNK = 1024;

/** A generator with a small buffer of numbers, and two more for numbers that are correlated in time. */
export interface Kernel {
  readonly state: State;
  /** The buffer, as integers written by `generate` and as floats written by the maps. Both views share memory. */
  readonly bits: Int32Array;
  readonly floats: Float32Array;
  /** Writes the next `count` numbers, at most CHUNK, and advances the state. */
  generate(count: number): void;
  /** Maps each number x to ((x >> 7) | 1) 2^-24, one of the 2^24 odd multiples of 2^-24 in (-1, 1). */
  uniform(count: number): void;
  /** Maps each number x, as unsigned, to 1 if x < threshold, else 0. */
  bernoulli(count: number, threshold: number): void;
  /** Maps the numbers k and k + 4 of each eight to two standard normal numbers (normal.ts). count: a multiple of 8. */
  normal(count: number): void;
  /** Values of processes, one for each number. */
  readonly values: Float32Array;
  /** Changes each value y to r y + s n, n being its number, and adds it to a sum. */
  advance(count: number, r: number, s: number): void;
  /** Writes 2 Phi(x) - 1 (normal.ts) for the sum x of each number, and sets the sum to 0. */
  drain(count: number): void;
}

/** The reference kernel in JavaScript. */
export const portableKernel = (): Kernel => {
  const state = new Uint32Array(STATE_LENGTH);
  const bits = new Int32Array(CHUNK);
  const floats = new Float32Array(bits.buffer);
  const [values, sums] = [new Float32Array(CHUNK), new Float32Array(CHUNK)];
  const { fround } = Math;
  return {
    state,
    bits,
    floats,
    generate: (count) => generate(state, bits, count),
    uniform(count) {
      for (let i = 0; i < count; i++) floats[i] = ((bits[i]! >> 7) | 1) * 2 ** -24;
    },
    bernoulli(count, threshold) {
      for (let i = 0; i < count; i++) floats[i] = bits[i]! >>> 0 < threshold ? 1 : 0;
    },
    normal(count) {
      for (let i = 0; i < count; i += 2 * LANES)
        for (let k = i; k < i + LANES; k++)
          [floats[k], floats[k + LANES]] = normalPair(bits[k]!, bits[k + LANES]!);
    },
    values,
    advance(count, r, s) {
      for (let i = 0; i < count; i++) {
        values[i] = fround(fround(r) * values[i]!) + fround(fround(s) * floats[i]!);
        sums[i]! += values[i]!;
      }
    },
    drain(count) {
      for (let i = 0; i < count; i++) floats[i] = uniformOfNormal(sums[i]!);
      sums.fill(0, 0, count);
    },
  };
};

/** Exports of xoshiro128.wat; `end` is the byte offset after the last number. */
interface WasmExports {
  readonly memory: WebAssembly.Memory;
  readonly generate: (end: number) => void;
  readonly uniform: (end: number) => void;
  readonly bernoulli: (end: number, threshold: number) => void;
  readonly normal: (end: number) => void;
  readonly advance: (end: number, r: number, s: number) => void;
  readonly drain: (end: number) => void;
}

/** The WebAssembly kernel. Throws if WebAssembly or its SIMD instructions are missing or forbidden. */
export const simdKernel = (): Kernel => {
  const module = new WebAssembly.Module(Uint8Array.from(atob(XOSHIRO128_WASM), (c) => c.charCodeAt(0)));
  const wasm = new WebAssembly.Instance(module).exports as unknown as WasmExports;
  const state = new Uint32Array(wasm.memory.buffer, 0, STATE_LENGTH);
  const end = (count: number): number => state.byteLength + 4 * count;
  return {
    state,
    bits: new Int32Array(wasm.memory.buffer, state.byteLength, CHUNK),
    floats: new Float32Array(wasm.memory.buffer, state.byteLength, CHUNK),
    generate: (count) => wasm.generate(end(count)),
    uniform: (count) => wasm.uniform(end(count)),
    bernoulli: (count, threshold) => wasm.bernoulli(end(count), threshold),
    normal: (count) => wasm.normal(end(count)),
    values: new Float32Array(wasm.memory.buffer, end(CHUNK), CHUNK),
    advance: (count, r, s) => wasm.advance(end(count), r, s),
    drain: (count) => wasm.drain(end(count)),
  };
};

/** The fastest kernel available here. */
export const fastestKernel = (): Kernel => {
  try {
    return simdKernel();
  } catch {
    return portableKernel();
  }
};
