/**
 * Trainings that the studio started: processes of the command line, each of its own process group, so that a Ctrl-C of the
 * terminal reaches the server alone. A training is ended by SIGTERM, at which it finishes its step and writes a
 * checkpoint.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { Refused } from "./refused.ts";

/** What became of a training that was started here. */
export interface TrainingState {
  readonly state: "running" | "stopping" | "ended" | "failed";
  /** Last lines of its standard error. */
  readonly lines: readonly string[];
}

export interface Trainings {
  /** The last training of a run that was started here. */
  state(name: string): TrainingState | undefined;
  /** Names of the runs with a training that was started here. */
  names(): readonly string[];
  /** Starts `nsm` with `args`, which trains the run `name`. Throws Refused while one trains it, or many others. */
  start(name: string, args: readonly string[]): void;
  /** Asks the training of a run to end with a checkpoint. Throws Refused without one that was started here. */
  stop(name: string): void;
  /** Stops all trainings, and waits for their ends. */
  close(): Promise<void>;
}

/** Trainings at once, and ended ones that are remembered. */
const MOST_RUNNING = 4;
const MOST_ENDED = 100;
const MOST_LINES = 100;
const LONGEST_LINE = 1000;

interface Training {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  state: TrainingState["state"];
  readonly lines: string[];
}

/** `command`: program and first arguments by which `nsm` is run. `onChange`: called with the run whose state changed. */
export const openTrainings = (
  command: readonly [string, ...string[]],
  onChange: (name: string) => void,
): Trainings => {
  const trainings = new Map<string, Training>();
  const isActive = ({ state }: Training): boolean => state === "running" || state === "stopping";
  const active = (): Training[] => [...trainings.values()].filter(isActive);

  /** Forgets the trainings that ended first. */
  const forget = (): void => {
    const ended = [...trainings].filter(([, training]) => !isActive(training));
    for (const [name] of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) trainings.delete(name);
  };

  const requireRoom = (name: string): void => {
    const before = trainings.get(name);
    if (before && isActive(before))
      throw new Refused(409, `training ${name}`, {
        given: "a run that is training",
        expected: "a run that is not",
        remedy: "Wait for its end, or stop it.",
      });
    if (active().length >= MOST_RUNNING)
      throw new Refused(409, `training ${name}`, {
        given: `${active().length} trainings at once`,
        expected: `at most ${MOST_RUNNING}`,
        remedy: "Wait for one to end, or stop one.",
      });
  };

  let isClosed = false;

  const start = (name: string, args: readonly string[]): void => {
    if (isClosed)
      throw new Refused(503, `training ${name}`, {
        given: "a server that is ending",
        expected: "a server that runs",
        remedy: "Start the studio again.",
      });
    requireRoom(name);
    const [program, ...first] = command;
    const child = spawn(program, [...first, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      // Windows would open a console window for a detached process.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const lines: string[] = [];
    readLines(child, lines);
    const ended = new Promise<void>((resolve) => {
      child.once("error", (cause) => {
        keepLine(lines, `nsm: starting the training: ${cause.message}`);
        end("failed");
      });
      child.once("close", (code) => end(code === 0 || training.state === "stopping" ? "ended" : "failed"));
      const end = (state: "ended" | "failed"): void => {
        if (isActive(training)) training.state = state;
        forget();
        onChange(name);
        resolve();
      };
    });
    const training: Training = { child, ended, state: "running", lines };
    trainings.delete(name);
    trainings.set(name, training);
    onChange(name);
  };

  const stop = (name: string): void => {
    const training = trainings.get(name);
    if (!training || !isActive(training))
      throw new Refused(409, `stopping ${name}`, {
        given: "a run without a training that this server started",
        expected: "a run whose training was started here",
        remedy: "End a training that a terminal started by Ctrl-C there.",
      });
    // A second signal would end it without a checkpoint.
    if (training.state === "running") training.child.kill("SIGTERM");
    training.state = "stopping";
    onChange(name);
  };

  return {
    state: (name) => {
      const training = trainings.get(name);
      return training && { state: training.state, lines: [...training.lines] };
    },
    names: () => [...trainings.keys()],
    ...{ start, stop },
    async close() {
      isClosed = true;
      for (const [name, training] of trainings) if (training.state === "running") stop(name);
      await Promise.all(active().map(({ ended }) => ended));
    },
  };
};

const readLines = ({ stderr }: ChildProcess, lines: string[]): void => {
  let rest = "";
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!.slice(0, LONGEST_LINE);
    for (const line of parts) keepLine(lines, line);
  });
  stderr?.on("end", () => keepLine(lines, rest));
};

const keepLine = (lines: string[], line: string): void => {
  if (line.trim() === "") return;
  lines.push(line.slice(0, LONGEST_LINE));
  lines.splice(0, lines.length - MOST_LINES);
};
