/** The neurons that a layer may have. */

/** Stochastic binary neurons, rectifiers, the deterministic sgn(v), and rectifiers of a noisy sum. */
export const NEURONS = ["nsm", "relu", "sign", "noisyRelu"] as const;
export type Neuron = (typeof NEURONS)[number];
