/** Monte Carlo passes: images and noise in, sampled spikes on the way, logits out. */
import { concat, part, reshape } from "../../tensor/layout.ts";
import { input, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { LayerMap } from "../layers/kind.ts";
import type { AnyPlan } from "../layers/kinds.ts";
import { drawnShape, isStochastic } from "../layers/neuron.ts";
import { READOUT } from "../layers/readout.ts";
import type { Network } from "../network.ts";
import { noiseOfRows } from "../noise-inputs.ts";
import { INPUT } from "../order.ts";
import { isNoisy, parametersOf, planOf } from "../plan.ts";
import { CACHED, type Tiling } from "../tiling.ts";
import { drawn, layerMap, meanOf } from "./draw.ts";
import { runSteps, type Step } from "./steps.ts";

/** The network's parameters as inputs of a program, by name. */
export const parameterInputs = (network: Network): TensorsByName =>
  Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, input(name, shape)]));

/** One layer as one step. */
export const stepOf = (plan: AnyPlan, map: LayerMap, noise: TensorsByName): Step => ({
  name: plan.name,
  inputs: plan.inputs,
  map,
  noise: noiseOfRows(plan, noise),
  width: sizeOf(plan.unitShape),
  // Rows of a matrix product are not worth a part of the graph each.
  tiled: plan.unitShape.length === 3,
});

/**
 * [batch, classes] logits of images x [batch, channels, height, width], encoded as the network wants them, with the
 * random numbers of `noiseInputs`.
 */
export const forward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  tiling: Tiling = CACHED,
): Tensor => {
  const steps = planOf(network).map((plan) => stepOf(plan, layerMap(plan, parameters, tiling), noise));
  return runSteps(steps, { [INPUT]: x }, [READOUT], tiling)[READOUT]!;
};

/**
 * Everything that is the same for all passes of the same images x, [batch, ...]: E(z) of stochastic layers that no noise
 * enters, and what other layers without noise put out for layers with noise. One tensor alone keeps its shape; several
 * are flattened, one behind the other. The network has a noisy layer.
 */
export const sharedByPasses = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  tiling: Tiling = CACHED,
): Tensor => {
  const { before, frontier, shared } = atFirstNoise(network);
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

/** Logits of one pass, given what `sharedByPasses` computed for the images. */
export const passFromShared = (
  network: Network,
  parameters: TensorsByName,
  shared: Tensor,
  noise: TensorsByName,
  tiling: Tiling = CACHED,
): Tensor => {
  const { frontier, after, shared: parts } = atFirstNoise(network);
  const draws = frontier.map((plan): Step => {
    const draw: LayerMap = ([m], { uniform }) => drawn(plan, m!, uniform!);
    // Only the comparison with the noise is left: no tensor of it is wider than its output.
    return { ...stepOf(plan, draw, noise), inputs: [meanName(plan)], width: sizeOf(drawnShape(plan)) };
  });
  const rest = after.map((plan) => stepOf(plan, layerMap(plan, parameters, tiling), noise));
  return runSteps([...draws, ...rest], separated(shared, parts), [READOUT], tiling)[READOUT]!;
};

const meanName = ({ name }: AnyPlan): string => `${name}: mean`;

interface SharedPart {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The layers before all noise, the stochastic ones that no noise enters, the others, and what the former hand over. */
const atFirstNoise = (network: Network) => {
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
  const taken = new Set(after.flatMap(({ inputs }) => inputs));
  const shared: readonly SharedPart[] = [
    ...clean.filter(({ name }) => taken.has(name)),
    ...frontier.map((plan) => ({ name: meanName(plan), shape: drawnShape(plan) })),
  ];
  return { before, frontier, after, shared };
};

/** The parts of what `sharedByPasses` put together. */
const separated = (shared: Tensor, parts: readonly SharedPart[]): TensorsByName => {
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
