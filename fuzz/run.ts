/** Runs a target on inputs, one after another, in this process. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { NsmError } from "../src/errors.ts";
import { drawsOf, mutated } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

/** A range of inputs, by seed and index. */
export interface Inputs {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** An input that was neither read nor refused with a typed error. */
export interface Finding {
  readonly index: number;
  readonly problem: string;
}

/** Outcome of all inputs. */
export interface Tally {
  readonly read: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

/** Maximum growth of memory, in bytes; more than any reader needs for files this small. */
const MAX_GROWTH = 1 << 26;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The bytes of input `index`. */
export const inputOf = async (target: FuzzTarget, seed: number, index: number): Promise<Uint8Array> =>
  mutated(await target.seeds(), drawsOf(seed, target.name, index));

/**
 * Runs the inputs and reports each index to `before`. An input that hangs or crashes does so here; watch.ts
 * isolates those.
 */
export const run = async (
  target: FuzzTarget,
  { seed, first, count }: Inputs,
  before: (index: number) => void = () => {},
): Promise<Tally> => {
  const seeds = await target.seeds();
  let [read, refused] = [0, 0];
  const findings: Finding[] = [];
  for (let index = first; index < first + count; index++) {
    before(index);
    const outcome = await outcomeOf(target, mutated(seeds, drawsOf(seed, target.name, index)));
    if (outcome === "read") read++;
    else if (outcome === "refused") refused++;
    else findings.push({ index, problem: outcome.problem });
  }
  return { read, refused, findings };
};

const outcomeOf = async (
  target: FuzzTarget,
  bytes: Uint8Array,
): Promise<"read" | "refused" | { readonly problem: string }> => {
  // Garbage collection during the read would hide growth.
  if (process.memoryUsage().arrayBuffers > MAX_GROWTH / 4) collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  try {
    const result = await target.read(bytes);
    const grown = process.memoryUsage().arrayBuffers - before;
    if (grown > MAX_GROWTH)
      return { problem: `${grown} bytes of arrays for a file of ${bytes.length} bytes` };
    return result instanceof NsmError ? "refused" : "read";
  } catch (error) {
    if (error instanceof NsmError) return "refused";
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};
