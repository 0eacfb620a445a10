/** Passes of one picture, one after the other: shown singly, or at a speed. One pass is computed ahead. */
import type { TracedPass, Tracer } from "neural-sampling/web";

/** Seed of the noise of the room's passes. */
const SEED = 1;

/** A pass on show, and what was seen of the picture so far. */
export interface Shown {
  readonly pass: number;
  readonly traced: TracedPass;
  /** Passes of this picture that were shown. */
  readonly seen: number;
  /** Of each stochastic layer, in how many of them each unit fired. */
  readonly fired: Readonly<Record<string, Uint32Array>>;
  /** Sum of their probabilities, [classes]. */
  readonly probabilities: Float64Array;
}

/** Calls a listener with every pass, and returns what ends that. A pass that is on show is told at once. */
export type Watch = (listener: (shown: Shown) => void) => () => void;

export interface Player {
  /** Number of the pass on show, or about to be. */
  readonly pass: number;
  /** Shows a pass of a picture, and goes on from it if it runs. */
  show(image: Uint8Array, pass: number): void;
  /** Runs at most so many passes a second. */
  run(perSecond: number): void;
  halt(): void;
  close(): void;
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Milliseconds by which a frame may come early: frames are not exactly as far apart as passes. */
const EARLY = 4;

/** `take` gets each pass in a frame of its own. */
export const playerOf = (
  tracer: Tracer,
  take: (shown: Shown) => void,
  fail: (cause: unknown) => void,
): Player => {
  let image: Uint8Array | undefined;
  let pass = 0;
  let perSecond = 0;
  /** Changes when what is computed ahead is of no use. */
  let turn = 0;
  let last: Shown | undefined;
  let shownAt = 0;
  /** Pass that was asked for and is not on show yet. */
  let due: number | undefined;

  const trace = (number: number): Promise<TracedPass> => {
    const traced = tracer.trace(image!, { seed: SEED, pass: number });
    // It may be of no use by the time that it fails.
    traced.catch(() => {});
    return traced;
  };

  const seen = (number: number, traced: TracedPass): Shown => {
    const fired = Object.fromEntries(
      Object.entries(traced.layers).map(([name, { spikes }]) => {
        const counts = last?.fired[name]?.slice() ?? new Uint32Array(spikes.length);
        for (let k = 0; k < spikes.length; k++) if (spikes[k]! > 0) counts[k]!++;
        return [name, counts];
      }),
    );
    const before = last?.probabilities;
    const probabilities = Float64Array.from(traced.probabilities, (p, k) => p + (before?.[k] ?? 0));
    return { pass: number, traced, seen: (last?.seen ?? 0) + 1, fired, probabilities };
  };

  const present = (number: number, traced: TracedPass): void => {
    pass = number;
    due = undefined;
    last = seen(number, traced);
    take(last);
  };

  const goOn = async (own: number): Promise<void> => {
    let ahead = trace(pass + 1);
    while (turn === own && perSecond > 0) {
      const traced = await ahead;
      if (turn !== own) return;
      const next = pass + 1;
      ahead = trace(next + 1);
      let now = await frame();
      while (turn === own && now < shownAt + 1000 / perSecond - EARLY) now = await frame();
      if (turn !== own || perSecond === 0) return;
      shownAt = now;
      present(next, traced);
    }
  };

  /** Begins anew: with the pass that is due, if one is, then with those after it. */
  const restart = (): void => {
    const own = ++turn;
    const work = async (): Promise<void> => {
      if (due !== undefined) {
        const traced = await trace(due);
        if (turn !== own) return;
        present(due, traced);
      }
      if (perSecond > 0) await goOn(own);
    };
    if (image)
      work().catch((cause: unknown) => {
        if (turn === own) fail(cause);
      });
  };

  return {
    get pass() {
      return pass;
    },
    show(picture, number) {
      if (picture !== image) last = undefined;
      image = picture;
      pass = number;
      due = number;
      restart();
    },
    run(speed) {
      const isStart = perSecond === 0;
      perSecond = speed;
      if (isStart) restart();
    },
    halt() {
      perSecond = 0;
    },
    close() {
      turn++;
      perSecond = 0;
    },
  };
};
