/** The program of the signal by depth: two passes of the same images, reduced to moments and gradients by layer. */
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import { signalForward } from "../../networks/interpreters/signal.ts";
import type { Network } from "../../networks/network.ts";
import { type Mode, noiseInputs } from "../../networks/noise-inputs.ts";
import { planOf } from "../../networks/plan.ts";
import { exampleLosses } from "../../nn/loss.ts";
import { add, divide, square, subtract } from "../../tensor/elementwise.ts";
import { gradient } from "../../tensor/gradient.ts";
import { mean } from "../../tensor/reduce.ts";
import { input, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";

/** Outputs of a layer, each absent where the layer has no such quantity. */
export interface LayerOutputs<Value = Tensor> {
  /** Mean of a = (z1 + z2) / 2 over the images, [1, ...outputs], and mean squared deviation of a from it, a scalar. */
  readonly z?: Value;
  readonly between?: Value;
  /** Mean of (z1 - z2)^2 / 2. */
  readonly noise?: Value;
  /** Mean of the first pass's v over the images, [1, ...units], and mean squared deviation of v from it. */
  readonly v?: Value;
  readonly spread?: Value;
  /** Mean slope of the neuron in the first pass. */
  readonly slope?: Value;
  /** Gradients of the mean loss of the first and second pass by the layer's weights. */
  readonly g1?: Value;
  readonly g2?: Value;
}

export interface SignalProgram {
  /** Layers with neurons or weights by name, from the input to the readout. */
  readonly layers: Readonly<Record<string, LayerOutputs>>;
  /** Noise inputs of both passes by name, such as "pass 1/layers.0.uniform". */
  readonly noise: TensorsByName;
}

/** Two passes of `rows` images. Further inputs: "images" [rows, ...input] and "labels" int32 [rows]. */
export const signalProgram = (network: Network, rows: number, mode: Mode): SignalProgram => {
  const parameters = parameterInputs(network);
  const x = input("images", [rows, ...network.input]);
  const labels = input("labels", [rows], "int32");
  const weights = planOf(network).flatMap((plan) => plan.parameters.filter(({ kind }) => kind === "weight"));
  const noises: Tensor[] = [];
  const pass = (number: 1 | 2) => {
    const noise = noiseOfPass(network, rows, mode, number);
    noises.push(...Object.values(noise));
    const { layers, logits } = signalForward(network, parameters, x, noise, mode);
    const loss = mean(exampleLosses(logits, labels));
    const gradients = gradient(
      loss,
      weights.map(({ name }) => parameters[name]!),
    );
    return { layers, gradientOf: new Map(weights.map(({ layer }, k) => [layer, gradients[k]!])) };
  };
  const [first, second] = [pass(1), pass(2)];
  const outputsOf = (name: string): LayerOutputs => {
    const [response, other] = [first.layers[name], second.layers[name]];
    const [g1, g2] = [first.gradientOf.get(name), second.gradientOf.get(name)];
    return {
      ...(response && other && outputMoments(response.output, other.output)),
      ...(response?.stochastic && {
        ...potentialMoments(response.stochastic.potential),
        slope: response.stochastic.slope,
      }),
      ...(g1 && g2 && { g1, g2 }),
    };
  };
  const layers = planOf(network).map(({ name }) => [name, outputsOf(name)] as const);
  return {
    layers: Object.fromEntries(layers.filter(([, outputs]) => Object.keys(outputs).length > 0)),
    noise: Object.fromEntries(noises.map((noise) => [noise.name!, noise])),
  };
};

/** Noise inputs of one pass under the names of `noiseInputs`; the names of the inputs themselves include the pass. */
const noiseOfPass = (network: Network, rows: number, mode: Mode, pass: number): TensorsByName =>
  Object.fromEntries(
    Object.entries(noiseInputs(network, rows, mode)).map(([name, { shape }]) => [
      name,
      input(`pass ${pass}/${name}`, shape),
    ]),
  );

const outputMoments = (z1: Tensor, z2: Tensor): LayerOutputs => {
  const { centre, squares } = momentsOf(divide(add(z1, z2), 2));
  return { z: centre, between: squares, noise: divide(mean(square(subtract(z1, z2))), 2) };
};

const potentialMoments = (potential: Tensor): LayerOutputs => {
  const { centre, squares } = momentsOf(potential);
  return { v: centre, spread: squares };
};

const momentsOf = (x: Tensor): { readonly centre: Tensor; readonly squares: Tensor } => {
  const centre = mean(x, [0], true);
  return { centre, squares: mean(square(subtract(x, centre))) };
};

/** Outputs of all layers in one list, by names such as "layers.0: slope". */
export const outputNames = <Value>(
  layers: Readonly<Record<string, LayerOutputs<Value>>>,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    Object.entries(layers).flatMap(([layer, outputs]) =>
      Object.entries(outputs).map(([name, value]: [string, Value]) => [outputName(layer, name), value]),
    ),
  );

/** The outputs of one layer among the results of the program. */
export const outputsOfLayer = (
  outputs: LayerOutputs,
  layer: string,
  results: Readonly<Record<string, Float32Array>>,
): LayerOutputs<Float32Array> =>
  Object.fromEntries(Object.keys(outputs).map((name) => [name, results[outputName(layer, name)]!]));

const outputName = (layer: string, name: string): string => `${layer}: ${name}`;
