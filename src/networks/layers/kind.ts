/**
 * The interface of a kind of layer. Each kind is one file, listed in kinds.ts. It owns the layer's JSON
 * description, its shapes and parameters, and its computation in each mode. Interpreters (../interpreters)
 * walk a network without knowing kinds.
 */
import type * as z from "zod";
import type { Statistics } from "../../nn/batch-norm.ts";
import type { Estimator } from "../../nn/estimators.ts";
import type { Moments } from "../../nn/moments.ts";
import type { Noise } from "../../nn/noise/noise.ts";
import type { Shape, Tensor, TensorsByName } from "../../tensor/tensor.ts";
import type { Tiling } from "../tiling.ts";
import type { Neuron } from "./neuron-names.ts";

/** Output of a node for one image. */
export interface Signal {
  readonly shape: Shape;
  /**
   * Number of spikes, -1 or +1, whose mean each element is: 1 for single neurons, the size of populations, 0
   * for real numbers.
   */
  readonly spikes: number;
}

/** A tensor of parameters or running statistics. */
export interface ParameterSpec {
  /** Name: the layer's name, a dot, and the kind. */
  readonly name: string;
  readonly layer: string;
  /** Kind of parameter. Mean and variance are the running statistics of a normalisation by batches. */
  readonly kind: "weight" | "gain" | "bias" | "threshold" | "mean" | "variance";
  readonly shape: Shape;
  /** Number of synapses of one unit; weights only. */
  readonly fanIn?: number;
  /** Initial value of each row along the first axis; thresholds only. */
  readonly initial?: readonly number[];
}

/** Window of the inputs that one unit sees, in rows and columns: that of unit k starts at k stride - padding. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Window of layers whose units each see one place of their inputs. */
export const SAME_PLACE: Window = { kernel: 1, stride: 1, padding: 0 };

/** Shapes and parameters of a layer, given its description and inputs. */
export interface LayerGeometry {
  /** Shape of the units, before pooling. */
  readonly unitShape: Shape;
  readonly outputShape: Shape;
  /** Number of spikes whose mean each output is; 0 for real numbers. */
  readonly spikes: number;
  readonly parameters: readonly Omit<ParameterSpec, "name" | "layer">[];
  /** Neurons of the layer, if any. */
  readonly neuron?: Neuron | undefined;
  /** Whether synapses have the network's noise, with the potentials of equation (3). */
  readonly noisySynapses?: boolean;
}

/** A layer of a network with everything that does not depend on parameters. Made once. */
export interface LayerPlan<Layer = unknown> extends Omit<LayerGeometry, "parameters"> {
  /** Name, unique in the network; prefix of its parameters' names. */
  readonly name: string;
  readonly layer: Layer;
  /** Names of the layers whose outputs it uses, or "input". */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  /** Shape of the first input. */
  readonly inputShape: Shape;
  /** Number of spikes whose mean each input is; 0 for real numbers, and where inputs differ. */
  readonly inputSpikes: number;
  readonly parameters: readonly ParameterSpec[];
  /** The network's noise. */
  readonly noise: Noise;
}

/** Uniform random numbers on (-1, 1) of one layer. */
export interface LayerNoise {
  /**
   * Noise of stochastic neurons, one number per spike: [batch, ...drawnShape]; of noisy rectifiers, two
   * numbers per unit: [batch, 2, ...units].
   */
  readonly uniform?: Tensor;
  /** Dropout noise, one number per output: [batch, ...outputs]. */
  readonly dropout?: Tensor;
  /**
   * DropConnect noise, one number per weight, in the weights' shape; the whole batch drops the same
   * connections.
   */
  readonly dropConnect?: Tensor;
}

/** Maps a layer's inputs to its outputs [batch, ...outputShape]. */
export type LayerMap = (inputs: readonly Tensor[], noise: LayerNoise) => Tensor;

/** Options of a layer's computation. */
export interface ComputeOptions {
  readonly tiling: Tiling;
  readonly estimator: Estimator;
}

/**
 * Batch normalization in training: number of parts that are normalised separately, or by the running
 * statistics.
 */
export type NormalizedBy = number | "running";

/**
 * A layer in training that is normalised by its batch, split at the normalisation: the maps before and after it.
 * Stochastic neurons sample after it, from the normalised potentials.
 */
export interface BatchNormalizedMaps {
  readonly before: LayerMap;
  readonly normalize: (y: Tensor) => {
    readonly normalized: Tensor;
    /** Statistics of the batch, by kind of parameter. */
    readonly statistics: Pick<Statistics, "mean"> & Partial<Statistics>;
  };
  readonly after: LayerMap;
}

/** The synapse law of one layer: equation (4). */
export interface SynapseSums {
  /** Shape of the noise of one image: one xi per synapse of every unit. */
  readonly shape: Shape;
  /** Sums u [batch, ...unitShape] of inputs z and noise xi [batch, ...shape]. */
  readonly sum: (z: Tensor, xi: Tensor) => Tensor;
}

/** Properties of the network that its layers use. */
export interface NetworkFacts {
  readonly name: string;
  readonly classes: number;
  readonly neuron: Neuron;
}

/** A kind of layer. `Layer` is its description with all defaults filled in. */
export interface LayerKind<Layer extends { readonly type: string }> {
  readonly schema: z.ZodObject<z.ZodRawShape & { type: z.ZodLiteral<Layer["type"]> }>;
  /** Whether the noise of potentials passes through it: that of its first input, while others enter without noise. */
  readonly passesNoise?: true;
  /** Number of inputs: one, or at least two. */
  readonly inputs: "one" | "several";
  /**
   * Computes the shapes of a layer. Throws ShapeError or ConfigError, naming `place`, if it does not fit its
   * inputs.
   */
  readonly plan: (
    layer: Layer,
    inputs: readonly Signal[],
    network: NetworkFacts,
    place: string,
  ) => LayerGeometry;
  /** What each unit, before pooling, sees of the rows and columns of its inputs. Without it a unit sees all of them. */
  readonly window?: (layer: Layer) => Window;
  /** The layer in inference. For stochastic neurons: their potentials v, [batch, ...unitShape]. */
  readonly compute: (plan: LayerPlan<Layer>, parameters: TensorsByName, options: ComputeOptions) => LayerMap;
  /**
   * E(z) of the samples of stochastic neurons, [batch, ...drawnShape], if that is faster than from the
   * potentials.
   */
  readonly mean?: (plan: LayerPlan<Layer>, parameters: TensorsByName, tiling: Tiling) => LayerMap;
  /** Computation, in training, of layers that are normalised by their batch. */
  readonly batchNormalized?: (
    plan: LayerPlan<Layer>,
    parameters: TensorsByName,
    by: NormalizedBy,
    options: ComputeOptions,
  ) => BatchNormalizedMaps | undefined;
  /**
   * Moments of the outputs (of stochastic neurons: of their potentials) for independent inputs, at least one
   * of which is random. Throws ConfigError if they have no closed form.
   */
  readonly moments: (
    plan: LayerPlan<Layer>,
    parameters: TensorsByName,
    inputs: readonly Moments[],
  ) => Moments;
  /** The synapse law of layers with noisy synapses. */
  readonly synapses?: (plan: LayerPlan<Layer>, parameters: TensorsByName) => SynapseSums;
  /** The description for images of half the size, if it differs; undefined if there is none. */
  readonly halfSize?: (layer: Layer) => Layer | undefined;
}
