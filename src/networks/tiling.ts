/** Forward tiling: how many images pass the layers on images at once. */
export interface Tiling {
  /** Elements of the widest tensor of a chunk. */
  readonly elements: number;
  /** Whether pooled convolutions gather their windows: see `gatheredWindows`. */
  readonly gather: boolean;
}

/** The whole batch at once, by plain convolutions: for other devices than a CPU, and for exported models. */
export const WHOLE: Tiling = { elements: Number.POSITIVE_INFINITY, gather: false };

/**
 * Elements that one thread computes at once: what one operator wrote is then still in the cache for the next. With fewer,
 * the fixed cost of an operator shows, and several threads would not share an operator's work.
 */
const CACHED_ELEMENTS = 185_000;

/** The tiling that suits a device. Gathering keeps one thread busy; among several threads its copies do not pay. */
export const tilingFor = ({ device, threads }: { device: string; threads: number }): Tiling =>
  device === "cpu" ? { elements: threads * CACHED_ELEMENTS, gather: threads === 1 } : WHOLE;

/** The tiling of a single CPU thread. */
export const CACHED = tilingFor({ device: "cpu", threads: 1 });
