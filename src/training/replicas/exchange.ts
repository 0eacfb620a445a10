/** What replicas have in common: the training that they share, and memory. */
import { parameterInputs } from "../../networks/forward.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { parametersOf } from "../../networks/layers.ts";
import type { Network } from "../../networks/network.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import type { NoiseStreams } from "../../runtime/noise.ts";
import { sizeOf, sizesOf } from "../../tensor/tensor.ts";
import type { Batch } from "../batches.ts";
import type { StateArrays } from "../state.ts";
import { allocateBarrier } from "./barrier.ts";
import { normInputs } from "./norms.ts";

export interface TrainingSetup {
  readonly network: Network;
  /** Rows of a batch. */
  readonly batch: number;
  readonly optimizer: Optimizer;
  /** The noise of whole batches. */
  readonly streams: NoiseStreams;
}

/** Memory that the replicas share. */
export interface Exchange {
  /** The whole batch of a step. */
  readonly batch: Batch;
  /** And the norms of weights: at first the start. Each replica writes its own blocks, once all have their gradients. */
  readonly parameters: ParameterArrays;
  /** What each replica found with its rows. */
  readonly gradients: readonly ParameterArrays[];
  readonly barrier: Int32Array;
}

/** The exchange of `count` replicas that start from `state`. */
export const allocateExchange = (
  { network, batch }: TrainingSetup,
  state: StateArrays,
  count: number,
): Exchange => {
  const sizes = sizesOf({ ...parameterInputs(network), ...normInputs(network) });
  const allocate = (): ParameterArrays =>
    Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, sharedFloats(size)]));
  const parameters = allocate();
  for (const { name } of parametersOf(network)) parameters[name]!.set(state[name]!);
  return {
    batch: {
      images: sharedFloats(batch * sizeOf(network.input)),
      labels: new Int32Array(sharedBytes(4 * batch)),
      mask: sharedFloats(batch),
    },
    parameters,
    gradients: Array.from({ length: count }, allocate),
    barrier: allocateBarrier(),
  };
};

const sharedFloats = (length: number): Float32Array => new Float32Array(sharedBytes(4 * length));

/** As the type that arrays have by default: none here asks whose the memory is. */
const sharedBytes = (length: number): ArrayBuffer =>
  new SharedArrayBuffer(length) as ArrayBufferLike as ArrayBuffer;
