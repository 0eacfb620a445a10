/** Assessments of runs, computed when the page asks for them, one at a time, and kept in memory. */

import type { ImageSplit } from "../datasets/dataset.ts";
import { rastersOf } from "../datasets/draw-image.ts";
import { pngUrl, type Raster } from "../drawing/svg.ts";
import type { FailureReport } from "../failure-report.ts";
import { type AssessedExample, type Assessment, assess } from "../inference/assessment.ts";
import { inOrder } from "../threads/in-order.ts";
import { openDamagedRun } from "../training/runs/run.ts";
import { dataOf } from "../training/runs/run-data.ts";
import { reportOf } from "./report-of.ts";

/** An example with its picture as a PNG in a data URL. */
export interface PicturedExample extends AssessedExample {
  readonly picture: string;
}

/** An assessment of a run at a step, with pictures. */
export interface AssessmentDocument extends Omit<Assessment, "mistakes" | "unsure"> {
  readonly step: number;
  readonly classNames: readonly string[];
  readonly mistakes: readonly PicturedExample[];
  readonly unsure: readonly PicturedExample[];
}

export type AssessmentState =
  | { readonly state: "none" }
  | { readonly state: "computing"; readonly images: number; readonly total: number | null }
  | { readonly state: "failed"; readonly error: FailureReport }
  | { readonly state: "ready"; readonly assessment: AssessmentDocument };

export interface Assessments {
  state(name: string): AssessmentState;
  /** Begins to assess the run in `place`, unless that is under way. `samples`: passes of an image. */
  begin(name: string, place: string, samples?: number): void;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Assessments that are kept: the oldest goes first. */
const MOST_KEPT = 32;

export const openAssessments = (): Assessments => {
  const states = new Map<string, AssessmentState>();
  const controller = new AbortController();
  const inTurn = inOrder();
  let under: Promise<unknown> = Promise.resolve();

  const keep = (name: string, state: AssessmentState): void => {
    states.delete(name);
    states.set(name, state);
    const settled = [...states].filter(([, each]) => each.state !== "computing");
    for (const [oldest] of settled.slice(0, Math.max(0, settled.length - MOST_KEPT))) states.delete(oldest);
  };

  const compute = async (name: string, place: string, samples?: number): Promise<void> => {
    try {
      controller.signal.throwIfAborted();
      const { run } = await openDamagedRun(place);
      const { test } = await dataOf(run.description);
      const onProgress = (images: number): void =>
        keep(name, { state: "computing", images, total: test.count });
      const found = await assess(run, test, {
        ...{ onProgress, signal: controller.signal },
        ...(samples !== undefined && { samples }),
      });
      keep(name, { state: "ready", assessment: documentOf(found, test, run.step) });
    } catch (error) {
      if (controller.signal.aborted) return;
      keep(name, { state: "failed", error: reportOf(error) });
    }
  };

  return {
    state: (name) => states.get(name) ?? { state: "none" },
    begin(name, place, samples) {
      if (states.get(name)?.state === "computing") return;
      keep(name, { state: "computing", images: 0, total: null });
      under = inTurn(() => compute(name, place, samples));
    },
    async close() {
      controller.abort();
      await under;
    },
  };
};

const documentOf = (found: Assessment, split: ImageSplit, step: number): AssessmentDocument => {
  const pictured = (example: AssessedExample): PicturedExample => ({
    ...example,
    picture: pngUrl(thumbnail(split, example.index)),
  });
  const names = split.classNames ?? found.confusion.map((_, label) => String(label));
  return {
    ...found,
    step,
    classNames: names,
    mistakes: found.mistakes.map(pictured),
    unsure: found.unsure.map(pictured),
  };
};

/** One picture of an image: the brightest channel of each pixel, where there are neither one nor three. */
const thumbnail = ({ images, shape, count }: ImageSplit, index: number): Raster => {
  const size = images.length / count;
  const [first, ...others] = rastersOf(images.slice(index * size, (index + 1) * size), shape);
  const brightest = first!.data.map((value, k) => Math.max(value, ...others.map(({ data }) => data[k]!)));
  return others.length === 0 ? first! : { ...first!, data: brightest };
};
