/** Variance of the hidden layers over the passes: layers count alike, whatever their size and range. */
import { observedLayers } from "../networks/interpreters/observe.ts";
import { add, divide } from "../tensor/elementwise.ts";
import { part } from "../tensor/layout.ts";
import { mean } from "../tensor/reduce.ts";
import { constant } from "../tensor/tensor.ts";
import type { DetectorFit, DetectorKind } from "./detector.ts";
import { hiddenLayers } from "./evidence.ts";
import { layerScales } from "./layer-scales.ts";

export const fitPassDisagreement: DetectorFit = (network, statistics) => {
  const { scales } = layerScales(network, statistics);
  return { scales: { shape: [scales.length], data: scales } };
};

/** Sum over the hidden layers of the mean variance between passes, divided by the layer's variance between images. */
export const passDisagreement: DetectorKind = {
  arrays: (network) => ({ scales: [observedLayers(network).length - 1] }),
  score: (network, { variances }, { scales }) =>
    hiddenLayers(network)
      .map(({ start, end }, k) =>
        divide(mean(part(variances, 1, start, end), [1]), part(scales!, 0, k, k + 1)),
      )
      .reduce(add, constant(0)),
};
