/** Runs a target in a separate process, so that inputs that hang, crash or exhaust memory are findings too. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./child.ts";
import type { Finding, Tally } from "./run.ts";

/** Limits of a fuzzing process. */
export interface Limits {
  /** Time limit per input, in milliseconds. */
  readonly timeMs: number;
  /** Limit of the JavaScript heap, in MiB. */
  readonly heapMb: number;
  /** Number of crashes after which the remaining inputs are skipped. */
  readonly maxCrashes: number;
}

const limits: Limits = { timeMs: 10_000, heapMb: 1024, maxCrashes: 10 };

/** Runs all inputs. After a crash a new process continues with the next input. */
export const watch = async (
  order: Order,
  { timeMs, heapMb, maxCrashes }: Limits = limits,
): Promise<Tally> => {
  const { seed, first, count } = order.inputs;
  const crashes: Finding[] = [];
  const tallies: Tally[] = [];
  for (let next = first; next < first + count && crashes.length < maxCrashes; ) {
    const inputs = { seed, first: next, count: first + count - next };
    const { tally, index, end } = await runChild({ ...order, inputs }, timeMs, heapMb);
    if (tally) tallies.push(tally);
    else crashes.push({ index: index ?? next, problem: end });
    next = tally ? first + count : (index ?? next) + 1;
  }
  return {
    read: tallies.reduce((sum, { read }) => sum + read, 0),
    refused: tallies.reduce((sum, { refused }) => sum + refused, 0),
    findings: [...crashes, ...tallies.flatMap(({ findings }) => findings)].sort((a, b) => a.index - b.index),
  };
};

interface Run {
  /** Tally of a process that finished. */
  readonly tally?: Tally;
  /** The last input that it started. */
  readonly index?: number;
  /** How it ended otherwise. */
  readonly end: string;
}

const runChild = (order: Order, timeMs: number, heapMb: number): Promise<Run> => {
  const script = fileURLToPath(new URL("./child.ts", import.meta.url));
  const flags = [`--max-old-space-size=${heapMb}`, "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let reported: { tally?: Tally; index?: number } = {};
  let stderr = "";
  let end: string | undefined;
  const onTimeout = () => {
    end = `timed out after ${timeMs} ms`;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(onTimeout, 6 * timeMs);
  child.stderr!.on("data", (text) => {
    stderr = (stderr + text).slice(-2000);
  });
  createInterface(child.stdio[3] as Readable).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(onTimeout, timeMs);
    reported = { ...reported, ...(JSON.parse(line) as Report) };
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({
        ...reported,
        end: end ?? `the process exited with ${signal ?? `status ${code}`}: ${stderr}`,
      });
    });
  });
};
