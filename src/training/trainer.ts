/** Executes training steps as one program: owns it, compiled, and the two sets of state arrays. */

import type { Batch } from "../loading/batch.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { tilingFor } from "../networks/tiling.ts";
import { stepScalars } from "../nn/optimizer.ts";
import type { Engine } from "../runtime/engine.ts";
import type { NoiseSizes, NoiseSource } from "../runtime/noise.ts";
import { sizesOf } from "../tensor/tensor.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import { copyState, type StateArrays, viewsOf } from "./state.ts";
import { scalarArrays, trainingStep } from "./step.ts";

export interface StepResult {
  /** Mean loss over the examples of the batch. */
  readonly loss: number;
  /** Examples whose label had the largest logit. */
  readonly correct: number;
}

export interface Trainer {
  /** Step number `step` (the first is 1), after the one before it, at the given learning rate. */
  step(step: number, learningRate: number, batch: Batch): Promise<StepResult>;
  /** The state after the last step; valid until the next one. */
  state(): Promise<StateArrays>;
  /** Frees what it holds, the noise too. */
  dispose(): Promise<void>;
}

/** How many uniform numbers a batch takes of each stream, in training. */
export const noiseSizes = (network: Network, batch: number): NoiseSizes =>
  sizesOf(noiseInputs(network, batch, "train"));

/** A trainer that goes on from `state`, whose arrays become its own, as the noise does. */
export const createTrainer = async (
  engine: Engine,
  network: Network,
  { batch, optimizer, estimator, clipNorm }: TrainingConfiguration,
  state: StateArrays,
  noise: NoiseSource,
): Promise<Trainer> => {
  const compiled = async () => {
    const program = trainingStep({
      network,
      batch,
      optimizer,
      tiling: tilingFor(engine),
      channelBlock: await engine.channelBlock?.(),
      ...(estimator && { estimator }),
      ...(clipNorm !== undefined && { clipNorm }),
    });
    return engine.compile(program);
  };
  const executable = await compiled().catch(async (cause: unknown) => {
    await noise.close();
    throw cause;
  });
  let current = viewsOf(network, optimizer, state);
  let spare = viewsOf(network, optimizer, copyState(state));
  const results = { loss: new Float32Array(1), correct: new Float32Array(1) };
  return {
    async step(step, learningRate, { images, labels, mask }) {
      const numbers = await noise.take(step);
      const scalars = scalarArrays(executable.program, stepScalars(optimizer, learningRate, step));
      const inputs = { images, labels, mask, ...numbers, ...current.inputs, ...scalars };
      await executable.run(inputs, { ...results, ...spare.outputs });
      noise.giveBack(numbers);
      [current, spare] = [spare, current];
      return { loss: results.loss[0]!, correct: results.correct[0]! };
    },
    state: async () => current.state,
    async dispose() {
      await Promise.all([noise.close(), executable.dispose()]);
    },
  };
};
