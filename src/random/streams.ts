/** Random numbers of the runs of a program, uniform on (-1, 1), in named streams. */
import { ConfigError } from "../errors.ts";
import { fillUniform } from "./fill.ts";
import { type Key, key } from "./key.ts";

/** Numbers that a run takes of each stream, by the stream's name. */
export type NoiseSizes = Readonly<Record<string, number>>;
export type NoiseArrays = Readonly<Record<string, Float32Array>>;

/** The runs 0, 1, 2, ... of one purpose, such as the steps of a training run: each has streams of its own. */
export interface NoiseStreams {
  readonly seed: number;
  /** Sets these streams apart from others of the same seed. */
  readonly purpose: string;
  readonly sizes: NoiseSizes;
}

/** The key of one stream in one run: the whole definition of what noise a network meets. */
export const noiseKey = (
  { seed, purpose }: Pick<NoiseStreams, "seed" | "purpose">,
  stream: string,
  run: number,
): Key => key(seed, `${purpose}/${stream}`, run);

/** Fills the arrays of one run. */
export const fillNoise = (streams: NoiseStreams, run: number, arrays: NoiseArrays): void => {
  for (const [stream, array] of Object.entries(arrays)) fillUniform(noiseKey(streams, stream, run), array);
};

/** Fills the arrays with a part of one run's uniform numbers: of each stream those from `firstOf(stream)` on. */
export const fillUniformPart = (
  streams: NoiseStreams,
  run: number,
  arrays: NoiseArrays,
  firstOf: (stream: string) => number,
): void => {
  for (const [stream, array] of Object.entries(arrays))
    fillUniform(noiseKey(streams, stream, run), array, firstOf(stream));
};

export const allocateNoise = (sizes: NoiseSizes): NoiseArrays =>
  Object.fromEntries(Object.entries(sizes).map(([stream, size]) => [stream, new Float32Array(size)]));

/** Called with each run that is taken: throws ConfigError unless it is the one after the last, and before `end`. */
export const runsInOrder = (first: number, end: number): ((run: number) => void) => {
  let expected = first;
  return (run) => {
    if (run !== expected || run >= end)
      throw new ConfigError("random numbers of a run", {
        given: `run ${run}`,
        expected: expected < end ? `run ${expected}` : `no run from ${end} on`,
        remedy: "Take the runs one after the other, or make another source.",
      });
    expected++;
  };
};

/** The uniform numbers of a run, made at once: the same arrays every time. */
export const uniformNoise = (streams: NoiseStreams): ((run: number) => NoiseArrays) => {
  const arrays = allocateNoise(streams.sizes);
  return (run) => {
    fillNoise(streams, run, arrays);
    return arrays;
  };
};
