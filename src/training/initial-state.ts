/** State before the first step: random weights, and gains and biases by the chosen initialization. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { allocateBatch } from "../loading/batch.ts";
import { fillBatch } from "../loading/fill-batch.ts";
import { epochOrder } from "../loading/order.ts";
import { balanced } from "../networks/balanced-initialization.ts";
import { encodingTable } from "../networks/images.ts";
import { initialParameters, type ParameterArrays } from "../networks/initialize.ts";
import { dataInitialization } from "../networks/interpreters/data-initialization.ts";
import { parameterInputs } from "../networks/interpreters/sample.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { parametersOf } from "../networks/plan.ts";
import { key } from "../random/key.ts";
import { uniformNoise } from "../random/streams.ts";
import { type Engine, only } from "../runtime/engine.ts";
import { lower } from "../tensor/lower.ts";
import { input, sizeOf } from "../tensor/tensor.ts";
import { nextTurn } from "../threads/turn.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import { noiseSizes } from "./noise-sizes.ts";
import type { PreparedTraining } from "./prepared.ts";
import { initialState, type StateArrays } from "./state.ts";

/** State of a training before its first step, which its seed and its data determine. */
export const stateAtStart = async (engine: Engine, prepared: PreparedTraining): Promise<StateArrays> => {
  const { network, training } = prepared;
  return initialState(network, training, await parametersAtStart(engine, prepared));
};

const parametersAtStart = async (
  engine: Engine,
  { network, training, split }: PreparedTraining,
): Promise<ParameterArrays> => {
  const random = await randomParameters(network, training.seed);
  if (training.initialization === "balanced") return balanced(network, random);
  return training.initialization === "random"
    ? random
    : { ...random, ...(await gainsAndBiases(engine, network, training, split, random)) };
};

/** Elements of an array behind which the event loop gets its turn: a millisecond of random numbers. */
const MANY = 2 ** 17;

/** `initialParameters` of a network, which may be millions of random numbers. */
const randomParameters = async (network: Network, seed: number): Promise<ParameterArrays> => {
  const parameters: Record<string, Float32Array> = {};
  for (const spec of parametersOf(network)) {
    Object.assign(parameters, initialParameters([spec], seed));
    if (sizeOf(spec.shape) >= MANY) await nextTurn();
  }
  return parameters;
};

/** Gains and biases fitted to the first batch of the run. */
const gainsAndBiases = async (
  engine: Engine,
  network: Network,
  { batch: size, seed }: TrainingConfiguration,
  split: ImageSplit,
  weights: ParameterArrays,
): Promise<ParameterArrays> => {
  const order = epochOrder(seed, 1, split.count).subarray(0, size);
  const x = input("images", [order.length, ...network.input]);
  const inputs = noiseInputs(network, order.length, "train");
  const program = lower(dataInitialization(network, parameterInputs(network), x, inputs), {
    bound: weights,
  });
  const batch = allocateBatch(order.length, sizeOf(network.input));
  const plain = { table: encodingTable(network) };
  fillBatch(batch, split, order, plain, key(seed, "initial batch"));
  const noise = uniformNoise({ seed, purpose: "initial", sizes: noiseSizes(network, order.length) })(0);
  const executable = await engine.compile(program);
  const found = await executable.run({ images: batch.images, ...only(noise, program.inputs) });
  await executable.dispose();
  return found as ParameterArrays;
};
