/** How long a run was trained, over all the calls that it took. Node only. */
import { z } from "zod";
import { replaceFile } from "../../storage/files.ts";
import { inOrder } from "../../threads/in-order.ts";
import type { StepReport } from "../../training/runs/run.ts";
import { CHECKPOINT_STEPS } from "../../training/runs/run.ts";
import { NOT_RECORDED } from "./provenance.ts";

/** Seconds of a run's steps, wall time; null where the record of some was lost. */
export type TrainingTime = number | null;

export const timeSchema = z.strictObject({
  seconds: z.number().nullable(),
  /** How many steps these are; records of before that was kept are of whole runs. */
  steps: z.int().optional(),
  machines: z.array(z.string()).optional(),
});
export type TimeRecord = Readonly<z.infer<typeof timeSchema>>;

export interface TrainingClock {
  count(report: StepReport): void;
  /** The record at the end. */
  end(): Promise<TimeRecord | undefined>;
}

/** Keeps a run's record in `file`; `before` is what was there, and `machine` where it goes on. */
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
    // The last one decides: it has all that the others have.
    written = inTurn(() => replaceFile(file, text));
    written.catch(() => {});
  };
  return {
    count({ position: { step }, steps, milliseconds, metrics }) {
      const { seconds, machines } = time ?? recordAt(step - 1, before, machine);
      time = { seconds: seconds === null ? null : seconds + milliseconds / 1000, steps: step, machines };
      // That of a whole run, of which but the results are kept, stands: it goes with them.
      isKept = before === undefined || (before.steps ?? steps) < steps;
      // With the checkpoints: a run that is killed goes on from one.
      if (isKept && (metrics || step % CHECKPOINT_STEPS === 0)) write();
    },
    async end() {
      if (isKept) write();
      await written;
      return time ?? before;
    },
  };
};

/** The record after so many steps, as far as the one before is of as many. */
const recordAt = (steps: number, before: TimeRecord | undefined, machine: string): TimeRecord => {
  if (steps === 0) return { seconds: 0, machines: [machine] };
  const machines = [...new Set([...(before?.machines ?? [NOT_RECORDED]), machine])];
  return { seconds: before?.steps === steps ? before.seconds : null, machines };
};
