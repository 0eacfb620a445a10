/** Layers one after the other: those on images a few images at a time, the others on the whole batch. */
import { concat, slice } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LayerMap } from "./layer-maps.ts";

/** A layer on its way through a batch. */
export interface Stage {
  readonly map: LayerMap;
  /** Its uniform numbers for the whole batch, if it takes any. */
  readonly uniform: Tensor | undefined;
  /** Elements of its widest tensor, an image. */
  readonly width: number;
  /** Whether it maps images, which may pass it in chunks; else it maps the whole batch. */
  readonly onImages: boolean;
}

/**
 * How images pass the layers on images: `cached`, as many at once as stay in a CPU's cache, so that what one operator
 * wrote is still there for the next; or the `whole` batch, for other devices and for exported models.
 */
export type Chunking = "cached" | "whole";

/** The chunking that suits a device. */
export const chunkingFor = (device: "cpu" | "webgpu" | "cuda"): Chunking =>
  device === "cpu" ? "cached" : "whole";

/** Elements of the widest tensor that pass at once: with more the cache overflows, with fewer threads don't pay. */
const CACHED_ELEMENTS = 185_000;

/** Every chunk is a part of the graph of its own: with more of them compiling takes longer than they save. */
const MOST_CHUNKS = 32;

const chunkSize = (stages: readonly Stage[], batch: number, chunking: Chunking): number => {
  if (chunking === "whole" || stages.length === 0) return batch;
  const widest = Math.max(...stages.map(({ width }) => width));
  const chunks = Math.round((batch * widest) / CACHED_ELEMENTS);
  return Math.ceil(batch / Math.min(MOST_CHUNKS, Math.max(1, chunks)));
};

/** The outputs of the last stage for the inputs x, [batch, ...], of the first. Stages on images come before the others. */
export const passThrough = (stages: readonly Stage[], x: Tensor, chunking: Chunking): Tensor => {
  const batch = x.shape[0]!;
  const onImages = stages.filter((stage) => stage.onImages);
  const step = chunkSize(onImages, batch, chunking);
  const chunks = Array.from({ length: Math.ceil(batch / step) }, (_, k) => {
    const [start, end] = [k * step, Math.min((k + 1) * step, batch)];
    return onImages.reduce(
      (z, { map, uniform }) => map(z, uniform && rows(uniform, start, end)),
      rows(x, start, end),
    );
  });
  return stages
    .filter((stage) => !stage.onImages)
    .reduce((z, { map, uniform }) => map(z, uniform), concat(chunks, 0));
};

const rows = (x: Tensor, start: number, end: number): Tensor =>
  slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? start : 0)),
    x.shape.map((size, axis) => (axis === 0 ? end : size)),
  );
