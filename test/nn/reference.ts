/** Equations (2) and (4) by plain loops in float64: the reference for the layers of src/nn. */
import { type Noise, noiseVariance } from "../../src/nn/noise/noise.ts";
import { erfc } from "../support/special-functions.ts";

/** One synapse of a unit: its weight and its input. */
export interface Tap {
  readonly w: number;
  readonly z: number;
}

export interface Unit {
  readonly taps: readonly Tap[];
  readonly gain: number;
  readonly bias: number;
}

/** E(xi) + a, from the last column of the paper's table: beta = (E(xi) + a) / sqrt(2 Var(xi)). */
export const meanFactor = (noise: Noise, gain: number): number => gain * Math.sqrt(2 * noiseVariance(noise));

/** P(z = 1) by (2), from E(u | z) and Var(u | z) of the table; by (1) without variance, with sgn(0) = +1. */
export const firingProbability = ({ taps, gain, bias }: Unit, noise: Noise): number => {
  const factor = meanFactor(noise, gain);
  let [mean, power] = [bias, 0];
  for (const { w, z } of taps) {
    mean += factor * w * z;
    power += w * w * z * z;
  }
  if (power === 0) return mean >= 0 ? 1 : 0;
  return 0.5 * erfc(-mean / Math.sqrt(2 * noiseVariance(noise) * power));
};

const UNIT_ROUNDOFF = 2 ** -24;
/** Rounding errors besides those of the two sums, each a few ulp: products, square root, quotient, erf. */
const ELEMENTARY = 24;

/**
 * Bound of the float32 error of E(z) = erf(v): |d erf / dv| <= 2/sqrt(pi), and v = m / d, where a sum of n
 * terms has an error of at most n u times the sum of their magnitudes (Higham, Accuracy and Stability of
 * Numerical Algorithms, 2002, (4.4)).
 */
export const meanErrorBound = ({ taps, gain, bias }: Unit, noise: Noise): number => {
  let [magnitude, power] = [Math.abs(bias) / Math.sqrt(2 * noiseVariance(noise)), 0];
  for (const { w, z } of taps) {
    magnitude += Math.abs(gain * w * z);
    power += w * w * z * z;
  }
  const roundings = UNIT_ROUNDOFF * (2 * taps.length + ELEMENTARY);
  const error = power === 0 ? 0 : (roundings * magnitude) / Math.sqrt(power);
  return (2 / Math.sqrt(Math.PI)) * error + ELEMENTARY * UNIT_ROUNDOFF;
};

/** A dense or convolutional layer; a dense layer is a convolution whose window is the whole image. */
export interface Layer {
  readonly input: readonly [channels: number, height: number, width: number];
  readonly channels: number;
  readonly kernel: readonly [rows: number, columns: number];
  readonly stride: number;
  readonly padding: number;
  readonly weight: ArrayLike<number>;
  /** [channels], or [channels, height, width] of the output. */
  readonly gain: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

export const outputSize = ({
  input: [, height, width],
  kernel,
  stride,
  padding,
}: Layer): [number, number] => [
  Math.floor((height + 2 * padding - kernel[0]) / stride) + 1,
  Math.floor((width + 2 * padding - kernel[1]) / stride) + 1,
];

/** The units of a layer for one image, in the order [channel, row, column]; taps in the padding are left out. */
export const unitsOf = (layer: Layer, image: ArrayLike<number>): readonly Unit[] => {
  const { input, channels, kernel, stride, padding, weight, gain, bias } = layer;
  const [inputs, height, width] = input;
  const [rows, columns] = outputSize(layer);
  const perLocation = gain.length > channels;
  const units: Unit[] = [];
  for (let o = 0; o < channels; o++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const taps: Tap[] = [];
        for (let c = 0; c < inputs; c++)
          for (let a = 0; a < kernel[0]; a++)
            for (let b = 0; b < kernel[1]; b++) {
              const [y, x] = [i * stride + a - padding, j * stride + b - padding];
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              const w = weight[((o * inputs + c) * kernel[0] + a) * kernel[1] + b]!;
              taps.push({ w, z: image[(c * height + y) * width + x]! });
            }
        units.push({ taps, gain: gain[perLocation ? units.length : o]!, bias: bias[o]! });
      }
  return units;
};
