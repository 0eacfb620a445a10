/** Training time of a run, over all the processes that trained it. Node only. */
import * as z from "zod";
import { replaceFile } from "../../storage/files.ts";
import { inOrder } from "../../threads/in-order.ts";
import type { StepReport } from "../../training/runs/run.ts";
import { CHECKPOINT_STEPS } from "../../training/runs/run.ts";
import { NOT_RECORDED } from "./provenance.ts";

/** Wall time of a run's steps, in seconds; null where part of the record was lost. */
export type TrainingTime = number | null;

export interface TimeRecord {
  readonly seconds: TrainingTime;
  /** Number of these steps; absent in older records, which are of whole runs. */
  readonly steps?: number | undefined;
  readonly machines?: readonly string[] | undefined;
}

/** Later versions may add fields: those are kept. */
export const timeSchema: z.ZodType<TimeRecord> = z.looseObject({
  seconds: z.number().nullable(),
  steps: z.int().optional(),
  machines: z.array(z.string()).optional(),
});

export interface TrainingClock {
  count(report: StepReport): void;
  /** Writes the record, and returns it: that before if nothing was counted. */
  end(): Promise<{
    readonly record: TimeRecord | undefined;
    /** Whether it replaces the one before. */
    readonly isKept: boolean;
  }>;
}

/** Counts a run's steps on `machine` and writes the record to `file`, as the continuation of the record `before`. */
export const trainingClock = (
  file: string,
  before: TimeRecord | undefined,
  machine: string,
): TrainingClock => {
  let time: TimeRecord | undefined;
  let isKept = false;
  const inTurn = inOrder();
  let written = Promise.resolve();
  const write = (): void => {
    const text = JSON.stringify(time);
    // Each record includes those before it.
    written = inTurn(() => replaceFile(file, text));
    written.catch(() => {});
  };
  return {
    count({ position: { step }, steps, milliseconds, metrics }) {
      const { seconds, machines } = time ?? recordAt(step - 1, before, machine);
      time = { seconds: seconds === null ? null : seconds + milliseconds / 1000, steps: step, machines };
      // The record of a whole run stands where that run is trained again: it belongs to the results that are kept.
      isKept = before === undefined || (before.steps ?? steps) < steps;
      // As often as checkpoints are: a killed run resumes from one.
      if (isKept && (metrics || step % CHECKPOINT_STEPS === 0)) write();
    },
    async end() {
      if (isKept) write();
      await written;
      return { record: time ?? before, isKept };
    },
  };
};

/** The record at that step, which continues `before` if that ends there. */
const recordAt = (steps: number, before: TimeRecord | undefined, machine: string): TimeRecord => {
  if (steps === 0) return { seconds: 0, machines: [machine] };
  const machines = [...new Set([...(before?.machines ?? [NOT_RECORDED]), machine])];
  return { seconds: before?.steps === steps ? before.seconds : null, machines };
};
