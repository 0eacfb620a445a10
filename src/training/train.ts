/** The training loop: epochs of shuffled batches, one program run a step, checkpoints and metrics on the way. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { NumericError } from "../errors.ts";
import { openLoader } from "../loading/loader.ts";
import { checkImages } from "../networks/images.ts";
import type { Network } from "../networks/network.ts";
import type { Engine } from "../runtime/engine.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import { openTrainer } from "./open-trainer.ts";
import { type Phase, phasesAfter } from "./phases.ts";
import { type Position, START } from "./runs/checkpoint.ts";
import type { EpochMetrics } from "./runs/run-folder.ts";
import { learningRateAt } from "./schedule.ts";
import { CALM_DOWN, type StateArrays } from "./state.ts";

/** What the loop tells after every step. */
export interface StepReport {
  readonly position: Position;
  /** Epoch under way, from 1, and the run's last step. */
  readonly epoch: number;
  readonly steps: number;
  /** Mean loss of the step's batch. */
  readonly loss: number;
  readonly milliseconds: number;
  /** Of them, how long the engine waited for its batch. */
  readonly waited: number;
  /** The state after the step: to be asked for before the next one, and valid until then. */
  readonly state: () => Promise<StateArrays>;
  /** At the end of an epoch. */
  readonly metrics?: EpochMetrics;
}

export interface LoopOptions {
  readonly engine: Engine;
  readonly network: Network;
  readonly training: TrainingConfiguration;
  readonly split: ImageSplit;
  /** The state to go on from; its arrays may be written to. */
  readonly state: StateArrays;
  readonly position?: Position;
}

/** Steps of a run. */
export const stepsOf = ({ epochs, batch }: TrainingConfiguration, count: number): number =>
  epochs * Math.ceil(count / batch);

/**
 * Runs the steps that are left, yielding after each; whoever iterates may stop at any step. Everything random is keyed
 * by the seed and the step or epoch, so that a run that stops and goes on ends in the same bits as one that does not.
 */
export async function* trainingLoop(options: LoopOptions): AsyncGenerator<StepReport, void, void> {
  const { network, training, split } = options;
  checkImages(network, split);
  const run = {
    stepsPerEpoch: Math.ceil(split.count / training.batch),
    steps: stepsOf(training, split.count),
  };
  let { state, position = START } = options;
  for (const phase of phasesAfter(position.step, { network, split, training, end: run.steps }))
    [state, position] = yield* runPhase(options.engine, run, phase, state, position);
}

interface RunLength {
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** The steps of a phase that are left; returns where it ends. */
async function* runPhase(
  engine: Engine,
  { steps, stepsPerEpoch }: RunLength,
  { network, training, split, end }: Phase,
  state: StateArrays,
  start: Position,
): AsyncGenerator<StepReport, [StateArrays, Position], void> {
  const loader = openLoader({ split, network, ...training });
  const range = { first: start.step + 1, end: end + 1 };
  const trainer = await openTrainer({ engine, network, training, state, ...range }).catch(
    async (cause: unknown) => {
      await loader.close();
      throw cause;
    },
  );
  let position = start;
  try {
    while (position.step < end) {
      const began = performance.now();
      const step = position.step + 1;
      const epoch = Math.ceil(step / stepsPerEpoch);
      const place = (step - 1) % stepsPerEpoch;
      if (place === 0) position = { ...START, step: position.step };
      const { batch, examples } = await loader.take(step);
      const waited = performance.now() - began;
      const learningRate = learningRateAt(training, step, steps, stepsPerEpoch);
      const { loss, correct } = await trainer.step(step, learningRate, batch);
      if (!Number.isFinite(loss)) refuseLoss(loss, step, learningRate);
      position = {
        step,
        lossSum: position.lossSum + loss * examples,
        correct: position.correct + correct,
        examples: position.examples + examples,
      };
      const report = { position, epoch, steps, loss, state: () => trainer.state() };
      const metrics =
        place === stepsPerEpoch - 1 ? { metrics: epochMetrics(epoch, position, learningRate) } : {};
      yield { ...report, ...metrics, milliseconds: performance.now() - began, waited };
    }
    return [await trainer.state(), position];
  } finally {
    await Promise.all([loader.close(), trainer.dispose()]);
  }
}

const epochMetrics = (
  epoch: number,
  { step, lossSum, correct, examples }: Position,
  learningRate: number,
): EpochMetrics => ({
  epoch,
  step,
  loss: lossSum / examples,
  error: 100 * (1 - correct / examples),
  learningRate,
});

const refuseLoss = (loss: number, step: number, learningRate: number): never => {
  throw new NumericError(`training, step ${step}`, {
    given: `a loss of ${loss} at learning rate ${learningRate}`,
    expected: "a finite loss",
    remedy: CALM_DOWN,
  });
};
