/** Runs a target in a process of its own, so that inputs that hang it, end it or fill the memory are findings too. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./child.ts";
import type { Finding, Tally } from "./run.ts";

export interface Limits {
  /** For one input, in milliseconds. */
  readonly timeMs: number;
  /** For JavaScript's heap, in MiB. */
  readonly heapMb: number;
  /** After so many inputs that ended the process, the rest is left. */
  readonly mostEnds: number;
}

const limits: Limits = { timeMs: 10_000, heapMb: 1024, mostEnds: 10 };

/** Runs the order to its end; a process that ended before is followed by another one from the next input on. */
export const watch = async (order: Order, { timeMs, heapMb, mostEnds }: Limits = limits): Promise<Tally> => {
  const { seed, first, count } = order.inputs;
  const ends: Finding[] = [];
  const tallies: Tally[] = [];
  for (let next = first; next < first + count && ends.length < mostEnds; ) {
    const inputs = { seed, first: next, count: first + count - next };
    const { tally, index, end } = await runChild({ ...order, inputs }, timeMs, heapMb);
    if (tally) tallies.push(tally);
    else ends.push({ index: index ?? next, problem: end });
    next = tally ? first + count : (index ?? next) + 1;
  }
  return {
    read: tallies.reduce((sum, { read }) => sum + read, 0),
    refused: tallies.reduce((sum, { refused }) => sum + refused, 0),
    findings: [...ends, ...tallies.flatMap(({ findings }) => findings)].sort((a, b) => a.index - b.index),
  };
};

interface Run {
  /** Of a process that came to its end by itself. */
  readonly tally?: Tally;
  /** The last input that it began. */
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
  let said: { tally?: Tally; index?: number } = {};
  let complaint = "";
  let end: string | undefined;
  const tooLong = () => {
    end = `no end after ${timeMs} ms`;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(tooLong, 6 * timeMs);
  child.stderr!.on("data", (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  createInterface(child.stdio[3] as Readable).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(tooLong, timeMs);
    said = { ...said, ...(JSON.parse(line) as Report) };
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ ...said, end: end ?? `the process ended with ${signal ?? `status ${code}`}: ${complaint}` });
    });
  });
};
