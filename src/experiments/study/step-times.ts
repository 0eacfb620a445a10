/**
 * How long a training step takes by each of several methods, measured in turns: the wall times of runs that were made at
 * other times, on other machines or beside other work, do not compare.
 */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { parseTraining } from "../../training/configuration.ts";
import { stepsOf, type trainingLoop } from "../../training/loop.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { Budget } from "./budgets.ts";
import { mediansInTurns } from "./in-turns.ts";
import { type Method, trialOf } from "./methods.ts";
import { beginTraining } from "./probed-training.ts";
import { machineOf } from "./provenance.ts";
import type { Study, Trial } from "./study.ts";

const repetitionsOf = ({ embedded }: Budget): number => (embedded ? 3 : 7);
/** Timed steps of a turn, and untimed steps before them, while threads of the previous method end. */
const [STEPS, FIRST] = [12, 4];

/** Median seconds of a training step of each method. */
export const stepSeconds = async (
  study: Study,
  methods: readonly Method[],
  split: ImageSplit,
): Promise<readonly number[]> => {
  const repetitions = repetitionsOf(study.budget);
  const trials = methods.map((method) => timedTrial(trialOf(study, method, split, 1), repetitions));
  const key = {
    ...{ networks: trials.map(({ network }) => network), machine: machineOf(study) },
    ...{ trainings: trials.map(({ training }) => parseTraining(training)), data: splitChecksum(split) },
    ...{ repetitions, steps: STEPS, first: FIRST },
  };
  return study.cached("step-time", key, z.array(z.number()).length(methods.length), async () => {
    study.say(`timing a step of ${methods.map(({ name }) => name).join(", ")}`);
    const loops: Loop[] = [];
    try {
      for (const trial of trials) loops.push((await beginTraining(study, trial)).loop);
      const contestants = loops.map((loop) => async () => {
        study.signal.throwIfAborted();
        await secondsOf(loop, FIRST);
        return (await secondsOf(loop, STEPS)) / STEPS;
      });
      return await mediansInTurns(contestants, repetitions);
    } finally {
      await Promise.all(loops.map((loop) => loop.return()));
    }
  });
};

type Loop = ReturnType<typeof trainingLoop>;

/** The trial with as many epochs as the timed steps need, all on images of full size. */
const timedTrial = (trial: Trial, repetitions: number): Trial => {
  const { halfSizeEpochs: _, ...training } = trial.training;
  const perEpoch = stepsOf({ ...parseTraining(training), epochs: 1 }, trial.split.count);
  const steps = repetitions * (FIRST + STEPS);
  return { ...trial, training: { ...training, epochs: Math.ceil(steps / perEpoch) } };
};

/** Wall time of the next steps, in seconds. */
const secondsOf = async (loop: Loop, steps: number): Promise<number> => {
  const began = performance.now();
  for (let step = 0; step < steps; step++) await loop.next();
  return (performance.now() - began) / 1000;
};
