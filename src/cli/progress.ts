/** Progress on standard error: a bar on a terminal, else a line an epoch. */
import { Presets, SingleBar } from "cli-progress";
import type { StepReport } from "../training/train.ts";
import { say, speed } from "./print.ts";

/** Steps whose time goes into the time left. */
const REMEMBERED = 200;

export interface Progress<Report> {
  readonly show: (report: Report) => void;
  readonly stop: () => void;
}

/** Whether standard error is a terminal that can draw a line anew. */
const hasTerminal = (): boolean => process.stderr.isTTY === true && process.env.TERM !== "dumb";

interface Bar {
  /** Draws the bar at `value` of `total`; the first call starts it, and after `stop` nothing is drawn. */
  readonly draw: (value: number, total: number, columns?: object) => void;
  readonly stop: () => void;
}

const createBar = (format: string): Bar => {
  const bar = new SingleBar(
    { format, barsize: 24, etaBuffer: REMEMBERED, stream: process.stderr },
    Presets.shades_classic,
  );
  let started = false;
  const stop = (): void => bar.stop();
  // The bar switches the terminal's line wrapping off: it is on again however the process ends.
  process.once("exit", stop);
  return {
    draw(value, total, columns = {}) {
      if (started) bar.update(value, columns);
      else bar.start(total, value, columns);
      started = true;
    },
    stop,
  };
};

/** Images a second of the steps of the epoch that were seen: a resumed run enters it midway. */
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

/** Progress of training through `epochs` epochs. */
export const trainingProgress = (epochs: number): Progress<StepReport> => {
  const paceOf = pace();
  const terminal = hasTerminal();
  const bar = createBar(
    "epoch {epoch} {bar} loss {loss}  error {error} %  {pace} images/s  {eta_formatted} left",
  );
  const columns = (report: StepReport) => {
    const { lossSum, correct, examples } = report.position;
    return {
      epoch: `${report.epoch}/${epochs}`,
      loss: (lossSum / examples).toFixed(4),
      error: (100 * (1 - correct / examples)).toFixed(2),
      pace: paceOf(report),
    };
  };
  return {
    show(report) {
      const { epoch, loss, error, pace } = columns(report);
      if (terminal) bar.draw(report.position.step, report.steps, { epoch, loss, error, pace });
      else if (report.metrics) say(`epoch ${epoch}  loss ${loss}  error ${error} %  ${pace} images/s`);
    },
    stop: bar.stop,
  };
};

/** Progress of `what`, counted up to `total`; on a terminal only. */
export const countProgress = (what: string, total: number, unit: string): Progress<number> => {
  const bar = createBar(`${what} {bar} {value}/{total} ${unit}  {eta_formatted} left`);
  return {
    show: (count) => {
      if (hasTerminal()) bar.draw(count, total);
    },
    stop: bar.stop,
  };
};
