/** Data-parallel training: a trainer of several replicas, each on a thread of its own. */
import { ConfigError } from "../../errors.ts";
import type { Batch } from "../../loading/batch.ts";
import type { Network } from "../../networks/network.ts";
import { type Optimizer, stepScalars } from "../../nn/optimizer.ts";
import { shareRows } from "../../nn/rows.ts";
import { runsInOrder } from "../../runtime/noise.ts";
import { requireElements } from "../../tensor/elements.ts";
import { input, sizeOf } from "../../tensor/tensor.ts";
import { abandon } from "../../threads/barrier.ts";
import { startWorker, type Thread, threadOf } from "../../threads/thread.ts";
import { blockArrays, blockName, blocksOfNetwork, changingArrays } from "../blocks.ts";
import { type StateArrays, stateShapes } from "../state.ts";
import type { StepResult, Trainer } from "../trainer.ts";
import { allocateExchange, type Exchange, type TrainingSetup } from "./exchange.ts";
import { normedBlocks } from "./norms.ts";
import type { ReplicaReply, ReplicaRequest, ReplicaStart } from "./replica-thread.ts";
import { shareBlocks } from "./shares.ts";

export interface ReplicasOptions extends TrainingSetup {
  /** Where training starts. */
  readonly state: StateArrays;
  /** The steps to come: from `first` up to, not including, `end`. */
  readonly first: number;
  readonly end: number;
  /** How many: at most `batch`, and at most the network's blocks. */
  readonly count: number;
  /** Threads that an operator of a replica may use. */
  readonly threads: number;
}

type ReplicaThread = Thread<ReplicaRequest, ReplicaReply>;

/**
 * Throws ConfigError for a `count` out of its range. A failure of one replica, told as WorkerError, ends them all; other
 * errors are those of `createTrainer`.
 */
export const createReplicas = async (options: ReplicasOptions): Promise<Trainer> => {
  const { network, optimizer, first, end } = options;
  checkCount(options);
  const exchange = allocateExchange(options, options.state, options.count);
  const replicas = startReplicas(options, exchange);
  const close = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.end("dispose")));
  };
  const ask = async <Reply extends ReplicaReply>(request: ReplicaRequest): Promise<readonly Reply[]> => {
    try {
      return await Promise.all(replicas.map((replica) => replica.ask(request) as Promise<Reply>));
    } catch (cause) {
      // The others may be waiting for the one that failed.
      abandon(exchange.barrier);
      await close();
      throw cause;
    }
  };
  await ask("ready");
  const check = runsInOrder(first, end);
  return {
    async step(step, learningRate, batch) {
      check(step);
      fill(exchange.batch, batch);
      const scalars = stepScalars(optimizer, learningRate, step);
      const results = await ask<StepResult>({ step, scalars });
      return {
        loss: results.reduce((sum, { loss }) => sum + loss, 0),
        correct: results.reduce((sum, { correct }) => sum + correct, 0),
      };
    },
    state: async () => assemble(network, optimizer, await ask<StateArrays>("state")),
    dispose: close,
  };
};

const checkCount = ({ network, batch, count }: ReplicasOptions): void => {
  const most = Math.min(batch, blocksOfNetwork(network).length);
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new ConfigError(`training network ${network.name}`, {
      given: `${count} replicas`,
      expected: `a whole number from 1 to ${most}: each has a row of the batch and a block of the parameters`,
      remedy: "Take fewer.",
    });
};

const startReplicas = (
  { state, threads, count, network, batch, optimizer, estimator, streams }: ReplicasOptions,
  exchange: Exchange,
): readonly ReplicaThread[] => {
  const shares = shareBlocks(normedBlocks(network), count);
  return shareRows(batch, count).map((rows, index) => {
    const own = shares[index]!.map(({ block }) => block);
    const moments = blockArrays(own, optimizer, (array, { parameter, start, end }) =>
      array === parameter ? undefined : state[array]!.slice(start, end),
    );
    const replica = { network, batch, optimizer, estimator, streams, index, rows, shares, moments, exchange };
    const start: ReplicaStart = { ...replica, threads };
    return threadOf(startWorker("./replica-thread.js", import.meta.url, start), `training, replica ${index}`);
  });
};

/** Copies a batch into the shared one. */
const fill = (shared: Batch, batch: Batch): void => {
  for (const name of ["images", "labels", "mask"] as const) {
    const [type, shape] = [name === "labels" ? "int32" : "float32", [shared[name].length]] as const;
    requireElements(`training, the batch's ${name}`, input(name, shape, type), batch[name]);
    shared[name].set(batch[name]);
  }
};

/** The whole state, of the blocks that each replica has. */
const assemble = (network: Network, optimizer: Optimizer, parts: readonly StateArrays[]): StateArrays => {
  const blocks: StateArrays = Object.assign({}, ...parts);
  const whole = Object.fromEntries(
    Object.entries(stateShapes(network, optimizer)).map(([name, shape]) => [
      name,
      new Float32Array(sizeOf(shape)),
    ]),
  );
  for (const block of blocksOfNetwork(network))
    for (const array of changingArrays(block, optimizer))
      whole[array]!.set(blocks[blockName(array, block.start)]!, block.start);
  return whole;
};
