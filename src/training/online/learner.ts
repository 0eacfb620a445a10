/**
 * Learning from a stream: one example at a time, each predicted before it is learned from. Node only.
 */
import { DataError, NumericError } from "../../errors.ts";
import type { Prediction } from "../../inference/prediction.ts";
import { encodeImage, encodingTable, type Images, imagesTogether } from "../../networks/images.ts";
import { initialParameters, type ParameterArrays } from "../../networks/initialize.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import { type Network, parseNetwork } from "../../networks/network.ts";
import { hasNoise, parametersOf } from "../../networks/plan.ts";
import { tilingFor } from "../../networks/tiling.ts";
import { stepScalars } from "../../nn/optimizer.ts";
import { type Engine, only } from "../../runtime/engine.ts";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";
import { uniformNoise } from "../../runtime/noise.ts";
import { LEAST_PROBABILITY } from "../../statistics/metrics.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { type Position, START } from "../runs/checkpoint.ts";
import { versions } from "../runs/run.ts";
import {
  copyState,
  initialState,
  parametersIn,
  type StateArrays,
  type StateViews,
  viewsOf,
} from "../state.ts";
import { scalarArrays } from "../step.ts";
import { noiseSizes } from "../trainer.ts";
import { type Home, readLearner, saveLearner } from "./folder.ts";
import { createPredictor, type Predictor, predictionOf } from "./predictor.ts";
import { type OnlineDescription, type OnlineSettings, parseOnline } from "./settings.ts";
import { onlineStep } from "./step.ts";
import { turns } from "./turns.ts";

/** How a learner has done so far: each example counts as it was predicted before it was learned. */
export interface OnlineScore {
  readonly examples: number;
  readonly mistakes: number;
  /** Mean -log of the probability that the example's class was given, in nats; 0 before the first. */
  readonly nll: number;
}

export interface OnlineLearner {
  readonly network: Network;
  readonly settings: OnlineSettings;
  /**
   * What the network says of the image, before it learns that it is of class `label`.
   * image: pixels 0..255, [channels, height, width] of the network's input. Rejects with DataError for another size or
   * for a label that is no class, NumericError where a number is no longer finite; nothing is learned then.
   */
  learn(image: Uint8Array, label: number): Promise<Prediction>;
  /** What the network says of the image; nothing is learned, and what is learned later is the same. */
  predict(image: Uint8Array): Promise<Prediction>;
  score(): OnlineScore;
  /** The network as it is, with parameters of its own. */
  model(): Model;
  /**
   * Writes all of it into a folder, from which `resumeOnlineLearner` goes on in the same bits: a new or an empty one, or
   * the one that it was saved in or read from. Rejects with CheckpointError for another.
   */
  save(folder: string): Promise<void>;
  /** Frees what it holds. `learn`, `predict` and `save` are refused afterwards, with ConfigError. */
  close(): Promise<void>;
}

export interface OnlineOptions extends OnlineDescription, EngineOptions {}

/**
 * A learner that knows nothing yet, or what the parameters given know. Calls are carried out in turn, whether they are
 * awaited or not. One thread unless more are given. Throws ConfigError for settings out of their range, and for networks
 * that drop units or connections in training alone.
 */
export const openOnlineLearner = async (
  start: { readonly network: Network; readonly parameters?: ParameterArrays },
  options: OnlineOptions = {},
): Promise<OnlineLearner> => {
  const { device: _device, threads: _threads, ...description } = options;
  const settings = parseOnline(description);
  const network = parseNetwork(start.network);
  const parameters = start.parameters
    ? checkModel({ network, parameters: start.parameters }).parameters
    : initialParameters(parametersOf(network), settings.seed);
  const state = copyState(initialState(network, settings.optimizer, parameters));
  return createLearner({ network, settings, state, position: START }, engineOf(options));
};

/** The learner as it was saved in `folder`. Throws CheckpointError or StorageError where that is damaged or not there. */
export const resumeOnlineLearner = async (
  folder: string,
  options: EngineOptions = {},
): Promise<OnlineLearner> => createLearner(await readLearner(folder), engineOf(options));

/** One thread unless more are asked for: what one example takes is too little to share. */
const engineOf = ({ device, threads = 1 }: EngineOptions): Engine =>
  createEngine({ ...(device && { device }), threads });

