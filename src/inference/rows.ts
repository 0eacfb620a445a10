/**
 * Runs passes as rows of a batch. A program has a fixed number of rows, so there are two: one for few rows and one for
 * many. A row's result depends neither on its place nor on the other rows.
 */

import type { Key } from "../random/key.ts";
import { noiseKey } from "../random/streams.ts";
import type { Engine } from "../runtime/engine.ts";
import { allocateElements } from "../tensor/elements.ts";
import type { Program } from "../tensor/lower.ts";
import type { RowNoise } from "./pass-programs.ts";

/** A compiled program with arrays for its inputs and outputs. */
export interface RowProgram {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  run(): Promise<void>;
}

export interface RowPrograms {
  /** The program with which `count` rows, or the first of them, take the least time. Compiled when it is first asked for. */
  for(count: number): Promise<RowProgram>;
  dispose(): Promise<void>;
}

interface Compiled extends RowProgram {
  dispose(): Promise<void>;
}

/** Time that starting a program takes, in rows. */
const START = 0.5;

/** The one of `sizes` with which programs of so many rows run `count` rows in the least time. */
export const fastest = (count: number, sizes: readonly number[]): number => {
  const timeOf = (rows: number): number => Math.ceil(count / rows) * (rows + START);
  return sizes.reduce((best, size) => (timeOf(size) < timeOf(best) ? size : best));
};

/** Programs of the given numbers of rows. */
export const rowPrograms = (
  engine: Engine,
  build: (rows: number) => Program,
  sizes: readonly number[],
): RowPrograms => {
  const compiled = new Map<number, Promise<Compiled>>();
  const compile = async (rows: number): Promise<Compiled> => {
    const executable = await engine.compile(build(rows));
    const { inputs, outputs } = executable.program;
    const arrays = [inputs, outputs].map((tensors) =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, allocateElements(tensor)])),
    ) as [RowProgram["inputs"], RowProgram["outputs"]];
    return {
      ...{ rows, inputs: arrays[0], outputs: arrays[1] },
      async run() {
        await executable.run(arrays[0], arrays[1]);
      },
      dispose: () => executable.dispose(),
    };
  };
  return {
    for(count) {
      const rows = fastest(count, sizes);
      const known = compiled.get(rows);
      if (known) return known;
      const begun = compile(rows);
      compiled.set(rows, begun);
      // The next call tries again.
      begun.catch(() => compiled.delete(rows));
      return begun;
    },
    async dispose() {
      const results = await Promise.allSettled(compiled.values());
      compiled.clear();
      await Promise.all(
        results.map((result) => (result.status === "fulfilled" ? result.value.dispose() : undefined)),
      );
    },
  };
};

/** A row to run: its entering activations and the keys of its noise. */
export interface Row {
  readonly entering: Float32Array;
  /** The image's key for each stream of noise, by name. */
  readonly keys: Readonly<Record<string, Key>>;
  readonly pass: number;
}

/** The keys of an image's noise, one per stream. Pass k of the image takes `fold(key, k)`. */
export const imageKeys = ({ sizes }: RowNoise, seed: number, imageKey: number): Row["keys"] =>
  Object.fromEntries(
    Object.keys(sizes).map((stream) => [stream, noiseKey({ seed, purpose: "sample" }, stream, imageKey)]),
  );

/** Writes rows into the inputs of a program. What a row of the program holds already is not written again. */
export const rowWriter = (noise: RowNoise): ((program: RowProgram, rows: readonly Row[]) => void) => {
  const known = new WeakMap<RowProgram, readonly Place[]>();
  return (program, rows) => {
    const places = known.get(program) ?? placesOf(program, noise);
    known.set(program, places);
    for (const [k, { entering, keys, pass }] of rows.entries()) {
      const place = places[k]!;
      if (place.held?.entering !== entering) place.entering.set(entering);
      if (place.held?.keys !== keys || place.held.pass !== pass)
        for (const [stream, numbers] of place.noise) noise.fill(stream, keys[stream]!, pass, numbers);
      place.held = rows[k];
    }
  };
};

/** The inputs of one row of a program, and what they hold. */
interface Place {
  readonly entering: Float32Array;
  readonly noise: readonly (readonly [stream: string, numbers: Float32Array])[];
  held: Row | undefined;
}

const placesOf = ({ rows, inputs }: RowProgram, { sizes }: RowNoise): readonly Place[] => {
  const rowOf = (name: string, k: number): Float32Array => {
    const size = inputs[name]!.length / rows;
    return inputs[name]!.subarray(k * size, (k + 1) * size);
  };
  return Array.from({ length: rows }, (_, k) => ({
    entering: rowOf("entering", k),
    noise: Object.keys(sizes).map((stream) => [stream, rowOf(stream, k)] as const),
    held: undefined,
  }));
};
