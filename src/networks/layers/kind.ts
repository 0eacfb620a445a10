/**
 * A kind of layer: one file, listed in kinds.ts. It owns the layer's description in JSON, its shapes and parameters, and
 * what it computes in each mode. Interpreters (../interpreters) walk a network and know no kinds.
 */
import type { z } from "zod";
import type { Statistics } from "../../nn/batch-norm.ts";
import type { Estimator } from "../../nn/estimators.ts";
import type { Moments } from "../../nn/moments.ts";
import type { Noise } from "../../nn/noise/noise.ts";
import type { Shape, Tensor, TensorsByName } from "../../tensor/tensor.ts";
import type { Tiling } from "../tiling.ts";
import type { Neuron } from "./neuron-names.ts";

/** What a node of the graph puts out for one image. */
export interface Signal {
  readonly shape: Shape;
  /** Whether every element is -1 or +1. */
  readonly binary: boolean;
}

/** Tensors with values in a model. */
export interface ParameterSpec {
  /** The layer's name, a dot, and the kind. */
  readonly name: string;
  readonly layer: string;
  /** Mean and variance are the running statistics of a batch normalization. */
  readonly kind: "weight" | "gain" | "bias" | "mean" | "variance";
  readonly shape: Shape;
  /** Synapses of one unit; of weights alone. */
  readonly fanIn?: number;
}

/** What a kind decides about a layer, given its description and inputs. */
export interface LayerGeometry {
  /** Units before pooling. */
  readonly unitShape: Shape;
  readonly outputShape: Shape;
  /** Whether every output is -1 or +1. */
  readonly binaryOutput: boolean;
  readonly parameters: readonly Omit<ParameterSpec, "name" | "layer">[];
  /** Of layers with neurons. */
  readonly neuron?: Neuron | undefined;
  /** Synapses with the network's noise, whose potentials are those of equation (3). */
  readonly noisySynapses?: boolean;
}

/** A layer in its network, fixed once. */
export interface LayerPlan<Layer = unknown> extends Omit<LayerGeometry, "parameters"> {
  /** Unique in the network; the prefix of its parameters' names. */
  readonly name: string;
  readonly layer: Layer;
  /** Names of the layers whose outputs it takes, or "input". */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  /** The first of them. */
  readonly inputShape: Shape;
  /** Whether every element of every input is -1 or +1. */
  readonly binaryInput: boolean;
  readonly parameters: readonly ParameterSpec[];
  /** The network's noise. */
  readonly noise: Noise;
}

/** Uniform random numbers on (-1, 1) that one layer takes. */
export interface LayerNoise {
  /** Of stochastic neurons one number a spike, [batch, ...drawnShape]; of noisy rectifiers two a unit, [batch, 2, ...units]. */
  readonly uniform?: Tensor;
  /** Of dropout one number an output, [batch, ...outputs]. */
  readonly dropout?: Tensor;
  /** Of DropConnect one number a weight, in the weights' shape: the whole batch has the same connections. */
  readonly dropConnect?: Tensor;
}

/** The outputs of a layer, [batch, ...outputShape], for its inputs. */
export type LayerMap = (inputs: readonly Tensor[], noise: LayerNoise) => Tensor;

/** How a layer is computed. */
export interface ComputeOptions {
  readonly tiling: Tiling;
  readonly estimator: Estimator;
}

/** Normalisation of batches in training: in so many parts, each by itself, or by the running statistics. */
export type NormalizedBy = number | "running";

/** A layer that normalises by its batch, in training: what comes before, the normalisation, what comes after. */
export interface BatchNormalizedMaps {
  readonly before: LayerMap;
  readonly normalize: (y: Tensor) => { readonly normalized: Tensor; readonly statistics: Statistics };
  readonly after: LayerMap;
}

/** The synapse law of one layer: equation (4). */
export interface SynapseSums {
  /** One factor xi for every synapse of every unit, of one image. */
  readonly shape: Shape;
  /** u, [batch, ...unitShape], of inputs z and factors xi [batch, ...shape]. */
  readonly sum: (z: Tensor, xi: Tensor) => Tensor;
}

/** What a network tells its layers. */
export interface NetworkFacts {
  readonly name: string;
  readonly classes: number;
  readonly neuron: Neuron;
}

/** One kind of layer. `Layer` is its description with every default filled in. */
export interface LayerKind<Layer extends { readonly type: string }> {
  readonly schema: z.ZodObject<z.ZodRawShape & { type: z.ZodLiteral<Layer["type"]> }>;
  /** How many inputs it takes: one, or two and more. */
  readonly inputs: "one" | "several";
  /** Throws ShapeError or ConfigError, by `place`, for a layer that does not fit its inputs. */
  readonly plan: (
    layer: Layer,
    inputs: readonly Signal[],
    network: NetworkFacts,
    place: string,
  ) => LayerGeometry;
  /** The layer in use; of stochastic neurons the potentials v that they draw by, [batch, ...unitShape]. */
  readonly compute: (plan: LayerPlan<Layer>, parameters: TensorsByName, options: ComputeOptions) => LayerMap;
  /** Of stochastic neurons: E(z) of what is drawn, [batch, ...drawnShape], where that is faster than by potentials. */
  readonly mean?: (plan: LayerPlan<Layer>, parameters: TensorsByName, tiling: Tiling) => LayerMap;
  /** Of layers that normalise by their batch. */
  readonly batchNormalized?: (
    plan: LayerPlan<Layer>,
    parameters: TensorsByName,
    by: NormalizedBy,
    options: ComputeOptions,
  ) => BatchNormalizedMaps | undefined;
  /**
   * Moments of the outputs, of stochastic neurons those of their potentials, for independent inputs of which at least one
   * varies. Throws ConfigError where they have no closed form.
   */
  readonly moments: (
    plan: LayerPlan<Layer>,
    parameters: TensorsByName,
    inputs: readonly Moments[],
  ) => Moments;
  /** Of noisy synapses. */
  readonly synapses?: (plan: LayerPlan<Layer>, parameters: TensorsByName) => SynapseSums;
  /** The description for images of half the size, where that is another. Undefined where there is none. */
  readonly halfSize?: (layer: Layer) => Layer | undefined;
}
