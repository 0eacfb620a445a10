/** Data-parallel training: a trainer of several replicas, each on a thread of its own. */
import type { ParameterArrays } from "../../networks/initialize.ts";
import { parametersOf } from "../../networks/layers.ts";
import type { Network } from "../../networks/network.ts";
import { type Optimizer, stepScalars } from "../../nn/optimizer.ts";
import type { NoiseStreams } from "../../runtime/noise.ts";
import { startWorker, type Thread, threadOf } from "../../runtime/thread.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { blockName, blocksOfNetwork, changingArrays } from "../blocks.ts";
import type { StateArrays } from "../state.ts";
import type { StepResult, Trainer } from "../trainer.ts";
import { allocateBarrier } from "./barrier.ts";
import type { Exchange, StepRequest } from "./replica.ts";
import type { ReplicaStart } from "./replica-thread.ts";
import { shareBlocks, shareRows } from "./shares.ts";

export interface ReplicasOptions {
  readonly network: Network;
  readonly batch: number;
  readonly optimizer: Optimizer;
  readonly state: StateArrays;
  readonly streams: NoiseStreams;
  /** How many: at most `batch`. */
  readonly count: number;
  /** Threads that an operator of a replica may use. */
  readonly threads: number;
}

type Replica = Thread<StepRequest | "state", StepResult | StateArrays>;

export const createReplicas = async (options: ReplicasOptions): Promise<Trainer> => {
  const { network, optimizer, state } = options;
  const { createEngine } = await import("../../runtime/node.ts");
  const { lower } = await import("../../tensor/lower.ts");
  const { input } = await import("../../tensor/tensor.ts");
  const { add } = await import("../../tensor/elementwise.ts");
  await createEngine({ threads: 1 }).compile(lower({ y: add(input("x", [1]), 1) }));
  const exchange = allocateExchange(options);
  const replicas = startReplicas(options, exchange);
  const ask = <Reply>(request: StepRequest | "state"): Promise<readonly Reply[]> =>
    Promise.all(replicas.map((replica) => replica.ask(request) as Promise<Reply>));
  // Answered once all programs are compiled.
  await ask("state");
  return {
    async step(step, learningRate, { images, labels, mask }) {
      exchange.batch.images.set(images);
      exchange.batch.labels.set(labels);
      exchange.batch.mask.set(mask);
      const scalars = stepScalars(optimizer, learningRate, step);
      const results = await ask<StepResult>({ step, scalars });
      return {
        loss: results.reduce((sum, { loss }) => sum + loss, 0),
        correct: results.reduce((sum, { correct }) => sum + correct, 0),
      };
    },
    async state() {
      const blocks: StateArrays = Object.assign({}, ...(await ask<StateArrays>("state")));
      const whole = Object.fromEntries(
        Object.entries(state).map(([name, { length }]) => [name, new Float32Array(length)]),
      );
      for (const { parameter, start } of blocksOfNetwork(network))
        for (const array of changingArrays(parameter, optimizer))
          whole[array]!.set(blocks[blockName(array, start)]!, start);
      return whole;
    },
    async dispose() {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
};

const startReplicas = (options: ReplicasOptions, exchange: Exchange): readonly Replica[] => {
  const { batch, count } = options;
  const shares = shareBlocks(blocksOfNetwork(options.network), count);
  return shareRows(batch, count).map((rows, index) => {
    const start: ReplicaStart = { ...options, index, rows, shares, exchange };
    return threadOf(startWorker("./replica-thread.js", import.meta.url, start), `training, replica ${index}`);
  });
};

const allocateExchange = ({ network, batch, state, count }: ReplicasOptions): Exchange => {
  const allocate = (): ParameterArrays =>
    Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, sharedFloats(sizeOf(shape))]));
  const atStart = (): ParameterArrays => {
    const parameters = allocate();
    for (const [name, array] of Object.entries(parameters)) array.set(state[name]!);
    return parameters;
  };
  return {
    batch: {
      images: sharedFloats(batch * sizeOf(network.input)),
      labels: new Int32Array(sharedBytes(4 * batch)),
      mask: sharedFloats(batch),
    },
    parameters: [atStart(), atStart()],
    gradients: Array.from({ length: count }, allocate),
    barrier: allocateBarrier(),
  };
};

const sharedFloats = (length: number): Float32Array => new Float32Array(sharedBytes(4 * length));

/** The types say that only memory of one's own is worth an array's while; it makes no difference to us. */
const sharedBytes = (length: number): ArrayBuffer =>
  new SharedArrayBuffer(length) as ArrayBufferLike as ArrayBuffer;
