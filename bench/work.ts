/** How much arithmetic a network asks for, in floating-point operations (a multiplication and an addition are two). */
import { type PlacedLayer, placeLayers } from "../src/networks/layers.ts";
import type { Network } from "../src/networks/network.ts";
import { sizeOf } from "../src/tensor/tensor.ts";

const forwardWork = ({ layer, inputShape, unitShape }: PlacedLayer): number => {
  if (layer.type === "averagePool") return 0;
  const fanIn = layer.type === "conv2d" ? inputShape[0]! * layer.kernel ** 2 : sizeOf(inputShape);
  return 2 * sizeOf(unitShape) * fanIn;
};

/** Of one image in a training step: products for outputs, for weights, and but for the first layer for inputs. */
export const trainingWork = (network: Network): number =>
  placeLayers(network).reduce((sum, placed, k) => sum + (k === 0 ? 2 : 3) * forwardWork(placed), 0);

/** Of one sample of one image: the first layer was computed before. */
export const samplingWork = (network: Network): number =>
  placeLayers(network)
    .slice(1)
    .reduce((sum, placed) => sum + forwardWork(placed), 0);
