/** A network in training, and what was measured of it so far. */
import {
  type ImageSplit,
  type NetworkDescription,
  type OpenTrainingOptions,
  openTraining,
  type Position,
  type Probed,
  type StepReport,
  type Training,
  type Validation,
  type ValidationScores,
} from "neural-sampling/web";
import { type Shift, shiftOf } from "./shift.ts";

/** First-layer weights: [units, inputs] or [channels, planes, height, width]. */
export type Weights = Probed["firstWeights"];

export interface Trainee {
  readonly name: string;
  readonly training: Training;
  /** Loss of each step, in nats. */
  readonly losses: number[];
  /** Error of each step's examples, in per cent, by the step's own pass. */
  readonly errors: number[];
  /** Scores of the images that are kept out, at the ends of epochs. */
  readonly validations: { readonly step: number; readonly scores: ValidationScores }[];
  /** Input of the last hidden layer over the steps. */
  readonly shifts: { readonly step: number; readonly shift: Shift }[];
  weights: Weights | undefined;
}

/** Error of the examples between two positions, in per cent. */
const errorBetween = (before: Position, after: Position): number => {
  const isNewEpoch = after.examples <= before.examples;
  const correct = after.correct - (isNewEpoch ? 0 : before.correct);
  return 100 * (1 - correct / (after.examples - (isNewEpoch ? 0 : before.examples)));
};

/** Opens a training before its first step. `onChange` is called after every report. */
export const openTrainee = async (
  name: string,
  network: NetworkDescription,
  split: ImageSplit,
  settings: OpenTrainingOptions,
  onChange: () => void,
): Promise<Trainee> => {
  const [losses, errors]: [number[], number[]] = [[], []];
  let before: Position = { step: 0, lossSum: 0, correct: 0, examples: 0 };
  const onStep = ({ loss, position }: StepReport): void => {
    losses.push(loss);
    errors.push(errorBetween(before, position));
    before = position;
    onChange();
  };
  const training = await openTraining(network, split, { ...settings, onStep });
  return { name, training, losses, errors, validations: [], shifts: [], weights: undefined };
};

/** Looks at the weights of the first layer and at the input of the last hidden layer. */
export const look = async (trainee: Trainee): Promise<void> => {
  const { training, shifts } = trainee;
  const { step } = training.position;
  if (shifts.at(-1)?.step === step) return;
  const { firstWeights, lastHiddenInput } = await training.probe();
  trainee.weights = firstWeights;
  // What has overflowed has no distribution; the step after it says so.
  if (lastHiddenInput.every(Number.isFinite)) shifts.push({ step, shift: shiftOf(lastHiddenInput) });
};

/** Scores the present network on images that were kept out. Scores nothing if `signal` is aborted meanwhile. */
export const validate = async (
  { training, validations }: Trainee,
  split: ImageSplit,
  scorer: Validation,
  signal: AbortSignal,
): Promise<void> => {
  const { step } = training.position;
  if (validations.at(-1)?.step === step) return;
  const scores = await scorer.scores(await training.model(), split, { signal });
  if (scores) validations.push({ step, scores });
};
