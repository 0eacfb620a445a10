/** A convolutional layer with neurons and max-pooling. */
import * as z from "zod";
import { ShapeError } from "../../errors.ts";
import { convolutionPotentialMoments } from "../../nn/moments.ts";
import { pooledConvolutionMean, windowConvolution } from "../../nn/pooled-convolution.ts";
import { convolutionPotential } from "../../nn/potential.ts";
import { convolutionSynapses } from "../../nn/synapse.ts";
import { conv2d as convolve } from "../../tensor/convolution.ts";
import { maximumOfParts } from "../../tensor/pool.ts";
import { windowCount } from "../../tensor/windows.ts";
import { count, extent, MAX_EXTENT } from "./extent.ts";
import type { LayerKind, LayerPlan } from "./kind.ts";
import { poolingOption, populationOf } from "./neuron-options.ts";
import { imageShape, pooledShape } from "./shapes.ts";
import { drawnMean, drawsWindows } from "./stochastic.ts";
import { synapsesOf, type WeightedSum, weightedComputations } from "./weighted.ts";
import { weightedGeometry, weightedOptions } from "./weighted-geometry.ts";

const schema = z
  .strictObject({
    type: z.literal("conv2d"),
    channels: count,
    kernel: extent.describe("kernel size in rows and columns"),
    stride: extent.default(1),
    padding: z.int().min(0).max(MAX_EXTENT).default(0).describe("zero padding on every side"),
    pool: extent.default(1).describe("max-pooling of the outputs over windows of pool x pool"),
    pooling: poolingOption,
    gain: z
      .enum(["channel", "location"])
      .default("channel")
      .describe("whether each channel or each location has its own gain"),
    ...weightedOptions,
  })
  .describe("a convolutional layer");

type Conv2d = z.infer<typeof schema>;

const optionsOf = ({ layer: { stride, padding } }: LayerPlan<Conv2d>) => ({
  strides: [stride, stride] as const,
  pads: [padding, padding, padding, padding] as const,
});

const poolOptions = (plan: LayerPlan<Conv2d>, gather: boolean) => ({
  ...optionsOf(plan),
  pool: plan.layer.pool,
  gather,
});

const sum: WeightedSum<Conv2d> = {
  product: (plan, z, weight, bias) => convolve(z, weight, optionsOf(plan), bias),
  potential: (plan, synapses) =>
    convolutionPotential(synapses, plan.noise, plan.inputSpikes > 0, plan.inputShape, optionsOf(plan)),
  potentialMoments: (plan, synapses, z) =>
    convolutionPotentialMoments(synapses, plan.noise, plan.inputSpikes > 1, z, optionsOf(plan)),
  pooledProduct: (plan, weights, { gather }) => {
    const inOrder = windowConvolution(weights, plan.inputShape, poolOptions(plan, gather));
    return inOrder && ((z) => inOrder(z, maximumOfParts));
  },
  synapses: (plan, synapses) => ({
    shape: [
      plan.unitShape[0]!,
      plan.unitShape[1]! * plan.unitShape[2]!,
      plan.inputShape[0]! * plan.layer.kernel ** 2,
    ],
    sum: (z, xi) => convolutionSynapses(z, xi, synapses, plan.noise, optionsOf(plan)),
  }),
};

const computations = weightedComputations(sum);

export const conv2d = {
  schema,
  inputs: "one",
  plan(layer, [input], network, place) {
    const [channels, height, width] = imageShape(input!, `${place} (conv2d)`);
    const locations = (size: number): number =>
      windowCount(size, layer.kernel, layer.stride, 2 * layer.padding);
    if (locations(height) < 1 || locations(width) < 1)
      throw new ShapeError(`${place} (conv2d)`, {
        given: `a window of ${layer.kernel} x ${layer.kernel} on an image of ${channels} x ${height} x ${width}`,
        expected: "a kernel no larger than the padded image",
        remedy: "Reduce the kernel or the pooling before it, or add padding.",
      });
    const unitShape = [layer.channels, locations(height), locations(width)];
    const outputShape = layer.pool === 1 ? unitShape : pooledShape(unitShape, layer.pool, place);
    return weightedGeometry(layer, network, place, {
      unitShape,
      outputShape,
      inputs: [channels, layer.kernel, layer.kernel],
      inputSpikes: input!.spikes,
      ...(layer.gain === "location" && { gain: unitShape }),
    });
  },
  ...computations,
  window: (layer) => layer,
  mean(plan, parameters, tiling) {
    const synapses = synapsesOf(plan, parameters);
    if (drawsWindows(plan) && !populationOf(plan)) {
      const mean = pooledConvolutionMean(
        synapses,
        plan.noise,
        plan.inputSpikes > 0,
        plan.inputShape,
        poolOptions(plan, tiling.gather),
      );
      return ([z]) => mean(z!);
    }
    const potential = sum.potential(plan, synapses);
    return ([z]) => drawnMean(plan, potential(z!), parameters);
  },
} satisfies LayerKind<Conv2d>;
