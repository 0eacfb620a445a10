/** Data-parallel training: a trainer of several replicas, each on a thread of its own. */
import { stepScalars } from "../../nn/optimizer.ts";
import { treatDenormalsAsZero } from "../../runtime/native-session.ts";
import { startWorker, type Thread, threadOf } from "../../runtime/thread.ts";
import { blockName, blocksOfNetwork, changingArrays } from "../blocks.ts";
import type { StateArrays } from "../state.ts";
import type { StepResult, Trainer } from "../trainer.ts";
import { allocateExchange, type Exchange, type TrainingSetup } from "./exchange.ts";
import { normedBlocks } from "./norms.ts";
import type { ReplicaRequest, ReplicaStart } from "./replica-thread.ts";
import { shareBlocks, shareRows } from "./shares.ts";

export interface ReplicasOptions extends TrainingSetup {
  /** How many: at most `batch`, and at most the network's blocks. */
  readonly count: number;
  /** Threads that an operator of a replica may use. */
  readonly threads: number;
}

type Replica = Thread<ReplicaRequest, StepResult | StateArrays>;

/** A failure of one replica, told as WorkerError, ends them all. */
export const createReplicas = async (options: ReplicasOptions): Promise<Trainer> => {
  const { optimizer } = options;
  await treatDenormalsAsZero();
  const exchange = allocateExchange(options, options.count);
  const replicas = startReplicas(options, exchange);
  const dispose = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.close()));
  };
  const ask = async <Reply>(request: ReplicaRequest): Promise<readonly Reply[]> => {
    try {
      return await Promise.all(replicas.map((replica) => replica.ask(request) as Promise<Reply>));
    } catch (cause) {
      // The others may be waiting for the one that failed.
      await dispose();
      throw cause;
    }
  };
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
    state: async () => assemble(options, await ask<StateArrays>("state")),
    dispose,
  };
};

const startReplicas = (options: ReplicasOptions, exchange: Exchange): readonly Replica[] => {
  const { batch, count } = options;
  const shares = shareBlocks(normedBlocks(options.network), count);
  return shareRows(batch, count).map((rows, index) => {
    const start: ReplicaStart = { ...options, index, rows, shares, exchange };
    return threadOf(startWorker("./replica-thread.js", import.meta.url, start), `training, replica ${index}`);
  });
};

/** The whole state, of the blocks that each replica has. */
const assemble = (
  { network, optimizer, state }: ReplicasOptions,
  parts: readonly StateArrays[],
): StateArrays => {
  const blocks: StateArrays = Object.assign({}, ...parts);
  const whole = Object.fromEntries(
    Object.entries(state).map(([name, { length }]) => [name, new Float32Array(length)]),
  );
  for (const { parameter, start } of blocksOfNetwork(network))
    for (const array of changingArrays(parameter, optimizer))
      whole[array]!.set(blocks[blockName(array, start)]!, start);
  return whole;
};
