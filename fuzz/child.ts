/**
 * The process in which watch.ts runs a target. Its arguments are the target's module and name and the inputs, as JSON;
 * it writes lines of JSON to file descriptor 3, at once, so that they are there whatever the next input does.
 */

import { writeSync } from "node:fs";
import { type Inputs, run, type Tally } from "./run.ts";
import type { FuzzTarget } from "./target.ts";

export interface Order {
  readonly module: string;
  readonly name: string;
  readonly inputs: Inputs;
}

/** What the process says: which input is next, and at its end what came of all. */
export type Report = { readonly index: number } | { readonly tally: Tally };

const say = (report: Report): void => void writeSync(3, `${JSON.stringify(report)}\n`);

const { module, name, inputs } = JSON.parse(process.argv[2]!) as Order;
const { targets } = (await import(module)) as { targets: readonly FuzzTarget[] };
const target = targets.find((candidate) => candidate.name === name)!;
say({ tally: await run(target, inputs, (index) => say({ index })) });
process.exit();
