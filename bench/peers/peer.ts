/**
 * The benchmark's peers: the same work in PyTorch, NumPy and tfjs. Each peer is a child process that lives as
 * long as the benchmark and runs steps on request, so that peers and our side can take turns.
 *
 * Line protocol: the child starts with {"ready": true, "name", "threads", "library", "blas"} or {"ready":
 * false, "error"}; it answers `run N` with {"ms": [wall time of each step], "loss"}; `exit` ends it.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { NsmError } from "../../src/errors.ts";
import type { Contestant } from "../interleave.ts";

/** A peer that cannot start, or that exited. */
export class PeerError extends NsmError {}

/** A running peer. */
export interface Peer extends Contestant {
  readonly threads: number;
  /** Library and version. */
  readonly library: string;
  /** Ends the process. */
  readonly close: () => Promise<void>;
}

/** How to start a peer, and what to do if that fails. */
export interface PeerProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly remedy: string;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Makes glibc keep freed memory. By default it returns the larger blocks of a step to the kernel, which maps
 * and clears them again in the next step; in a virtual machine this took a third of PyTorch's step.
 */
const KEPT_HEAP = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: "4000000000",
  MALLOC_TOP_PAD_: "200000000",
};

const pytorch = (kind: string, environment: Readonly<Record<string, string>> = {}): PeerProgram => ({
  command: process.env.PYTHON ?? "/usr/bin/python3",
  arguments: [here("pytorch/main.py"), kind],
  environment,
  remedy:
    "Run `apt-get install python3-torch libopenblas0-openmp`, or set PYTHON to an interpreter that has torch.",
});

const PROGRAMS = {
  "torch-relu-cnn": pytorch("relu-cnn"),
  "torch-relu-cnn-kept-heap": pytorch("relu-cnn", KEPT_HEAP),
  "torch-nsm-three-conv": pytorch("nsm-three-conv"),
  "torch-nsm-three-conv-kept-heap": pytorch("nsm-three-conv", KEPT_HEAP),
  "torch-nsm-one-conv": pytorch("nsm-one-conv"),
  "torch-nsm-one-conv-kept-heap": pytorch("nsm-one-conv", KEPT_HEAP),
  "torch-relu-forward": pytorch("relu-forward"),
  "torch-relu-forward-kept-heap": pytorch("relu-forward", KEPT_HEAP),
  "torch-sgemm": pytorch("sgemm"),
  "torch-allconv-nsm-three-conv": pytorch("allconv-nsm-three-conv"),
  "torch-allconv-nsm-three-conv-kept-heap": pytorch("allconv-nsm-three-conv", KEPT_HEAP),
  "torch-allconv-relu": pytorch("allconv-relu"),
  "torch-allconv-relu-kept-heap": pytorch("allconv-relu", KEPT_HEAP),
  "torch-population-cnn": pytorch("population-cnn"),
  "torch-population-cnn-kept-heap": pytorch("population-cnn", KEPT_HEAP),
  "torch-population-relu": pytorch("population-relu"),
  "torch-population-relu-kept-heap": pytorch("population-relu", KEPT_HEAP),
  "tfjs-nsm": {
    command: process.execPath,
    arguments: [here("tfjs/main.mjs")],
    remedy: "Run `npm --prefix bench/peers/tfjs install`.",
  },
} satisfies Record<string, PeerProgram>;

export type PeerKind = keyof typeof PROGRAMS;

type Answer = Readonly<Record<string, unknown>>;

/** Sends one request and reads one answer. Throws PeerError if the process exits instead. */
const conversation = (
  name: string,
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  remedy: string,
): ((question?: string) => Promise<Answer>) => {
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.on("error", (error) => {
    complaint = error.message;
  });
  child.stdin.on("error", () => {}); // A closed pipe shows as a missing answer.
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (question) => {
    if (question) child.stdin.write(`${question}\n`);
    const { value, done } = await answers.next();
    if (!done) return JSON.parse(value);
    await new Promise(setImmediate); // Wait for its last output.
    const given = complaint.trim() || `an exit without a message, status ${child.exitCode}`;
    throw new PeerError(`peer ${name}`, { given, expected: "an answer", remedy });
  };
};

/** Starts a program that speaks the protocol. */
export const launchPeer = async (name: string, program: PeerProgram): Promise<Peer> => {
  const { remedy } = program;
  const child = spawn(program.command, program.arguments, {
    env: { ...process.env, ...program.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "close").catch(() => {});
  const ask = conversation(name, child, remedy);
  const hello = await ask();
  const refuse = (given: string, expected: string): never => {
    child.stdin.end();
    throw new PeerError(`starting peer ${name}`, { given, expected, remedy });
  };
  if (hello.ready !== true) refuse(String(hello.error), "a library that loads");
  if (hello.blas === "reference")
    refuse("PyTorch on the reference BLAS, some 20 x slower", "an optimised BLAS");
  return {
    name,
    threads: Number(hello.threads),
    library: String(hello.library),
    run: async (steps) => (await ask(`run ${steps}`)).ms as readonly number[],
    close: async () => {
      child.stdin.end("exit\n");
      await ended;
    },
  };
};

export type DecodingFormat = "nmnist" | "aedat3";

/** NumPy, decoding the recording at `path` repeatedly. */
export const decodingPeer = (format: DecodingFormat, path: string): Promise<Peer> =>
  launchPeer(`numpy-${format}`, {
    command: process.env.PYTHON ?? "/usr/bin/python3",
    arguments: [here("numpy/main.py"), format, path],
    remedy: "Run `apt-get install python3-numpy`, or set PYTHON to an interpreter that has numpy.",
  });

/** Starts a peer with two threads. Throws PeerError, with what to install, if something is missing. */
export const startPeer = (kind: PeerKind): Promise<Peer> => launchPeer(kind, PROGRAMS[kind]);
