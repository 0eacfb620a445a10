/** Trainer of replicas that work side by side, wherever their threads come from. It imports nothing of Node. */
import { ConfigError } from "../../errors.ts";
import type { Batch } from "../../loading/batch.ts";
import { stepScalars } from "../../nn/optimizer.ts";
import { splitRows } from "../../nn/rows.ts";
import { runsInOrder } from "../../random/streams.ts";
import type { Device } from "../../runtime/engine.ts";
import { requireElements } from "../../tensor/elements.ts";
import { input } from "../../tensor/tensor.ts";
import { abandon } from "../../threads/barrier.ts";
import { inOrder } from "../../threads/in-order.ts";
import { nextTurn } from "../../threads/turn.ts";
import { blocksOfNetwork } from "../blocks.ts";
import { copiedState, type StateArrays, stateShapes } from "../state.ts";
import type { OpenTrainer, Trainer } from "../trainer.ts";
import { allocateBuffers, type TrainingBuffers } from "./buffers.ts";
import type { ReplicaResult } from "./replica.ts";
import type { ReplicaReply, ReplicaRequest, ReplicaStart } from "./replica-requests.ts";
import { replicaCount, setupOf, type TrainingSetup } from "./setup.ts";
import { shareBlocks } from "./shares.ts";

export interface ReplicaTrainerOptions {
  readonly setup: TrainingSetup;
  /** State before the first step; it is copied. */
  readonly state: StateArrays;
  /** Number of the first step. */
  readonly first: number;
  /** Number of replicas: at most the rows of a batch, and at most the blocks of the network. */
  readonly replicas: number;
  readonly device: Device;
  /** Threads that an operator of a replica may use. */
  readonly threads: number;
}

/** A thread that holds one replica after the other. */
export interface ReplicaThread {
  ask(request: ReplicaRequest): Promise<ReplicaReply>;
  /** Ends the thread, its replica closed. */
  end(request: "end"): Promise<void>;
}

/** Threads of replicas. */
export interface ReplicaThreads {
  take(): ReplicaThread;
  /** Takes back a thread that has nothing left to do. */
  giveBack(thread: ReplicaThread): void;
}

/** Opens trainers on `threads` threads of a CPU, or on another device, which takes one replica. */
export const replicaTrainers =
  (
    { device, threads }: { readonly device: Device; readonly threads: number },
    replicaThreads: ReplicaThreads,
  ): OpenTrainer =>
  ({ network, training, state, first }) => {
    const setup = setupOf(network, training);
    const replicas = device === "cpu" ? replicaCount(setup, threads) : 1;
    return openReplicaTrainer(
      { ...{ setup, state, first, replicas, device }, threads: Math.floor(threads / replicas) },
      replicaThreads,
    );
  };

/**
 * Trainer of `replicas` replicas. Throws ConfigError for a number out of range. A replica that fails ends them all: the
 * step rejects with its error, or with WorkerError where its thread crashed, and so does every later call.
 */
export const openReplicaTrainer = async (
  options: ReplicaTrainerOptions,
  pool: ReplicaThreads,
): Promise<Trainer> => {
  const { setup, state, first, replicas: count } = options;
  checkCount(options);
  await nextTurn();
  const buffers = await allocateBuffers(setup, state, count);
  await nextTurn();
  const starts = startsOf(options, buffers);
  const replicas = starts.map(() => pool.take());
  const shapes = stateShapes(setup.network, setup);
  let failure: unknown;
  const ask = async (request: (index: number) => ReplicaRequest): Promise<readonly ReplicaReply[]> => {
    if (failure !== undefined) throw failure;
    try {
      return await Promise.all(replicas.map((replica, index) => replica.ask(request(index))));
    } catch (cause) {
      failure = cause;
      // The others may be waiting for the one that failed.
      if (buffers.barrier) abandon(buffers.barrier);
      await Promise.all(replicas.map((replica) => replica.end("end")));
      throw cause;
    }
  };
  const close = async (): Promise<void> => {
    if (failure !== undefined) return;
    await ask(() => "close");
    failure = new ConfigError(`training network ${setup.network.name}`, {
      given: "a trainer that was disposed of",
      expected: "a trainer that is still open",
      remedy: "Open another one.",
    });
    for (const replica of replicas) pool.giveBack(replica);
  };
  await ask((index) => ({ open: starts[index]! }));
  const check = runsInOrder(first, Number.POSITIVE_INFINITY);
  const inTurn = inOrder();
  return {
    step: (step, learningRate, batch) =>
      inTurn(async () => {
        check(step);
        fill(buffers.batch, batch);
        const scalars = stepScalars(setup.optimizer, learningRate, step, setup.learningRate);
        const results = (await ask(() => ({ step, scalars, bank: 0 }))) as readonly ReplicaResult[];
        return {
          loss: results.reduce((sum, { loss }) => sum + loss, 0),
          correct: results.reduce((sum, { correct }) => sum + correct, 0),
        };
      }),
    state: () =>
      inTurn(async () => {
        if (failure !== undefined) throw failure;
        // On the CPU the buffers are what the replicas compute with.
        if (options.device !== "cpu") await ask(() => "fetch");
        return copiedState(shapes, buffers.banks[0]!);
      }),
    dispose: () => inTurn(close),
  };
};

const checkCount = ({ setup: { network, batch, optimizer }, replicas }: ReplicaTrainerOptions): void => {
  const most = Math.min(batch, blocksOfNetwork(network, optimizer).length);
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > most)
    throw new ConfigError(`training network ${network.name}`, {
      given: `${replicas} replicas`,
      expected: `a whole number from 1 to ${most}: each needs a row of the batch and a block of the parameters`,
      remedy: "Take fewer.",
    });
};

const startsOf = (
  { setup, replicas, device, threads }: ReplicaTrainerOptions,
  buffers: TrainingBuffers,
): readonly ReplicaStart[] => {
  const shares = shareBlocks(blocksOfNetwork(setup.network, setup.optimizer), replicas);
  return splitRows(setup.batch, replicas).map((rows, index) => ({
    options: { setup, buffers, index, rows, shares },
    engine: { device, threads },
  }));
};

/** Copies a batch into the shared one. */
const fill = (shared: Batch, batch: Batch): void => {
  for (const name of ["images", "labels", "mask"] as const) {
    const [type, shape] = [name === "labels" ? "int32" : "float32", [shared[name].length]] as const;
    requireElements(`training, the batch's ${name}`, input(name, shape, type), batch[name]);
    shared[name].set(batch[name]);
  }
};
