/**
 * Progress on standard error: a bar on a terminal, else a line a minute, of which that of an evaluation comes first after ten
 * seconds. A training has a line an epoch besides.
 */
import progress, { type Options } from "cli-progress";
import { grouped } from "../grouped.ts";
import type { StepReport } from "../training/runs/run.ts";
import type { ValidationScores } from "../training/validation.ts";
import { SIGNALS } from "./interrupt.ts";
import { say, speed } from "./print.ts";

/** Width of the bar, so that the whole line fits into 80 columns. */
const BAR = 10;
/** Steps over which the remaining time is estimated. */
const ETA_STEPS = 200;
/** Longest time between two lines without a terminal. */
const MOST_SILENT_MS = 60_000;
/** Time before the first line of a bar without a terminal: what ends sooner needs none. */
const FIRST_LINE_MS = 10_000;

/** Whether standard error is a terminal that can redraw a line. */
export const hasTerminal = (): boolean => process.stderr.isTTY === true && process.env.TERM !== "dumb";

type Columns = Readonly<Record<string, string>>;

export interface Bar {
  /** Draws the bar at `value` of `total`, or without a terminal prints it as a line now and then. */
  readonly draw: (value: number, total: number, columns?: Columns) => void;
  /** Prints a line that stays, above the bar. */
  readonly above: (line: string) => void;
  /** Removes the bar until it is drawn again. */
  readonly stop: () => void;
}

/** Seconds as cli-progress formats them; "?" while it has no estimate. */
const formatTime = (seconds: number, options: Options, roundTo: number): string =>
  Number.isFinite(seconds) ? progress.Format.TimeFormat(seconds, options, roundTo) : "?";

/** The place of a bar as a line without the bar: "evaluating {bar} {value}/{total} images  {eta_formatted} left" without its end. */
const lineOf = (format: string, value: number, total: number, columns: Columns): string => {
  const fields: Columns = {
    ...columns,
    value: grouped(value),
    total: grouped(total),
    percentage: String(Math.floor((100 * value) / total)),
  };
  return format
    .replace("{bar} ", "")
    .replace(/ {2}\{eta_formatted\}.*$/, "")
    .replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? "");
};

/** Silence without a terminal: it lasts for `first` milliseconds, then for a minute after each line. */
const createSilence = (first: number): { readonly isOver: () => boolean; readonly begin: () => void } => {
  let due = performance.now() + first;
  return {
    isOver: () => performance.now() >= due,
    begin: () => {
      due = performance.now() + MOST_SILENT_MS;
    },
  };
};

/** A bar with a format string of cli-progress. `lines`: whether `draw` prints lines without a terminal. */
export const createBar = (format: string, { lines = true } = {}): Bar => {
  const silence = createSilence(FIRST_LINE_MS);
  const bar = new progress.SingleBar(
    {
      ...{ format, barsize: BAR, etaBuffer: ETA_STEPS, formatTime, stream: process.stderr },
      // The line that follows reports the result.
      clearOnComplete: true,
    },
    progress.Presets.shades_classic,
  );
  let started = false;
  const stop = (): void => {
    bar.stop();
    started = false;
  };
  // The bar switches the terminal's line wrapping off: it is on again when the process ends, also by a signal.
  process.once("exit", stop);
  for (const signal of SIGNALS)
    process.once(signal, () => {
      stop();
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  return {
    draw(value, total, columns = {}) {
      if (!hasTerminal()) {
        // The result follows the last value.
        if (!lines || value >= total || !silence.isOver()) return;
        silence.begin();
        say(lineOf(format, value, total, columns));
        return;
      }
      if (started) bar.update(value, columns);
      else bar.start(total, value, columns);
      started = true;
    },
    above(line) {
      stop();
      say(line);
    },
    stop,
  };
};

/** Images per second over the steps of the current epoch that this process ran: a resumed run enters it midway. */
const pace = (): ((report: StepReport) => string) => {
  let epoch = 0;
  let before = 0;
  let images = 0;
  let milliseconds = 0;
  return (report) => {
    const { examples } = report.position;
    if (report.epoch !== epoch) [images, milliseconds, before] = [0, 0, epoch === 0 ? examples : 0];
    epoch = report.epoch;
    if (examples > before) {
      images += examples - before;
      milliseconds += report.milliseconds;
    }
    before = examples;
    return milliseconds === 0 ? "-" : speed(images, milliseconds / 1000);
  };
};

/** Validation scores of an epoch, in a line. */
const validationText = ({ error, nll, ece }: ValidationScores): string =>
  `validation error ${error.toFixed(2)} %, NLL ${nll.toFixed(4)}, ECE ${ece.toFixed(4)}`;

/** Progress of training through `epochs` epochs. */
export const trainingProgress = (
  epochs: number,
): { readonly show: (report: StepReport) => void; readonly stop: () => void } => {
  const paceOf = pace();
  const silence = createSilence(MOST_SILENT_MS);
  const format = "epoch {epoch} {bar} training loss {loss}, error {error} %  {eta_formatted} left";
  const bar = createBar(format, { lines: false });
  const show = (report: StepReport): void => {
    const { step, lossSum, correct, examples } = report.position;
    const epoch = `${report.epoch}/${epochs}`;
    const loss = (lossSum / examples).toFixed(4);
    const error = (100 * (1 - correct / examples)).toFixed(2);
    const pace = paceOf(report);
    bar.draw(step, report.steps, { epoch, loss, error });
    if (!report.metrics && (hasTerminal() || !silence.isOver())) return;
    silence.begin();
    const midway = report.metrics ? "" : `  step ${grouped(step)} of ${grouped(report.steps)}`;
    const training = `training loss ${loss}, training error ${error} %`;
    const validation = report.metrics?.validation;
    bar.above(
      `epoch ${epoch}${midway}  ${training}  ${pace} images/s${validation ? `  ${validationText(validation)}` : ""}`,
    );
  };
  return { show, stop: bar.stop };
};
