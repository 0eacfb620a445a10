/** Online learning: one example at a time, each predicted before it is learned. It imports nothing of Node. */
import { ConfigError, DataError, NumericError } from "../../errors.ts";
import { type Prediction, predictionsOf } from "../../inference/prediction.ts";
import { accumulator } from "../../inference/uncertainty.ts";
import { concatenateImages, encodeImage, encodingTable, type Images } from "../../networks/images.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import type { Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import { hasNoise } from "../../networks/plan.ts";
import { stepScalars } from "../../nn/optimizer.ts";
import { MIN_PROBABILITY } from "../../statistics/metrics.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { noiseSizes } from "../noise-sizes.ts";
import type { Position } from "../progress.ts";
import { allocateBuffers } from "../replicas/buffers.ts";
import type { TrainingSetup } from "../replicas/setup.ts";
import { copiedState, parametersIn, type StateArrays, stateIn, stateShapes } from "../state.ts";
import { inTurns } from "./in-turns.ts";
import type { PreparedLearner } from "./prepare.ts";
import type { LearnerOptions, LearnerPrograms } from "./programs.ts";
import type { OnlineSettings } from "./settings.ts";

/** Score of a learner so far. Each example counts as it was predicted before it was learned. */
export interface OnlineScore {
  readonly examples: number;
  readonly mistakes: number;
  /** Mean negative log probability of the examples' classes, in nats; 0 before the first example. */
  readonly nll: number;
}

/** State of a learner after some example. */
export interface LearnerSnapshot {
  readonly position: Position;
  readonly state: StateArrays;
}

/** An online learner without a way to store it. */
export interface LearnerCore {
  readonly network: Network;
  readonly settings: OnlineSettings;
  /**
   * Predicts an image, then learns that its class is `label`; resolves to the prediction.
   * image: pixels 0..255, [channels, height, width] of the network's input. Rejects with DataError for another size or
   * a label that is no class, NumericError where a number is no longer finite; the learner is then as it was.
   */
  learn(image: Uint8Array, label: number): Promise<Prediction>;
  /** Predicts an image. What is learned later does not depend on it. */
  predict(image: Uint8Array): Promise<Prediction>;
  score(): OnlineScore;
  /**
   * Takes back the last example that was learned: parameters, optimiser and score are what they were before it. Rejects with
   * ConfigError where none was learned since the start or the last call, and after an example that could not be learned.
   */
  undo(): Promise<void>;
  /** The network with a copy of its present parameters; on its chip, if it learns on one. */
  model(): Model;
  /** Result of `work` on a copy of the state, in turn with the other calls. */
  snapshot<T>(work: (snapshot: LearnerSnapshot) => Promise<T>): Promise<T>;
  /** Frees everything. `learn`, `predict` and `snapshot` reject afterwards, with ConfigError. */
  close(): Promise<void>;
}

/** Opens the programs of a learner: on a worker thread of Node, or in a browser's worker. */
export type OpenLearnerPrograms = (options: LearnerOptions) => Promise<LearnerPrograms>;

