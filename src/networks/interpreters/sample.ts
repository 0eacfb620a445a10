/** Monte Carlo passes: from images and noise to logits, with sampled spikes. */
import { concat, part, reshape } from "../../tensor/layout.ts";
import { input, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import { chipInputs } from "../layers/chip-tensors.ts";
import type { LayerMap } from "../layers/kind.ts";
import type { AnyPlan } from "../layers/kinds.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import { READOUT } from "../layers/readout.ts";
import { drawnShape, neuronCount } from "../layers/stochastic.ts";
import type { Model } from "../model.ts";
import type { Network } from "../network.ts";
import { noiseOfRows } from "../noise-inputs.ts";
import { INPUT } from "../order.ts";
import { isNoisy, parametersOf, planOf } from "../plan.ts";
import { CACHED, type Tiling } from "../tiling.ts";
import { drawn, layerMap, meanOf } from "./draw.ts";
import { runSteps, type Step } from "./steps.ts";

/** Parameters of the network as inputs of a program, by name. */
export const parameterInputs = (network: Network): TensorsByName =>
  Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, input(name, shape)]));

/** Parameters of the model as inputs of a program, by name; with those of its chip, if it is on one. */
export const modelInputs = ({ network, parameters }: Model): TensorsByName => ({
  ...parameterInputs(network),
  ...chipInputs(planOf(network), parameters),
});

/** A layer as one step. */
export const stepOf = (plan: AnyPlan, map: LayerMap, noise: TensorsByName): Step => ({
  name: plan.name,
  inputs: plan.inputs,
  map,
  noise: noiseOfRows(plan, noise),
  width: neuronCount(plan),
  // Splitting matrix products into chunks of rows is not worth the larger graph.
  tiled: plan.unitShape.length === 3,
});

/**
 * Logits [batch, classes] of encoded images x [batch, channels, height, width], with the random numbers of
 * `noiseInputs`.
 */
export const forward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  tiling: Tiling = CACHED,
): Tensor => outputsOf(network, parameters, x, noise, [READOUT], tiling)[READOUT]!;

/** Outputs of the layers named `wanted` in the pass of `forward`. */
export const outputsOf = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  wanted: readonly string[],
  tiling: Tiling = CACHED,
): TensorsByName => {
  const steps = planOf(network).map((plan) => stepOf(plan, layerMap(plan, parameters, tiling), noise));
  return runSteps(steps, { [INPUT]: x }, wanted, tiling);
};

/**
 * Everything that all passes of the same images x, [batch, ...], share: E(z) of the stochastic layers before
 * all noise, and outputs of noise-free layers that noisy layers use or that are `wanted`. A single tensor keeps
 * its shape; several are flattened and concatenated. Requires a noisy layer.
 */
export const sharedByPasses = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  tiling: Tiling = CACHED,
  wanted: readonly string[] = [READOUT],
): Tensor => {
  const { before, frontier, shared } = splitAtNoise(network, wanted);
  const steps = [
    ...before.map((plan) => stepOf(plan, layerMap(plan, parameters, tiling), {})),
    ...frontier.map((plan) => ({
      ...stepOf(plan, meanOf(plan, parameters, tiling), {}),
      name: meanName(plan),
    })),
  ];
  const found = runSteps(
    steps,
    { [INPUT]: x },
    shared.map(({ name }) => name),
    tiling,
  );
  const tensors = shared.map(({ name }) => found[name]!);
  return tensors.length === 1
    ? tensors[0]!
    : concat(
        tensors.map((z) => reshape(z, [z.shape[0]!, -1])),
        1,
      );
};

/** Logits of one pass, given the output of `sharedByPasses`. */
export const passFromShared = (
  network: Network,
  parameters: TensorsByName,
  shared: Tensor,
  noise: TensorsByName,
  tiling: Tiling = CACHED,
): Tensor => outputsFromShared(network, parameters, shared, noise, [READOUT], tiling)[READOUT]!;

/** Outputs of the layers named `wanted` in one pass, given the output of `sharedByPasses` for the same layers. */
export const outputsFromShared = (
  network: Network,
  parameters: TensorsByName,
  shared: Tensor,
  noise: TensorsByName,
  wanted: readonly string[],
  tiling: Tiling = CACHED,
): TensorsByName => {
  const { frontier, after, shared: parts } = splitAtNoise(network, wanted);
  const draws = frontier.map((plan): Step => {
    const draw: LayerMap = ([m], { uniform }) => drawn(plan, m!, uniform!);
    // Only the comparison with the noise remains: no tensor of the step is wider than its output.
    return { ...stepOf(plan, draw, noise), inputs: [meanName(plan)], width: sizeOf(drawnShape(plan)) };
  });
  const rest = after.map((plan) => stepOf(plan, layerMap(plan, parameters, tiling), noise));
  return runSteps([...draws, ...rest], splitShared(shared, parts), wanted, tiling);
};

const meanName = ({ name }: AnyPlan): string => `${name}: mean`;

interface SharedPart {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Splits the layers: those before all noise, stochastic layers on noise-free inputs, the rest, and the
 * tensors passed to them, or to whoever wants them.
 */
const splitAtNoise = (network: Network, wanted: readonly string[]) => {
  const noisy = new Set<string>();
  const [before, frontier, after]: [AnyPlan[], AnyPlan[], AnyPlan[]] = [[], [], []];
  for (const plan of planOf(network)) {
    const isClean = !plan.inputs.some((name) => noisy.has(name));
    if (isNoisy(network, plan) || !isClean) noisy.add(plan.name);
    if (!noisy.has(plan.name)) before.push(plan);
    else if (isClean && isStochastic(plan)) frontier.push(plan);
    else after.push(plan);
  }
  const clean: readonly SharedPart[] = [
    { name: INPUT, shape: network.input },
    ...before.map(({ name, outputShape: shape }) => ({ name, shape })),
  ];
  const taken = new Set([...wanted, ...after.flatMap(({ inputs }) => inputs)]);
  const shared: readonly SharedPart[] = [
    ...clean.filter(({ name }) => taken.has(name)),
    ...frontier.map((plan) => ({ name: meanName(plan), shape: drawnShape(plan) })),
  ];
  return { before, frontier, after, shared };
};

/** Splits the output of `sharedByPasses` into its parts. */
const splitShared = (shared: Tensor, parts: readonly SharedPart[]): TensorsByName => {
  if (parts.length === 1) return { [parts[0]!.name]: shared };
  let start = 0;
  return Object.fromEntries(
    parts.map(({ name, shape }) => {
      const own = part(shared, 1, start, start + sizeOf(shape));
      start += sizeOf(shape);
      return [name, reshape(own, [shared.shape[0]!, ...shape])];
    }),
  );
};
