/** Bits after the point of a pixel layer's gain, and of its norm. */
export const GAIN_BITS = 8;
