/** Readers with the kinds of faults that fuzzing finds. */

import type { FuzzTarget } from "../../fuzz/target.ts";
import { DataError } from "../../src/errors.ts";

const seeds = async () => [Uint8Array.from({ length: 64 }, (_, i) => i)];
const refuse = (): never => {
  throw new DataError("reading", { given: "a", expected: "b", remedy: "c" });
};
/** True for about one input in eight. */
const strikes = (bytes: Uint8Array): boolean => bytes.reduce((sum, byte) => sum + byte, 0) % 8 === 3;

const faulty = (name: string, fault: () => unknown): FuzzTarget => ({
  name,
  seeds,
  read: async (bytes) => (strikes(bytes) ? fault() : bytes.length % 2 === 0 ? bytes : refuse()),
});

const kept: unknown[] = [];
const fillMemory = (): void => {
  for (;;) kept.push(Array(1000).fill(kept.length));
};

export const targets: readonly FuzzTarget[] = [
  faulty("sound", () => refuse()),
  faulty("untyped", () => JSON.parse("{")),
  faulty("hangs", () => {
    for (;;);
  }),
  faulty("ends", () => process.kill(process.pid, "SIGSEGV")),
  faulty("greedy", () => new Uint8Array(2 ** 27)),
  faulty("fills the memory", fillMemory),
];
