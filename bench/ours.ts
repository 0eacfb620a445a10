/** Our side of the benchmark: the same work as the peers, with the code that users run. */
import { passPrograms } from "../src/inference/pass-programs.ts";
import { allocateBatch } from "../src/loading/batch.ts";
import { initialParameters } from "../src/networks/initialize.ts";
import type { Network } from "../src/networks/network.ts";
import { parametersOf } from "../src/networks/plan.ts";
import { STEP_SCALARS, stepScalars } from "../src/nn/optimizer.ts";
import { fillUniform } from "../src/random/fill.ts";
import { key } from "../src/random/key.ts";
import { type Engine, only } from "../src/runtime/engine.ts";
import { createEngine } from "../src/runtime/node.ts";
import { lower } from "../src/tensor/lower.ts";
import { matmul } from "../src/tensor/matmul.ts";
import { input, sizeOf } from "../src/tensor/tensor.ts";
import { sharedBytes } from "../src/threads/shared-memory.ts";
import { blocksOfNetwork } from "../src/training/blocks.ts";
import { parseTraining, type TrainingDescription } from "../src/training/configuration.ts";
import { nodeHost } from "../src/training/node.ts";
import { allocateBuffers } from "../src/training/replicas/buffers.ts";
import { bound } from "../src/training/replicas/keyed-program.ts";
import { setupOf } from "../src/training/replicas/setup.ts";
import { shareBlocks } from "../src/training/replicas/shares.ts";
import { updateProgram } from "../src/training/replicas/update-program.ts";
import { initialState } from "../src/training/state.ts";
import { type Contestant, timed } from "./interleave.ts";

/** Random images of -1 and +1, as encoded by the sign encoding. */
const signs = (length: number): Float32Array => {
  const values = new Float32Array(length);
  fillUniform(key(1, "benchmark images"), values);
  return values.map((u) => (u < 0 ? -1 : 1));
};

/** Complete training steps, including noise. */
export const trainingContestant = async (
  engine: Engine,
  network: Network,
  size: number,
  settings: TrainingDescription = {},
): Promise<Contestant> => {
  const training = parseTraining({ batch: size, ...settings });
  const state = initialState(network, training, initialParameters(parametersOf(network), 1));
  const trainer = await nodeHost(engine).openTrainer({ network, training, state, first: 1 });
  const batch = allocateBatch(size, sizeOf(network.input));
  batch.images.set(signs(batch.images.length));
  batch.labels.forEach((_, k) => {
    batch.labels[k] = k % network.classes;
  });
  batch.mask.fill(1);
  let step = 0;
  return timed(
    `${network.name} training step${settings.optimizer ? `, ${settings.optimizer.type}` : ""}`,
    async () => {
      step++;
      await trainer.step(step, training.learningRate, batch);
    },
  );
};

/**
 * Updates of the parameters that the first of two replicas makes, by the gradients of both, on one thread: the largest
 * matrix of Muon is among them.
 */
export const updateContestant = async (
  network: Network,
  size: number,
  settings: TrainingDescription = {},
): Promise<Contestant> => {
  const training = parseTraining({ batch: size, ...settings });
  const setup = setupOf(network, training);
  const replicas = 2;
  const [blocks] = shareBlocks(blocksOfNetwork(network, training.optimizer), replicas);
  const { program, reads, writes } = updateProgram(setup, blocks!, replicas);
  const executable = await createEngine({ threads: 1 }).compile(program);
  const state = initialState(network, training, initialParameters(parametersOf(network), 1));
  const { banks, gradients } = await allocateBuffers(setup, state, replicas);
  for (const [name, array] of gradients) fillUniform(key(1, name), array);
  for (const [name, array] of banks[0]!) if (name.endsWith("/norm")) array.fill(1);
  const arrays = new Map([...banks[0]!, ...gradients]);
  const [inputs, outputs] = [bound(reads, arrays), bound(writes, arrays)];
  const scalars = stepScalars(training.optimizer, training.learningRate, 1, training.learningRate);
  const fed = Object.fromEntries(STEP_SCALARS.map((name) => [name, Float32Array.of(scalars[name])]));
  return timed(`${training.optimizer.type}, update of one replica of two`, async () => {
    await executable.run({ ...inputs, ...only(fed, program.inputs) }, outputs);
  });
};

/** Monte Carlo passes of one batch, one per image, with the first layer precomputed. */
export const samplingContestant = async (
  engine: Engine,
  network: Network,
  size: number,
): Promise<Contestant> => {
  const parameters = initialParameters(parametersOf(network), 1);
  const programs = passPrograms({ network, parameters }, "unit", engine);
  const executable = await engine.compile(programs.pass(size));
  const noise = Object.fromEntries(
    Object.entries(programs.noise.sizes).map(([stream, width]) => [stream, shared(size * width)]),
  );
  const entering = shared(size * programs.entering);
  entering.set(signs(entering.length));
  const probabilities = shared(size * network.classes);
  let run = 0;
  return timed(`${network.name} sampling pass`, async () => {
    for (const [stream, array] of Object.entries(noise)) fillUniform(key(1, stream, run), array);
    run++;
    await executable.run({ entering, ...noise }, { probabilities });
  });
};

const shared = (length: number): Float32Array => new Float32Array(sharedBytes(4 * length));

/** Products of two square matrices by the engine: the peak that we can reach on this machine. */
export const productContestant = async (engine: Engine, size: number): Promise<Contestant> => {
  const executable = await engine.compile(
    lower({ product: matmul(input("a", [size, size]), input("b", [size, size])) }),
  );
  const [a, b, product] = [shared(size * size), shared(size * size), shared(size * size)];
  for (const factor of [a, b]) factor.set(signs(size * size));
  return timed("sgemm", async () => void (await executable.run({ a, b }, { product })));
};
