/** Programs of an online learner: one training step on the passes of an example, and its prediction. */
import { forward, parameterInputs } from "../../networks/interpreters/sample.ts";
import { noiseInputs } from "../../networks/noise-inputs.ts";
import { tilingFor } from "../../networks/tiling.ts";
import { type NoiseArrays, uniformNoise } from "../../random/streams.ts";
import type { Engine, Executable } from "../../runtime/engine.ts";
import { lower } from "../../tensor/lower.ts";
import { softmax } from "../../tensor/softmax.ts";
import { input, sizesOf } from "../../tensor/tensor.ts";
import { blocksOfNetwork } from "../blocks.ts";
import { parametersOnChip } from "../chip-in-loop.ts";
import type { TrainingBuffers } from "../replicas/buffers.ts";
import { openReplica, type ReplicaResult, type StepRequest } from "../replicas/replica.ts";
import type { TrainingSetup } from "../replicas/setup.ts";

/** Setup in mode online, and the buffers of its one replica. */
export interface LearnerOptions {
  readonly setup: TrainingSetup;
  readonly buffers: TrainingBuffers;
}

export interface PredictRequest {
  /** Examples learned before: the random numbers are those of this number. */
  readonly step: number;
  /** Bank of the state. */
  readonly bank: number;
}

/** Both read the image from the buffers' batch and leave the probabilities of the passes in the buffers. */
export interface LearnerPrograms {
  learn(request: StepRequest): Promise<ReplicaResult>;
  predict(request: PredictRequest): Promise<void>;
  dispose(): Promise<void>;
}

/** Compiles the training step; the prediction is compiled when it is first requested. */
export const openLearnerPrograms = async (
  engine: Engine,
  options: LearnerOptions,
): Promise<LearnerPrograms> => {
  const { setup } = options;
  const replica = await openReplica(engine, {
    ...options,
    index: 0,
    rows: { start: 0, end: setup.batch },
    shares: [blocksOfNetwork(setup.network, setup.optimizer)],
  });
  let predictor: Promise<Predictor> | undefined;
  return {
    learn: replica.step,
    async predict(request) {
      predictor ??= openPredictor(engine, options);
      await (await predictor).predict(request);
    },
    async dispose() {
      await Promise.all([replica.dispose(), (await predictor)?.executable.dispose()]);
    },
  };
};

interface Predictor {
  readonly executable: Executable;
  predict(request: PredictRequest): Promise<void>;
}

const openPredictor = async (engine: Engine, { setup, buffers }: LearnerOptions): Promise<Predictor> => {
  const { network, batch, streams, fixed } = setup;
  const inputs = noiseInputs(network, batch);
  const images = input("images", [batch, ...network.input]);
  const given = parameterInputs(network);
  const seen = fixed ? parametersOnChip(network, given, fixed) : given;
  const logits = forward(network, seen, images, inputs, tilingFor(engine));
  const program = lower(
    { probabilities: softmax(logits) },
    { name: network.name, ...(fixed && { bound: fixed }) },
  );
  const executable = await engine.compile(program);
  const noise: (step: number) => NoiseArrays = uniformNoise({
    seed: streams.seed,
    purpose: "online prediction",
    sizes: sizesOf(inputs),
  });
  const parameters = buffers.banks.map((bank) =>
    Object.fromEntries(Object.keys(given).map((name) => [name, bank.get(name)!])),
  );
  return {
    executable,
    async predict({ step, bank }) {
      const fed = { images: buffers.batch.images, ...parameters[bank], ...noise(step) };
      await executable.run(fed, { probabilities: buffers.probabilities });
    },
  };
};
