/** The plan of a network: its layers in order, with shapes, parameters and neurons. Made once per network. */
import { ConfigError, ShapeError } from "../errors.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import type { LayerPlan, ParameterSpec, Signal } from "./layers/kind.ts";
import { type AnyPlan, kindOf } from "./layers/kinds.ts";
import { dropoutOf, isStochastic, spikesOf } from "./layers/neuron-options.ts";
import { drawnShape } from "./layers/stochastic.ts";
import type { Network } from "./network.ts";
import { INPUT, type Node, orderedNodes } from "./order.ts";

/** Maximum number of elements of a layer's tensor for one image: 2 GiB of float32, the limit of an ONNX file. */
const MAX_ELEMENTS = 2 ** 29;

const plans = new WeakMap<Network, readonly AnyPlan[]>();

/**
 * Plans of all layers in topological order, with the readout last. Throws ConfigError for an invalid graph,
 * and ShapeError for a layer that does not fit its inputs or whose units or parameters exceed 2 GiB; both
 * name the layer.
 */
export const planOf = (network: Network): readonly AnyPlan[] => {
  const known = plans.get(network);
  if (known) return known;
  const made = makePlan(network);
  plans.set(network, made);
  return made;
};

const makePlan = (network: Network): readonly AnyPlan[] => {
  const subject = `network ${network.name}`;
  requireSize(`${subject}, input`, "numbers an image", network.input);
  const signals = new Map<string, Signal>([
    [INPUT, { shape: network.input, spikes: network.encoding === "sign" ? 1 : 0 }],
  ]);
  return orderedNodes(network.layers, subject).map((node) => {
    const plan = layerPlan(
      network,
      node,
      node.inputs.map((name) => signals.get(name)!),
    );
    signals.set(plan.name, { shape: plan.outputShape, spikes: plan.spikes });
    requireSize(`${subject}, ${plan.name}`, "units", plan.unitShape);
    if (isStochastic(plan)) requireSize(`${subject}, ${plan.name}`, "neurons", drawnShape(plan));
    for (const { name, shape } of plan.parameters) requireSize(`${subject}, ${name}`, "parameters", shape);
    return plan;
  });
};

const layerPlan = (network: Network, { name, layer, inputs }: Node, signals: readonly Signal[]): AnyPlan => {
  const geometry = kindOf(layer).plan(layer, signals, network, `network ${network.name}, ${name}`);
  return {
    ...geometry,
    name,
    layer,
    inputs,
    inputShapes: signals.map(({ shape }) => shape),
    inputShape: signals[0]!.shape,
    inputSpikes: spikesOf(signals),
    noise: network.noise,
    parameters: geometry.parameters.map((spec) => ({ ...spec, name: `${name}.${spec.kind}`, layer: name })),
  };
};

const requireSize = (place: string, what: string, shape: Shape): void => {
  if (sizeOf(shape) <= MAX_ELEMENTS) return;
  throw new ShapeError(place, {
    given: `${shape.join(" x ")} ${what}`,
    expected: `at most ${MAX_ELEMENTS}, that is 2 GiB`,
    remedy: "Reduce the layer or its input.",
  });
};

/** Parameters and running statistics of a network, in the order of the layers. */
export const parametersOf = (network: Network): readonly ParameterSpec[] =>
  planOf(network).flatMap(({ parameters }) => parameters);

/** Whether a parameter is trained by gradient; running statistics are not. */
export const isTrained = ({ kind }: ParameterSpec): boolean => kind !== "mean" && kind !== "variance";

/** Whether a layer has synaptic or rectifier noise. */
const hasSynapticNoise = (plan: LayerPlan): boolean => isStochastic(plan) || plan.neuron === "noisyRelu";

/** Whether a layer is stochastic in inference. */
export const isNoisy = (network: Network, plan: LayerPlan): boolean =>
  hasSynapticNoise(plan) || (network.dropoutInUse === true && dropoutOf(plan) !== undefined);

/** Whether any layer has stochastic neurons. */
export const samplesSpikes = (network: Network): boolean => planOf(network).some(isStochastic);

/** Whether any layer has stochastic neurons or noisy rectifiers; dropout does not count. */
export const usesNoise = (network: Network): boolean => planOf(network).some(hasSynapticNoise);

/** Whether two passes of the same images differ in inference. */
export const hasNoise = (network: Network): boolean => planOf(network).some((plan) => isNoisy(network, plan));

/** Throws ConfigError, naming the layer, for noise of other than stochastic neurons. */
export const requireOnlySpikeNoise = (network: Network, what: string): void => {
  const other = planOf(network).find((plan) => isNoisy(network, plan) && !isStochastic(plan));
  if (!other) return;
  throw new ConfigError(`${what}, network ${network.name}, ${other.name}`, {
    given: `the noise of ${other.neuron} neurons`,
    expected: "stochastic neurons, and noise-free others",
    remedy: "Sample the network under the unit law instead.",
  });
};

/** The last layer with neurons. Throws ConfigError for a network without any. */
export const lastHidden = (network: Network): AnyPlan => {
  const last = planOf(network).findLast(({ neuron }) => neuron !== undefined);
  if (last) return last;
  throw new ConfigError(`network ${network.name}`, {
    given: "layers without neurons",
    expected: "at least one layer with neurons",
    remedy: "Choose a network with a hidden layer.",
  });
};
