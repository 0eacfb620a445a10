/** The random numbers that the runs of a program take, made ahead where the platform has threads. */
import { fillBernoulli, fillNormal, fillUniform } from "../random/fill.ts";
import type { Key } from "../random/key.ts";
import { key } from "../random/key.ts";

/** How many numbers a run takes of each stream, by the stream's name. */
export type NoiseSizes = Readonly<Record<string, number>>;
export type NoiseArrays = Readonly<Record<string, Float32Array>>;

/** What the numbers are: uniform on (-1, 1), or factors xi of a synaptic noise. */
export type NoiseLaw =
  | { readonly type: "uniform" }
  | { readonly type: "bernoulli"; readonly p: number }
  | { readonly type: "gaussian"; readonly sigma: number };

/** The runs 0, 1, 2, ... of one purpose, such as the steps of a training run: each has streams of its own. */
export interface NoiseStreams {
  readonly seed: number;
  /** Sets these streams apart from others of the same seed. */
  readonly purpose: string;
  readonly sizes: NoiseSizes;
  readonly law: NoiseLaw;
}

export interface NoiseSource {
  /** The numbers of one run. Runs are asked for in ascending order; the arrays are lent until `giveBack`. */
  take(run: number): Promise<NoiseArrays>;
  /** Ends the loan: the arrays may be filled again. */
  giveBack(arrays: NoiseArrays): void;
  close(): Promise<void>;
}

/** The key of one stream in one run: the whole definition of what noise a network meets. */
export const noiseKey = ({ seed, purpose }: NoiseStreams, stream: string, run: number): Key =>
  key(seed, `${purpose}/${stream}`, run);

/** Fills the arrays of one run. */
export const fillNoise = (streams: NoiseStreams, run: number, arrays: NoiseArrays): void => {
  for (const [stream, array] of Object.entries(arrays))
    fillArray(streams.law, noiseKey(streams, stream, run), array);
};

const fillArray = (law: NoiseLaw, keyOfArray: Key, array: Float32Array): void => {
  if (law.type === "uniform") fillUniform(keyOfArray, array);
  else if (law.type === "bernoulli") fillBernoulli(keyOfArray, law.p, array);
  else {
    fillNormal(keyOfArray, array);
    for (let k = 0; k < array.length; k++) array[k] = 1 + law.sigma * array[k]!;
  }
};

export const allocateNoise = (sizes: NoiseSizes): NoiseArrays =>
  Object.fromEntries(Object.entries(sizes).map(([stream, size]) => [stream, new Float32Array(size)]));

/** Makes the numbers when they are asked for, on the calling thread. */
export const inlineNoise = (streams: NoiseStreams): NoiseSource => {
  const spare: NoiseArrays[] = [];
  return {
    take: async (run) => {
      const arrays = spare.pop() ?? allocateNoise(streams.sizes);
      fillNoise(streams, run, arrays);
      return arrays;
    },
    giveBack: (arrays) => void spare.push(arrays),
    close: async () => {},
  };
};
