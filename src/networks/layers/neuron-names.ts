/** Names of the neurons. */

/** Stochastic binary neurons (nsm), rectifiers, deterministic signs sgn(v), and noisy rectifiers. */
export const NEURONS = ["nsm", "relu", "sign", "noisyRelu"] as const;
export type Neuron = (typeof NEURONS)[number];

export const isRectifier = (neuron: Neuron | undefined): boolean =>
  neuron === "relu" || neuron === "noisyRelu";
