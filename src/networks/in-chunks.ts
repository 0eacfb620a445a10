/** Layers one after the other, some on a few images at a time, the others on the whole batch. */
import { concat, part } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LayerMap } from "./layer-maps.ts";
import type { LayerNoise } from "./noise-inputs.ts";
import type { Passage } from "./passage.ts";

/** A layer on its way through a batch. */
export interface Stage {
  readonly map: LayerMap;
  /** The random numbers that it takes for the whole batch, rows of each for every image. */
  readonly noise: LayerNoise;
  /** Elements of its widest tensor, an image. */
  readonly width: number;
  /** Whether a batch may pass it in chunks; else it maps the whole batch. */
  readonly inChunks: boolean;
}

/** Every chunk is a part of the graph of its own: with more of them compiling takes longer than they save. */
const MOST_CHUNKS = 25;

const chunkSize = (stages: readonly Stage[], batch: number, { elements }: Passage): number => {
  const widest = Math.max(...stages.map(({ width }) => width));
  const chunks = Math.round((batch * widest) / elements);
  return Math.ceil(batch / Math.min(MOST_CHUNKS, Math.max(1, chunks)));
};

/** The outputs of the last stage for the inputs x, [batch, ...], of the first. */
export const passThrough = (stages: readonly Stage[], x: Tensor, passage: Passage): Tensor =>
  runsOf(stages).reduce(
    (z, run) =>
      run[0]!.inChunks ? chunksThrough(run, z, passage) : run.reduce((y, { map, noise }) => map(y, noise), z),
    x,
  );

const rowsOf = (noise: LayerNoise, start: number, end: number): LayerNoise =>
  Object.fromEntries(Object.entries(noise).map(([kind, numbers]) => [kind, part(numbers, 0, start, end)]));

/** The stages in runs, as long as they are, that all take chunks or all take the whole batch. */
const runsOf = (stages: readonly Stage[]): readonly (readonly Stage[])[] => {
  const runs: Stage[][] = [];
  for (const stage of stages) {
    const last = runs.at(-1);
    if (last && last[0]!.inChunks === stage.inChunks) last.push(stage);
    else runs.push([stage]);
  }
  return runs;
};

const chunksThrough = (stages: readonly Stage[], x: Tensor, passage: Passage): Tensor => {
  const batch = x.shape[0]!;
  const step = chunkSize(stages, batch, passage);
  const chunks = Array.from({ length: Math.ceil(batch / step) }, (_, k) => {
    const [start, end] = [k * step, Math.min((k + 1) * step, batch)];
    return stages.reduce((z, { map, noise }) => map(z, rowsOf(noise, start, end)), part(x, 0, start, end));
  });
  return concat(chunks, 0);
};
