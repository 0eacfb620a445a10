/** The layers of a network in integers without their numbers, and what integers cannot do. */
import { ConfigError } from "../../errors.ts";
import type { AnyPlan } from "../layers/kinds.ts";
import { isStochastic, poolOf, populationOf } from "../layers/neuron-options.ts";
import type { Network } from "../network.ts";
import { INPUT } from "../order.ts";
import { planOf } from "../plan.ts";
import { bordersOf } from "./borders.ts";
import {
  fanIn,
  LARGEST_WEIGHT,
  type PixelLayer,
  type ReadoutLayer,
  type SignLayer,
  type SpikeLayer,
  type SumLayer,
  type Windows,
} from "./integers.ts";

/** A layer without the arrays that its parameters give. */
export type PlannedLayer =
  | Omit<SpikeLayer, "weight" | "bias" | "factor" | "shift" | "synapses">
  | Omit<PixelLayer, "weight" | "bias" | "gain" | "synapses">
  | Omit<SignLayer, "weight" | "bias">
  | SumLayer
  | Omit<ReadoutLayer, "weight" | "bias" | "factor" | "shift">;

/**
 * Most spikes that are added before the readout. Products of bytes up to twice as large with weights of 8 bits, added in
 * pairs, then fit the 16 bits in which processors without VNNI add them: 2 x 127 x 128.
 */
const MOST_TERMS = 64;

/** Largest size of a window, a stride, a pool or a padding, and number of borders: 16 bits. */
const MOST = 2 ** 16 - 1;

/** Plan of each layer, in order. Throws ConfigError, naming the layer, for what integers cannot do. */
export const integerPlan = (network: Network): readonly PlannedLayer[] => {
  const plans = planOf(network);
  refuseBranches(network, plans);
  if (!plans.some(isStochastic))
    refuse(network, undefined, "no stochastic neurons", "Use a network that samples.");
  return plans.map((plan, k) => plannedLayer(network, plan, plans[k - 1], plans[k + 1]));
};

/** Whether synapses have Bernoulli noise of p = 1/2, whose random bits can mask weights. */
export const hasMasks = ({ noise }: Network): boolean => noise.type === "bernoulli" && noise.p === 1 / 2;

const refuse = (network: Network, layer: string | undefined, given: string, remedy: string): never => {
  const place = layer === undefined ? "" : `, ${layer}`;
  throw new ConfigError(`integers of network ${network.name}${place}`, {
    given,
    expected:
      "a chain of stochastic neurons without populations, one layer of sign neurons before them, average pooling before the readout, and the readout",
    remedy,
  });
};

const refuseBranches = (network: Network, plans: readonly AnyPlan[]): void => {
  const branch = plans.find(
    ({ inputs }, k) => inputs.length !== 1 || inputs[0] !== (plans[k - 1]?.name ?? INPUT),
  );
  if (branch)
    refuse(network, branch.name, `inputs ${branch.inputs.join(" and ")}`, "Use a network without branches.");
};

const plannedLayer = (
  network: Network,
  plan: AnyPlan,
  before: AnyPlan | undefined,
  after: AnyPlan | undefined,
): PlannedLayer => {
  const { layer, name } = plan;
  if (layer.type === "averagePool") return plannedSums(network, plan, layer.size, before, after);
  if (layer.type === "readout") return plannedReadout(network, plan, before);
  if (layer.type !== "conv2d" && layer.type !== "dense")
    return refuse(network, name, `a layer of type ${layer.type}`, "Use another layer.");
  if (isStochastic(plan)) return plannedNeurons(network, plan, before);
  if (plan.neuron === "sign" && !before) return plannedSigns(network, plan);
  return refuse(network, name, `${plan.neuron ?? "no"} neurons`, "Use stochastic neurons.");
};