interface Start {
  readonly network: Network;
  readonly settings: OnlineSettings;
  readonly state: StateArrays;
  readonly position: Position;
  readonly home?: Home;
}

const createLearner = async (start: Start, engine: Engine): Promise<OnlineLearner> => {
  const { network, settings } = start;
  const { optimizer, learningRate, seed } = settings;
  const passes = hasNoise(network) ? settings.passes : 1;
  const encode = encoder(network, passes);
  const program = onlineStep({ network, passes, optimizer, tiling: tilingFor(engine) });
  const executable = await engine.compile(program);
  const noise = uniformNoise({ seed, purpose: "online", sizes: noiseSizes(network, passes) });
  const results = {
    ...{ loss: new Float32Array(1), size: new Float32Array(1) },
    probabilities: new Float32Array(passes * network.classes),
  };
  const mask = new Float32Array(passes).fill(1);
  let current = viewsOf(network, optimizer, start.state);
  let spare = viewsOf(network, optimizer, copyState(start.state));
  let { position, home } = start;
  let predictor: Predictor | undefined;

  const feeds = ({ inputs, state }: StateViews) => ({
    // Running statistics are read whole, as no optimiser changes them.
    ...only(state, program.inputs),
    ...inputs,
  });

  const learn = async (image: Images, label: number): Promise<Prediction> => {
    requireClass(network, label);
    const step = position.step + 1;
    const labels = new Int32Array(passes).fill(label);
    const inputs = { images: encode(image), labels, mask, ...noise(step), ...feeds(current) };
    const scalars = scalarArrays(program, stepScalars(optimizer, learningRate, step));
    await executable.run({ ...inputs, ...scalars }, { ...results, ...spare.outputs });
    requireFinite("a loss", results.loss[0]!, step);
    requireFinite("parameters and optimiser with a sum of magnitudes", results.size[0]!, step);
    const prediction = predictionOf(results.probabilities, passes, network.classes);
    [current, spare] = [spare, current];
    position = after(position, prediction, label);
    return prediction;
  };

  const predict = async (image: Images): Promise<Prediction> => {
    predictor ??= await createPredictor(engine, network, passes, seed);
    return predictor.predict(encode(image), current.state, position.step);
  };

  const save = async (folder: string): Promise<void> => {
    const found = { position, state: current.state };
    home = await saveLearner(folder, { network, settings }, home, versions(), found);
  };

  const inTurn = turns(`online learner of network ${network.name}`);
  return {
    ...{ network, settings },
    // The caller may use the array again before its turn comes: these are copies.
    learn: async (image, label) => {
      const own = imagesTogether(network, [image]);
      return inTurn(() => learn(own, label));
    },
    predict: async (image) => {
      const own = imagesTogether(network, [image]);
      return inTurn(() => predict(own));
    },
    score: () => scoreOf(position),
    model: () => ({ network, parameters: parametersIn(network, copyState(current.state)) }),
    save: (folder) => inTurn(() => save(folder)),
    close: () =>
      inTurn.close(async () => {
        await Promise.all([executable.dispose(), predictor?.dispose()]);
      }),
  };
};

/** An image, encoded, once for each pass: the same array every time. */
const encoder = (network: Network, passes: number): ((image: Images) => Float32Array) => {
  const table = encodingTable(network);
  const size = sizeOf(network.input);
  const rows = new Float32Array(passes * size);
  return (image) => {
    encodeImage(image, 0, table, rows, 0);
    for (let row = 1; row < passes; row++) rows.copyWithin(row * size, 0, size);
    return rows;
  };
};

const after = (
  { step, lossSum, correct, examples }: Position,
  { label, probabilities }: Prediction,
  truth: number,
): Position => ({
  step: step + 1,
  lossSum: lossSum - Math.log(Math.max(LEAST_PROBABILITY, probabilities[truth]!)),
  correct: correct + (label === truth ? 1 : 0),
  examples: examples + 1,
});

const scoreOf = ({ lossSum, correct, examples }: Position): OnlineScore => ({
  ...{ examples, mistakes: examples - correct },
  nll: examples === 0 ? 0 : lossSum / examples,
});

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
