/** Layers without noisy synapses on a chip: rectifiers, deterministic binary neurons, linear layers and the readout. */
import type { Layer } from "../networks/layers/kinds.ts";
import { isBatchNormalized, isWeightNormalized } from "../networks/layers/neuron-options.ts";
import { EPSILON } from "../nn/batch-norm.ts";
import { DEVIATION } from "../nn/noisy-rectifier.ts";
import type { AnalogDevice } from "./device.ts";
import type { Arrays, LayerOnChip, PlacedLayer } from "./placed-layer.ts";
import { ratiosOf, rowNorms, shifted } from "./row-sums.ts";

/**
 * A layer without noisy synapses. What follows the array is digital: a normalisation by the network's norms or statistics, which
 * scales what comparators add. Noise of comparators makes rectifiers noisy.
 */
export const noiseFreeLayer = (placed: PlacedLayer, { array }: AnalogDevice): LayerOnChip => {
  const { plan, units, own, synapses, comparators } = placed;
  const bits = array?.readoutBits ?? Number.POSITIVE_INFINITY;
  if (plan.neuron !== "sign" && bits <= EXACT_BITS) return layerWithConverters(placed, bits);
  const slopes = slopesOf(placed);
  const deviations = comparators?.deviations.map((c, i) => c * slopes[i]!);
  const isNoisy = deviations?.some((c) => c > 0) === true;
  // Statistics of a batch-normalised sum move with it; elsewhere the bias, which is added after the slope, does.
  const moved = (offsets: Float64Array): Arrays =>
    isBatchNormalized(plan)
      ? {
          mean: shifted(
            own.mean!,
            offsets.map((o) => -o),
          ),
        }
      : {
          bias: shifted(
            own.bias!,
            offsets.map((o, i) => o * slopes[i]!),
          ),
        };
  const ratios = isWeightNormalized(plan)
    ? ratiosOf(rowNorms(synapses.weight, units), rowNorms(own.weight!, units))
    : undefined;
  const before = ownDeviation(placed);
  return {
    parameters: {
      weight: synapses.weight,
      ...(comparators && moved(comparators.offsets)),
      ...(ratios && { gain: own.gain!.map((gain, i) => gain * ratios[i]!) }),
      ...(isNoisy && { deviation: Float32Array.from(deviations!, (c) => Math.hypot(before, c)) }),
    },
    ...(isNoisy && { layer: { ...plan.layer, neuron: "noisyRelu" } as Layer }),
  };
};

/**
 * A layer whose sums converters read: offset and noise of its amplifiers come before them, the normalisation after them. Noisy
 * rectifiers have their noise before them too.
 */
const layerWithConverters = (placed: PlacedLayer, bits: number): LayerOnChip => {
  const { plan, synapses, comparators } = placed;
  const slopes = slopesOf(placed);
  const before = ownDeviation(placed);
  const deviations = slopes.map((slope, i) =>
    Math.hypot(slope === 0 ? 0 : before / slope, comparators?.deviations[i] ?? 0),
  );
  const isNoisy = deviations.some((c) => c > 0);
  return {
    parameters: {
      weight: synapses.weight,
      levels: Float32Array.of(2 ** bits),
      slope: Float32Array.from(slopes),
      ...(comparators && { amplifierOffset: Float32Array.from(comparators.offsets) }),
      ...(isNoisy && { deviation: Float32Array.from(deviations) }),
    },
    ...(isNoisy && { layer: { ...plan.layer, neuron: "noisyRelu" } as Layer }),
  };
};

/** Deviation of the noise that the layer has in the network. */
const ownDeviation = ({ plan }: PlacedLayer): number => (plan.neuron === "noisyRelu" ? DEVIATION : 0);

/** Resolution from which float32 numbers are read exactly. */
const EXACT_BITS = 24;

/** Factors by which a layer without noisy synapses multiplies its sums. */
const slopesOf = ({ plan, units, own }: PlacedLayer): Float64Array => {
  if (isBatchNormalized(plan))
    return Float64Array.from(own.gain!, (gain, i) => gain / Math.sqrt(own.variance![i]! + EPSILON));
  if (!isWeightNormalized(plan)) return new Float64Array(units).fill(1);
  return ratiosOf(Float64Array.from(own.gain!), rowNorms(own.weight!, units));
};
