/** Memory that the replicas of a training and the thread that directs them share. */
import { allocateBatch, type Batch } from "../../loading/batch.ts";
import { parametersOf } from "../../networks/plan.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { allocateBarrier } from "../../threads/barrier.ts";
import { sharedBytes } from "../../threads/shared-memory.ts";
import { type ArrayKey, type ArrayMap, arrayName } from "../keys.ts";
import { normsOf } from "../norms.ts";
import { copyState, type StateArrays, stateShapes } from "../state.ts";
import type { TrainingSetup } from "./setup.ts";

export interface TrainingBuffers {
  /** Whole batch of a step. */
  readonly batch: Batch;
  /**
   * Parameters, optimiser states and norms. One bank: they are updated in place, each block by one replica, once all
   * replicas have their gradients. Two banks: a step reads one and writes the other.
   */
  readonly banks: readonly ArrayMap[];
  /** Gradients of every replica. */
  readonly gradients: ArrayMap;
  /** Sum of the squares of the gradient of each replica's blocks, where gradients are clipped. */
  readonly squares: Float32Array;
  /** [batch, classes], in mode online. */
  readonly probabilities: Float32Array;
  /** Where there are several replicas. */
  readonly barrier?: Int32Array;
}

/** Buffers of `replicas` replicas that start from a copy of `state`. */
export const allocateBuffers = async (
  setup: TrainingSetup,
  state: StateArrays,
  replicas: number,
): Promise<TrainingBuffers> => {
  const { network, batch, mode } = setup;
  const specs = parametersOf(network);
  const norms = normsOf(network);
  const normSizes = norms.map(
    ({ parameter, units }) => [arrayName({ array: "norm", parameter }), units] as const,
  );
  const shapes = stateShapes(network, setup);
  const stateSizes = Object.entries(shapes).map(([name, shape]) => [name, sizeOf(shape)] as const);
  const allocateBank = (): ArrayMap =>
    new Map([...stateSizes, ...normSizes].map(([name, size]) => [name, allocateFloats(size)]));
  const banks = Array.from({ length: mode === "online" ? 2 : 1 }, allocateBank);
  await copyState(shapes, state, banks[0]!);
  const gradientsOf = (replica: number) => {
    const entry = (key: ArrayKey, size: number) =>
      [arrayName({ ...key, replica }), allocateFloats(size)] as const;
    return [
      ...specs.map(({ name, shape }) => entry({ array: "gradient", parameter: name }, sizeOf(shape))),
      ...norms.map(({ parameter, units }) => entry({ array: "normGradient", parameter }, units)),
    ];
  };
  return {
    batch: allocateBatch(batch, sizeOf(network.input)),
    banks,
    gradients: new Map(Array.from({ length: replicas }, (_, replica) => gradientsOf(replica)).flat()),
    squares: allocateFloats(replicas),
    probabilities: allocateFloats(mode === "online" ? batch * network.classes : 0),
    ...(replicas > 1 && { barrier: allocateBarrier() }),
  };
};

const allocateFloats = (length: number): Float32Array => new Float32Array(sharedBytes(4 * length));
