/** Phase-change memory, by the fit that aihwkit publishes as PCMLikeNoiseModel. */
import type { AnalogDeviceDescription } from "../device.ts";

export const pcm = {
  name: "pcm",
  description: "phase-change memory, by the statistics of an array of a million cells",
  sources: [
    "V. Joshi et al., Accurate deep neural network inference using computational phase-change memory, Nature Communications 11, 2473, 2020, doi.org/10.1038/s41467-020-16108-9: measurements",
    "S. R. Nandakumar et al., Phase-change memory models for deep learning training and inference, ICECS 2019: model",
    "IBM aihwkit, docs/source/pcm_inference.rst and inference/noise/pcm.py (PCMLikeNoiseModel, g_max 25 uS): coefficients of programming noise, drift and read noise; the exponent of drift by its absolute value and from the target, Q of the read noise from the conductance after programming",
  ],
  assumptions: [
    "gMinMicrosiemens 0: the fit maps a weight of 0 to a target of 0.",
    "Before 20 s a cell does not drift, but has read noise: the fit starts at 20 s.",
    "No stuck cells: the fit has none.",
    "No switch: the network's own noise is drawn beside the array.",
    "No write and verify: the programming noise is what remained after it.",
  ],
  cell: {
    gMinMicrosiemens: 0,
    gMaxMicrosiemens: 25,
    programming: { deviationMicrosiemens: [0.26348, 1.965, -1.1731] },
    drift: {
      type: "powerLaw",
      referenceSeconds: 20,
      exponentMean: { slope: -0.0155, intercept: 0.0244, minimum: 0.049, maximum: 0.1 },
      exponentDeviation: { slope: -0.0125, intercept: -0.0059, minimum: 0.008, maximum: 0.045 },
    },
    readNoise: { coefficient: 0.0088, exponent: 0.65, maximum: 0.2, readSeconds: 250e-9 },
  },
} satisfies AnalogDeviceDescription;
