/** How images pass the layers on images. */
export interface Passage {
  /** Elements of the widest tensor that pass at once. */
  readonly elements: number;
  /** Whether pooled convolutions gather their windows: see `gatheredWindows`. */
  readonly gather: boolean;
}

/** The whole batch at once, by plain convolutions: for other devices than a CPU, and for exported models. */
export const WHOLE: Passage = { elements: Number.POSITIVE_INFINITY, gather: false };

/**
 * Elements that one thread takes at once: what one operator wrote is then still in the cache for the next. With fewer,
 * the operators' own start shows, and several threads would not share an operator's work.
 */
const CACHED_ELEMENTS = 185_000;

/** The passage that suits a device. Gathering keeps one thread busy; among several its copies do not pay. */
export const passageFor = ({ device, threads }: { device: string; threads: number }): Passage =>
  device === "cpu" ? { elements: threads * CACHED_ELEMENTS, gather: threads === 1 } : WHOLE;

/** That of a CPU's single thread. */
export const CACHED = passageFor({ device: "cpu", threads: 1 });
