/** Runs a target on inputs, one after the other, in this process. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { NsmError } from "../src/errors.ts";
import { drawsOf, mutated } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

/** Which inputs: those with these numbers of that seed. */
export interface Inputs {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** An input that was neither read nor refused as it should. */
export interface Finding {
  readonly index: number;
  readonly problem: string;
}

export interface Tally {
  readonly read: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

/** More than any reader needs for files as small as these. */
const mostGrowth = 1 << 26;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Input `index`, as bytes. */
export const inputOf = async (target: FuzzTarget, seed: number, index: number): Promise<Uint8Array> =>
  mutated(await target.seeds(), drawsOf(seed, target.name, index));

/** `before` is told of each input. An input that hangs or ends the process does so here too: watch.ts finds those. */
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
  // What was left over must not go meanwhile, which would hide as much.
  if (process.memoryUsage().arrayBuffers > mostGrowth / 4) collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  try {
    const result = await target.read(bytes);
    const grown = process.memoryUsage().arrayBuffers - before;
    if (grown > mostGrowth)
      return { problem: `${grown} bytes of arrays for a file of ${bytes.length} bytes` };
    return result instanceof NsmError ? "refused" : "read";
  } catch (error) {
    if (error instanceof NsmError) return "refused";
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};
