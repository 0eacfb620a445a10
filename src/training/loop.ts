/** The training loop: epochs of shuffled batches, one step a batch. It imports nothing of Node. */
import { NumericError } from "../errors.ts";
import type { OpenLoader } from "../loading/loader.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import { type Phase, phasesAfter } from "./phases.ts";
import type { PreparedTraining } from "./prepared.ts";
import { type Position, START, type TrainingMetrics } from "./progress.ts";
import { learningRateAt } from "./schedule.ts";
import { DIVERGED, type StateArrays } from "./state.ts";
import type { OpenTrainer } from "./trainer.ts";

/** Report after each step. */
export interface LoopReport {
  readonly position: Position;
  /** Current epoch, from 1. */
  readonly epoch: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Mean loss of the step's batch, in nats. */
  readonly loss: number;
  /** Wall time of the step. */
  readonly milliseconds: number;
  /** Part of it that was spent waiting for the batch, in milliseconds. */
  readonly waited: number;
  /** Returns a copy of the state after the step. Call it before the next step. */
  readonly state: () => Promise<StateArrays>;
  /** At the end of an epoch. */
  readonly metrics?: TrainingMetrics;
}

/** What a training runs on: threads of Node, or a browser's worker. */
export interface TrainingHost {
  readonly openTrainer: OpenTrainer;
  readonly openLoader: OpenLoader;
}

export interface LoopOptions {
  readonly prepared: PreparedTraining;
  readonly host: TrainingHost;
  /** State at `position`; it is copied. */
  readonly state: StateArrays;
  /** Default: the start of the run. */
  readonly position?: Position;
}

/** Steps of a run on `count` examples. */
export const stepsOf = (
  { epochs, batch }: Pick<TrainingConfiguration, "epochs" | "batch">,
  count: number,
): number => epochs * Math.ceil(count / batch);

/**
 * Executes the remaining steps of a run and yields a report after each; the consumer may stop at any step. Randomness is
 * keyed by the seed and the step or epoch, so that a run that is interrupted and resumed ends in the same bits as one
 * that is not. Throws NumericError for a loss that is not finite.
 */
export async function* trainingLoop(options: LoopOptions): AsyncGenerator<LoopReport, void, void> {
  const { split, training } = options.prepared;
  const run = {
    stepsPerEpoch: Math.ceil(split.count / training.batch),
    steps: stepsOf(training, split.count),
  };
  let { state, position = START } = options;
  for await (const phase of phasesAfter(position.step, { ...options.prepared, end: run.steps }))
    [state, position] = yield* runPhase(options.host, run, phase, state, position);
}

interface RunLength {
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

/** Executes the remaining steps of a phase; returns the state and the position at its end. */
async function* runPhase(
  { openTrainer, openLoader }: TrainingHost,
  { steps, stepsPerEpoch }: RunLength,
  { network, training, split, end }: Phase,
  state: StateArrays,
  start: Position,
): AsyncGenerator<LoopReport, [StateArrays, Position], void> {
  const loader = openLoader({ split, network, ...training });
  const trainer = await openTrainer({ network, training, state, first: start.step + 1 }).catch(
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
        place === stepsPerEpoch - 1 ? { metrics: metricsOf(epoch, position, learningRate) } : {};
      yield { ...report, ...metrics, milliseconds: performance.now() - began, waited };
    }
    return [await trainer.state(), position];
  } finally {
    await Promise.all([loader.close(), trainer.dispose()]);
  }
}

const metricsOf = (
  epoch: number,
  { step, lossSum, correct, examples }: Position,
  learningRate: number,
): TrainingMetrics => ({
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
    remedy: DIVERGED,
  });
};
