/** Forward tiling: the number of images that are processed by convolutional layers at a time. */
export interface Tiling {
  /** Maximum number of elements of a chunk's widest tensor. */
  readonly elements: number;
  /** Whether pooled convolutions gather their windows: see `gatheredWindows`. */
  readonly gather: boolean;
}

/**
 * No tiling: the whole batch at once, with plain convolutions. For devices other than a CPU, and for exported
 * models.
 */
export const WHOLE: Tiling = { elements: Number.POSITIVE_INFINITY, gather: false };

/**
 * Chunk size per thread, in elements: what one operator wrote is still in the cache for the next. Smaller
 * chunks would be dominated by the fixed cost of operators and could not occupy several threads.
 */
const CACHED_ELEMENTS = 185_000;

/**
 * Tiling for a device. Gathering is faster on a single thread only; with several threads its copies cost more
 * than they save.
 */
export const tilingFor = ({ device, threads }: { device: string; threads: number }): Tiling =>
  device === "cpu" ? { elements: threads * CACHED_ELEMENTS, gather: threads === 1 } : WHOLE;

/** Tiling for a single CPU thread. */
export const CACHED = tilingFor({ device: "cpu", threads: 1 });