/** Learner that starts from `prepared`. Calls are executed in order, awaited or not. */
export const createLearner = async (
  prepared: PreparedLearner,
  openPrograms: OpenLearnerPrograms,
): Promise<LearnerCore> => {
  const { network, settings, chip } = prepared;
  const modelOf = chip?.modelOf ?? ((parameters: ParameterArrays): Model => ({ network, parameters }));
  const setup = setupOf(prepared);
  const passes = setup.batch;
  const encode = encoder(network, passes);
  const shapes = stateShapes(network, settings);
  const buffers = await allocateBuffers(setup, prepared.state, 1);
  buffers.batch.mask.fill(1);
  const programs = await openPrograms({ setup, buffers });
  let { position } = prepared;
  let before: Position | undefined;
  let bank = 0;
  const other = (one: number): number => (one + 1) % buffers.banks.length;
  const predictionOf = (): Prediction => {
    const seen = accumulator(1, network.classes);
    seen.add(buffers.probabilities, new Uint32Array(passes));
    return predictionsOf(seen.result())[0]!;
  };

  const learn = async (image: Images, label: number): Promise<Prediction> => {
    requireClass(network, label);
    const step = position.step + 1;
    encode(image, buffers.batch.images);
    buffers.batch.labels.fill(label);
    const { optimizer, learningRate } = settings;
    const scalars = stepScalars(optimizer, learningRate, step, learningRate);
    // The step writes into the other bank, whether it succeeds or not.
    before = undefined;
    const { loss, magnitude } = await programs.learn({ step, scalars, bank });
    requireFinite("a loss", loss, step);
    requireFinite("parameters and optimiser state with a sum of magnitudes", magnitude, step);
    const prediction = predictionOf();
    bank = other(bank);
    before = position;
    position = after(position, prediction, label);
    return prediction;
  };

  // The other bank holds the state before the last example.
  const undo = async (): Promise<void> => {
    if (!before) return refuseUndo(network);
    bank = other(bank);
    position = before;
    before = undefined;
  };

  const predict = async (image: Images): Promise<Prediction> => {
    encode(image, buffers.batch.images);
    await programs.predict({ step: position.step, bank });
    return predictionOf();
  };

  const state = (): StateArrays => stateIn(shapes, buffers.banks[bank]!);
  const inTurn = inTurns(`online learner of network ${network.name}`);
  return {
    network,
    settings,
    // Images are copied now: the caller may reuse the array before the turn comes.
    learn: async (image, label) => {
      const own = concatenateImages(network, [image]);
      return inTurn(() => learn(own, label));
    },
    predict: async (image) => {
      const own = concatenateImages(network, [image]);
      return inTurn(() => predict(own));
    },
    score: () => scoreOf(position),
    undo: () => inTurn(undo),
    model: () => modelOf(parametersIn(network, state())),
    snapshot: (work) =>
      inTurn(async () => work({ position, state: await copiedState(shapes, buffers.banks[bank]!) })),
    close: () => inTurn.close(() => programs.dispose()),
  };
};

const setupOf = ({ network, settings, chip }: PreparedLearner): TrainingSetup => {
  const { passes, optimizer, learningRate, seed } = settings;
  const batch = hasNoise(network) ? passes : 1;
  const sizes = noiseSizes(network, batch);
  return {
    ...{ network, batch, optimizer, learningRate, fixed: chip?.fixed, mode: "online" },
    streams: { seed, purpose: "online", sizes },
  };
};

/** Writes an image, encoded, into each of `passes` rows. */
const encoder = (network: Network, passes: number) => {
  const table = encodingTable(network);
  const size = sizeOf(network.input);
  return (image: Images, rows: Float32Array): void => {
    encodeImage(image, 0, table, rows, 0);
    for (let row = 1; row < passes; row++) rows.copyWithin(row * size, 0, size);
  };
};

const after = (
  { step, lossSum, correct, examples }: Position,
  { label, probabilities }: Prediction,
  truth: number,
): Position => ({
  step: step + 1,
  lossSum: lossSum - Math.log(Math.max(MIN_PROBABILITY, probabilities[truth]!)),
  correct: correct + (label === truth ? 1 : 0),
  examples: examples + 1,
});

const scoreOf = ({ lossSum, correct, examples }: Position): OnlineScore => ({
  examples,
  mistakes: examples - correct,
  nll: examples === 0 ? 0 : lossSum / examples,
});

const refuseUndo = ({ name }: Network): never => {
  throw new ConfigError(`online learner of network ${name}`, {
    given: "undo without an example to take back",
    expected: "an example that was learned since the start or the last undo",
    remedy: "Save the learner where more may have to be taken back.",
  });
};

const requireClass = ({ name, classes }: Network, label: number): void => {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  throw new DataError(`label for network ${name}`, {
    given: String(label),
    expected: `a whole number from 0 to ${classes - 1}`,
    remedy: "Give the network as many classes as the data have.",
  });
};

const requireFinite = (what: string, value: number, step: number): void => {
  if (Number.isFinite(value)) return;
  throw new NumericError(`online learning, example ${step}`, {
    given: `${what} of ${value}`,
    expected: "finite numbers",
    remedy: "Lower the learning rate. The example was not learned.",
  });
};
