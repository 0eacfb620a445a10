/** The trainer that suits the engine. */

import { dropConnectOf, isBatchNormalized } from "../networks/layers/neuron.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { normalizedParts } from "../nn/batch-norm.ts";
import type { Engine } from "../runtime/engine.ts";
import type { NoiseStreams } from "../runtime/noise.ts";
import { blocksOfNetwork } from "./blocks.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import { createReplicas } from "./replicas/trainer.ts";
import type { StateArrays } from "./state.ts";
import { createTrainer, noiseSizes, type Trainer } from "./trainer.ts";

export interface TrainerOptions {
  readonly engine: Engine;
  readonly network: Network;
  readonly training: TrainingConfiguration;
  /** The state to go on from; its arrays may be written to. */
  readonly state: StateArrays;
  /** The steps to come: from `first` up to, not including, `end`. */
  readonly first: number;
  readonly end: number;
}

/** Rows of a batch that are worth a replica. */
const ROWS_WORTH_A_REPLICA = 16;

/**
 * On a CPU with several threads replicas, each on one of them: an operator on a small tensor does not use two threads,
 * two replicas always do. To clip the gradient takes all of it in one place. Where batches are normalised there are as
 * many replicas as parts that go by themselves, so that what is learned does not depend on the threads. DropConnect's
 * connections are those of the whole batch, which then stays together.
 */
export const openTrainer = ({
  engine,
  network,
  training,
  state,
  first,
  end,
}: TrainerOptions): Promise<Trainer> => {
  const { batch, optimizer, estimator, clipNorm, seed } = training;
  const streams: NoiseStreams = {
    seed,
    purpose: "train",
    sizes: noiseSizes(network, batch),
    law: { type: "uniform" },
  };
  const blocks = blocksOfNetwork(network).length;
  const count = Math.min(engine.threads, blocks, replicasWorthwhile(network, batch));
  if (engine.device !== "cpu" || count < 2 || clipNorm !== undefined)
    return createTrainer(engine, network, training, state, engine.noise(streams, first, end));
  const threads = Math.floor(engine.threads / count);
  return createReplicas({ network, batch, optimizer, estimator, state, streams, first, end, count, threads });
};

const replicasWorthwhile = (network: Network, batch: number): number => {
  const layers = planOf(network);
  if (layers.some((placed) => dropConnectOf(placed) !== undefined)) return 1;
  return layers.some(isBatchNormalized) ? normalizedParts(batch) : Math.floor(batch / ROWS_WORTH_A_REPLICA);
};
