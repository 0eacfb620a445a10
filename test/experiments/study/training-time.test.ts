/** The record of a run's time: kept with its checkpoints, over several calls, and lost no more than once. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { NOT_RECORDED } from "../../../src/experiments/study/provenance.ts";
import { type TimeRecord, trainingClock } from "../../../src/experiments/study/training-time.ts";
import type { StepReport } from "../../../src/training/runs/run.ts";
import { CHECKPOINT_STEPS } from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";

const STEPS = 2 * CHECKPOINT_STEPS;

/** A step of a second, of a run of one epoch. */
const report = (step: number): StepReport =>
  ({
    ...{ position: { step }, steps: STEPS, milliseconds: 1000 },
    ...(step === STEPS && { metrics: {} }),
  }) as StepReport;

const begin = async (before?: TimeRecord, machine = "here") => {
  const file = join(await emptyFolder(), "time.json");
  if (before) await writeFile(file, JSON.stringify(before));
  const clock = trainingClock(file, before, machine);
  return {
    clock,
    count: (from: number, to: number) => {
      for (let step = from; step <= to; step++) clock.count(report(step));
    },
    kept: async (): Promise<TimeRecord | undefined> =>
      JSON.parse(await readFile(file, "utf8").catch(() => "null")) ?? undefined,
  };
};

const record = (seconds: number | null, steps: number, ...machines: string[]): TimeRecord => ({
  ...{ seconds, steps, machines },
});

describe("a run", () => {
  test("from its beginning to its end", async () => {
    const { clock, count, kept } = await begin();
    count(1, STEPS);
    expect((await clock.end()).record).toEqual(record(STEPS, STEPS, "here"));
    expect(await kept()).toEqual(record(STEPS, STEPS, "here"));
  });

  test("that is killed has the time of its last checkpoint, and none before the first", async () => {
    const { count, kept } = await begin();
    count(1, CHECKPOINT_STEPS - 1);
    expect(await kept()).toBeUndefined();
    count(CHECKPOINT_STEPS, CHECKPOINT_STEPS + 7);
    await expect.poll(kept).toEqual(record(CHECKPOINT_STEPS, CHECKPOINT_STEPS, "here"));
  });

  test("that goes on elsewhere has the time of both, and both machines", async () => {
    const { clock, count, kept } = await begin(record(7, 10, "there"));
    count(11, STEPS);
    const whole = record(7 + STEPS - 10, STEPS, "there", "here");
    expect((await clock.end()).record).toEqual(whole);
    expect(await kept()).toEqual(whole);
  });

  test.each([undefined, record(7, 10, NOT_RECORDED)])(
    "that goes on without its time has none",
    async (before) => {
      const { clock, count } = await begin(before);
      count(CHECKPOINT_STEPS + 1, STEPS);
      expect((await clock.end()).record).toEqual(record(null, STEPS, NOT_RECORDED, "here"));
    },
  );

  test("that is done keeps its record as it is", async () => {
    const before = { seconds: 7 };
    const { clock, kept } = await begin(before);
    expect((await clock.end()).record).toEqual(before);
    expect(await kept()).toEqual(before);
  });
});

describe("a whole time, of which the run is not there any more", () => {
  const before = record(7, STEPS, "there");

  test("stands when the run is made again: it is that of the results", async () => {
    const { clock, count, kept } = await begin(before);
    count(1, STEPS);
    expect((await clock.end()).record).toEqual(record(STEPS, STEPS, "here"));
    expect(await kept()).toEqual(before);
  });

  test("stands where that of the new run is lost", async () => {
    const { clock, count, kept } = await begin(before);
    count(CHECKPOINT_STEPS + 1, STEPS);
    expect((await clock.end()).record!.seconds).toBeNull();
    expect(await kept()).toEqual(before);
  });
});
