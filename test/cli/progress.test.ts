import { afterEach, describe, expect, test, vi } from "vitest";
import { createBar, trainingProgress } from "../../src/cli/progress.ts";
import type { StepReport } from "../../src/training/runs/run.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const WITHOUT_TERMINAL = { isTTY: undefined };

test("without a terminal there is a line a minute within an epoch, counted anew from its end", () => {
  vi.useFakeTimers();
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  Object.assign(process.stderr, WITHOUT_TERMINAL);
  const { show } = trainingProgress(2);
  const lines = (): readonly string[] =>
    vi
      .mocked(process.stderr.write)
      .mock.calls.map(([text]) => String(text).split("  ").slice(0, 2).join("|"));
  for (let step = 1; step <= 8; step++) {
    vi.advanceTimersByTime(30_000);
    show(reportOf(step));
  }
  expect(lines()).toEqual([
    "epoch 1/2|step 2 of 8",
    "epoch 1/2|step 4 of 8",
    "epoch 1/2|training loss 0.5000, training error 2.00 %",
    "epoch 2/2|step 7 of 8",
    "epoch 2/2|training loss 0.5000, training error 3.33 %",
  ]);
});

describe("a bar without a terminal", () => {
  /** What is written while a task of 1,000 images takes `seconds`, with a word of progress each second. */
  const written = (format: string, seconds: number, columns = {}): readonly string[] => {
    vi.useFakeTimers();
    vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    Object.assign(process.stderr, WITHOUT_TERMINAL);
    const bar = createBar(format);
    for (let second = 1; second <= seconds; second++) {
      vi.advanceTimersByTime(1000);
      bar.draw(Math.floor((12_000 * second) / seconds), 12_000, columns);
    }
    bar.stop();
    return vi.mocked(process.stderr.write).mock.calls.map(([text]) => String(text));
  };

  test("is a line after ten seconds, then one a minute, without carriage returns", () => {
    expect(written("evaluating {bar} {value}/{total} images  {eta_formatted} left", 120)).toEqual([
      "evaluating 1,000/12,000 images\n",
      "evaluating 7,000/12,000 images\n",
    ]);
  });

  test("says nothing of what is done in ten seconds", () => {
    expect(written("evaluating {bar} {value}/{total} images  {eta_formatted} left", 10)).toEqual([]);
  });

  test("has the columns of its format", () => {
    expect(written("converting {bar} {percentage} %  {eta_formatted} left", 20)).toEqual([
      "converting 50 %\n",
    ]);
    const file = { file: "train.gz" };
    expect(written("{file} {bar} {value}/{total} kB  {eta_formatted} left", 20, file)).toContain(
      "train.gz 6,000/12,000 kB\n",
    );
  });
});

/** Steps of half a minute, five of them in the first epoch. */
const reportOf = (step: number): StepReport => {
  const examples = 100 * (step > 5 ? step - 5 : step);
  const metrics = { epoch: 1, step, loss: 0.5, error: 10, learningRate: 1e-3 };
  return {
    position: { step, examples, lossSum: examples / 2, correct: examples - 10 },
    epoch: step > 5 ? 2 : 1,
    steps: 8,
    loss: 0.5,
    milliseconds: 30_000,
    waited: 0,
    state: () => Promise.reject(new Error("not asked for")),
    ...((step === 5 || step === 8) && { metrics }),
  };
};
