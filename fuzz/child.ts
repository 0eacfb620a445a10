/**
 * The process in which watch.ts runs a target. Its argument is JSON: the target's module and name, and the
 * inputs. It writes lines of JSON to file descriptor 3 synchronously, so that they arrive even if the next
 * input crashes it.
 */

import { writeSync } from "node:fs";
import { type Inputs, run, type Tally } from "./run.ts";
import type { FuzzTarget } from "./target.ts";

/** A target, its module, and the inputs to run. */
export interface Order {
  readonly module: string;
  readonly name: string;
  readonly inputs: Inputs;
}

/** Messages of the process: the index of the next input, and at the end the tally. */
export type Report = { readonly index: number } | { readonly tally: Tally };

const say = (report: Report): void => void writeSync(3, `${JSON.stringify(report)}\n`);

const { module, name, inputs } = JSON.parse(process.argv[2]!) as Order;
const { targets } = (await import(module)) as { targets: readonly FuzzTarget[] };
const target = targets.find((candidate) => candidate.name === name)!;
say({ tally: await run(target, inputs, (index) => say({ index })) });
process.exit();