/** Geometry of a layer; a dense one is a convolution whose window is its input. */
const windowsOf = (network: Network, { name, layer, inputShape, unitShape }: AnyPlan): Windows => {
  const [channels = 1, height = 1, width = 1] = inputShape as [number?, number?, number?];
  const input = [channels, height, width] as const;
  if (layer.type !== "conv2d") {
    const units = [unitShape[0]!, 1, 1] as const;
    return { inputShape: input, kernel: [height, width], stride: 1, padding: 0, unitShape: units };
  }
  const { kernel, stride, padding, pool } = layer;
  if (Math.max(kernel, stride, padding, pool, channels, height, width, ...unitShape) > MOST)
    refuse(network, name, "sizes above 65,535", "Use a smaller layer.");
  return {
    ...{ inputShape: input, kernel: [kernel, kernel], stride, padding },
    unitShape: unitShape as unknown as Windows["unitShape"],
  };
};

const plannedNeurons = (network: Network, plan: AnyPlan, before: AnyPlan | undefined): PlannedLayer => {
  const { name, layer } = plan;
  if (populationOf(plan)) refuse(network, name, "a population", "Use single neurons.");
  if (layer.type === "conv2d" && layer.gain === "location")
    refuse(network, name, "a gain of each location", "Use one of each channel.");
  const windows = windowsOf(network, plan);
  const common = { name, ...windows, pool: poolOf(plan) };
  if (plan.inputSpikes === 1) {
    const { border, taps } = bordersOf(windows);
    if (taps.length > MOST) refuse(network, name, `${taps.length} kinds of borders`, "Use less padding.");
    return { type: "spikes", ...common, border, borders: taps.length };
  }
  if (before) refuse(network, name, "inputs that are neither pixels nor spikes", "Use spikes.");
  if (windows.padding > 0)
    refuse(network, name, "padded pixels of stochastic neurons", 'Use no padding, or "encoding": "sign".');
  return { type: "pixels", ...common, rootBits: rootBitsOf(network, plan, windows) };
};

/** Largest magnitude of a pixel, by the encoding. */
const LARGEST_PIXEL = { real: 255, standard: 2 ** 15, sign: 1 } as const;

/** Bits of a sum of squares that is multiplied by a power of 4, and the most of that power's bits. */
const [ROOT_BITS, MOST_ROOT_BITS] = [52, 8];

/** Bits after the point of the norm of a window of pixels. */
const rootBitsOf = (network: Network, { name }: AnyPlan, windows: Windows): number => {
  const largest = fanIn(windows) * (LARGEST_WEIGHT.int8 * LARGEST_PIXEL[network.encoding]) ** 2;
  const bits = Math.floor((ROOT_BITS - Math.log2(largest)) / 2);
  if (bits < 0) refuse(network, name, `${fanIn(windows)} pixels a unit`, "Use a layer with fewer inputs.");
  return Math.min(MOST_ROOT_BITS, bits);
};

const plannedSigns = (network: Network, plan: AnyPlan): PlannedLayer => {
  if (poolOf(plan) > 1) refuse(network, plan.name, "pooled sign neurons", "Use stochastic neurons.");
  return { type: "sign", name: plan.name, ...windowsOf(network, plan) };
};

const plannedSums = (
  network: Network,
  { name, inputShape, inputSpikes }: AnyPlan,
  size: number,
  before: AnyPlan | undefined,
  after: AnyPlan | undefined,
): PlannedLayer => {
  if (inputSpikes !== 1 || !before || after?.layer.type !== "readout")
    refuse(network, name, "average pooling elsewhere", "Pool the spikes that are read out.");
  if (size ** 2 > MOST_TERMS)
    refuse(network, name, `sums of ${size ** 2} spikes`, `Pool at most ${MOST_TERMS} spikes.`);
  return { type: "sum", name, size, inputShape: inputShape as unknown as Windows["inputShape"] };
};

const plannedReadout = (network: Network, plan: AnyPlan, before: AnyPlan | undefined): PlannedLayer => {
  const terms = before?.layer.type === "averagePool" ? before.layer.size ** 2 : 1;
  if (terms === 1 && (!before || plan.inputSpikes !== 1))
    refuse(network, plan.name, "a readout of real numbers", "Read spikes out.");
  return { type: "readout", name: plan.name, inputs: fanIn(windowsOf(network, plan)), terms };
};
