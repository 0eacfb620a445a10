/** Trainer of one replica on the calling thread. */

import { stepScalars } from "../../src/nn/optimizer.ts";
import type { fillUniformPart } from "../../src/random/streams.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { blocksOfNetwork } from "../../src/training/blocks.ts";
import { allocateBuffers } from "../../src/training/replicas/buffers.ts";
import { openReplica } from "../../src/training/replicas/replica.ts";
import type { TrainingSetup } from "../../src/training/replicas/setup.ts";
import { type StateArrays, stateIn, stateShapes } from "../../src/training/state.ts";
import type { Trainer } from "../../src/training/trainer.ts";

export const openLocalTrainer = async (
  engine: Engine,
  setup: TrainingSetup,
  start: StateArrays,
  fillNoise?: typeof fillUniformPart,
): Promise<Trainer> => {
  const { network, optimizer, batch } = setup;
  const buffers = await allocateBuffers(setup, start, 1);
  const shares = [blocksOfNetwork(network, optimizer)];
  const options = { setup, buffers, index: 0, rows: { start: 0, end: batch }, shares };
  const replica = await openReplica(engine, options, fillNoise);
  return {
    step(step, learningRate, { images, labels, mask }) {
      buffers.batch.images.set(images);
      buffers.batch.labels.set(labels);
      buffers.batch.mask.set(mask);
      const scalars = stepScalars(optimizer, learningRate, step, setup.learningRate);
      return replica.step({ step, scalars, bank: 0 });
    },
    state: async () => {
      await replica.fetch();
      return stateIn(stateShapes(network, setup), buffers.banks[0]!);
    },
    dispose: () => replica.dispose(),
  };
};
