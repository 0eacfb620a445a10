/** A noise in words. */
import { grouped } from "../grouped.ts";
import { type Noise, noiseMean, noiseVariance } from "../nn/noise/noise.ts";

/** Kind and parameters, lists by their length, then mean and standard deviation: "bernoulli p 0.5 (mean 0.5, ...)". */
export const noiseText = (noise: Noise): string => {
  const { type, ...parameters } = noise;
  const words = Object.entries(parameters).map(([name, value]: [string, unknown]) =>
    Array.isArray(value) ? `${grouped(value.length)} ${name}` : `${name} ${value}`,
  );
  return `${type} ${words.join(", ")} (mean ${short(noiseMean(noise))}, standard deviation ${short(Math.sqrt(noiseVariance(noise)))})`;
};

/** A number with four significant digits. */
const short = (value: number): string => String(Number(value.toPrecision(4)));
