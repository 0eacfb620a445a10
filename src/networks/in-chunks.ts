/** Layers one after the other: those on images a few images at a time, the others on the whole batch. */
import { concat, slice } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LayerMap } from "./layer-maps.ts";
import type { Passage } from "./passage.ts";

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

/** Every chunk is a part of the graph of its own: with more of them compiling takes longer than they save. */
const MOST_CHUNKS = 16;

const chunkSize = (stages: readonly Stage[], batch: number, { elements }: Passage): number => {
  if (stages.length === 0) return batch;
  const widest = Math.max(...stages.map(({ width }) => width));
  const chunks = Math.round((batch * widest) / elements);
  return Math.ceil(batch / Math.min(MOST_CHUNKS, Math.max(1, chunks)));
};

/** The outputs of the last stage for the inputs x, [batch, ...], of the first. Stages on images come before the others. */
export const passThrough = (stages: readonly Stage[], x: Tensor, passage: Passage): Tensor => {
  const batch = x.shape[0]!;
  const onImages = stages.filter((stage) => stage.onImages);
  const step = chunkSize(onImages, batch, passage);
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
