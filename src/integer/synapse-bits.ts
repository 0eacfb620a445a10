/** Bits after the point of the constants of the synapse law. */
export const SYNAPSE_BITS = 8;
