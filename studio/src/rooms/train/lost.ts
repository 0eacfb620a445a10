/** What a reload loses: the progress of a training, noted in this tab's session storage. */
import type { Settings } from "./settings.ts";

export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** Settings of the training. */
  readonly settings: Settings;
}

const KEY = "train-progress";

/** Storage is refused in some private windows: then there is no note. */
const attempt = <Value>(work: () => Value): Value | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

export const noteProgress = (progress: Progress): void =>
  void attempt(() => sessionStorage.setItem(KEY, JSON.stringify(progress)));

export const forgetProgress = (): void => void attempt(() => sessionStorage.removeItem(KEY));

/** Progress of a training that was under way when the page went away; undefined for a note without settings. */
export const lostProgress = (): Progress | undefined =>
  attempt(() => {
    const { step, steps, settings } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return Number.isInteger(step) && Number.isInteger(steps) && settings
      ? { step, steps, settings }
      : undefined;
  });
