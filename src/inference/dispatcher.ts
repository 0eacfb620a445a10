/**
 * Divides images among runners. Calls that wait share the runners' jobs and get their images served in turn, so that a
 * small call does not wait for the end of a large one. A few images are divided by their passes, many by images. The
 * prediction of an image does not depend on how the work is divided.
 */
import type { EvidenceArrays } from "../detectors/scorer.ts";
import { ConfigError, type WorkerError } from "../errors.ts";
import { joinInto, lengthOfAll } from "../join-arrays.ts";
import type { Thresholds } from "../networks/calibration.ts";
import type { Images } from "../networks/images.ts";
import { splitRows } from "../nn/rows.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { sharedBytes } from "../threads/shared-memory.ts";
import type { Decisions } from "./decisions.ts";
import type { Scores } from "./evaluation.ts";
import type { Job, Passes } from "./job.ts";
import { allocateSharedPasses, type SharedPasses } from "./shared-passes.ts";
import {
  allocateUncertainty,
  copyUncertainty,
  type Uncertainty,
  type UncertaintySizes,
} from "./uncertainty.ts";

/** The class of each image. */
export type Labels = Uint8Array | Uint16Array;

/** A runner on another thread. */
export interface RemoteRunner {
  readonly passes: number;
  readonly rowsOfJob: number;
  readonly worthwhileRows: number;
  predict(job: Job): Promise<Uncertainty>;
  passesOf(job: Job): Promise<Passes>;
  /** Writes the passes of the job; the uncertainty over all passes if no other runner's are missing. */
  share(job: Job, shared: SharedPasses): Promise<Uncertainty | undefined>;
  detect(evidence: EvidenceArrays): Promise<Float64Array>;
  decisions(found: Uncertainty, labels: Labels, thresholds: Thresholds): Promise<Decisions>;
  metrics(probabilities: Float64Array, labels: Labels): Promise<Scores>;
  /** Resolves when the thread has failed or ended: it answers no more. */
  readonly gone: Promise<void>;
  /** Ends its thread. */
  end(): Promise<void>;
}

export interface DispatcherOptions {
  /** Most runners that work at a time. */
  readonly runners: number;
  /** Images of the first call: as many runners as they need start at once. Default 1. */
  readonly expected?: number;
  readonly start: () => Promise<RemoteRunner>;
  /** Most passes of an image. */
  readonly passes: number;
  readonly classes: number;
  /** Numbers that the runners observe of a pass. Default 0. */
  readonly observed?: number;
  /** Numbers of an image besides its probabilities. Default none. */
  readonly sizes?: UncertaintySizes;
  /** True if an image's passes may end early; one runner then runs them all. */
  readonly isAdaptive: boolean;
}

export interface Dispatcher {
  /** Predictions of all images. `onProgress` is called with the number of images that are done. */
  predict(images: Images, keys: readonly number[], following?: Following): Promise<Uncertainty>;
  /** Passes `first` to `end` - 1 of images, by one runner. Early exit does not apply. */
  passesOf(images: Images, keys: readonly number[], first: number, end: number): Promise<Passes>;
  /** How unlike the training data the runners' detector finds images; empty without a detector. */
  detect(evidence: EvidenceArrays): Promise<Float64Array>;
  /** Decisions on predictions by the thresholds of a calibration, computed by a runner. */
  decisions(found: Uncertainty, labels: Labels, thresholds: Thresholds): Promise<Decisions>;
  /** Metrics of predictions, computed by a runner. */
  metrics(probabilities: Float64Array, labels: Labels): Promise<Scores>;
  /** Waits for the calls under way and ends the runners. Later calls throw ConfigError. */
  close(): Promise<void>;
}

/** Callbacks and signals by which a caller follows a prediction. */
export interface Following {
  /** Called with the number of images that are done. */
  readonly onProgress?: (images: number) => void;
  /** Aborting it ends the prediction within a few passes; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A call of `predict`. */
interface Call {
  readonly images: Images;
  readonly keys: readonly number[];
  readonly result: Uncertainty;
  readonly onProgress: (images: number) => void;
  /** 1 once nobody waits for the call any more. */
  readonly aborted: Int32Array;
  readonly resolve: (result: Uncertainty) => void;
  readonly reject: (error: unknown) => void;
  /** The first image that no runner has, and how many are done. */
  next: number;
  done: number;
}

/** Work other than predicting, for whichever runner is idle first. */
interface Errand {
  readonly run: (runner: RemoteRunner) => Promise<unknown>;
  readonly reject: (error: unknown) => void;
}

/** Images `start` to `end` - 1 of a call. */
interface Part {
  readonly call: Call;
  readonly start: number;
  readonly end: number;
}

/** Fewest rows that are worth another runner, until a runner says how many are. */
const WORTHWHILE_ROWS = 4;
/** Images per runner from which work is divided by images, though one runner may then have one more than another. */
const MANY_IMAGES = 8;
/** Numbers of all passes that are held at once where passes are divided: 64 MiB of float32 numbers. */
const MAX_DIVIDED = 2 ** 24;

/** A dispatcher whose first runner is ready; others start when there is work for them. */
export const createDispatcher = async (options: DispatcherOptions): Promise<Dispatcher> => {
  const { start, classes, observed = 0, sizes, isAdaptive, runners: most, expected = 1 } = options;
  let { passes } = options;
  let [rowsOfJob, worthwhileRows] = [1, WORTHWHILE_ROWS];
  const idle: RemoteRunner[] = [];
  const all = new Set<RemoteRunner>();
  const starting = new Set<Promise<RemoteRunner>>();
  let waiting: Call[] = [];
  const errands: Errand[] = [];
  const open = new Set<Promise<unknown>>();
  let isClosed = false;
  let isScheduled = false;

  const count = (): number => waiting.reduce((sum, { images, next }) => sum + images.count - next, 0);

  const worthwhile = (images: number): number => Math.ceil((images * passes) / worthwhileRows);

  /** Takes `wanted` images of the calls that wait, of each in turn about the same number. */
  const takeParts = (wanted: number): readonly Part[] => {
    const parts: Part[] = [];
    for (let left = wanted; left > 0 && waiting.length > 0; ) {
      const share = Math.ceil(left / waiting.length);
      const call = waiting.shift()!;
      const start = call.next;
      call.next = Math.min(call.images.count, start + share);
      left -= call.next - start;
      parts.push({ call, start, end: call.next });
      if (call.next < call.images.count) waiting.push(call);
    }
    return parts;
  };

  const fail = (call: Call, error: unknown): void => {
    Atomics.store(call.aborted, 0, 1);
    call.reject(error);
    waiting = waiting.filter((other) => other !== call);
  };

  /** Tells a call that `images` more of its images are done. */
  const report = (call: Call, images: number): void => {
    if (Atomics.load(call.aborted, 0) === 1) return;
    call.done += images;
    try {
      call.onProgress(call.done);
      if (call.done === call.images.count) call.resolve(call.result);
    } catch (error) {
      // Whoever follows the progress may end the call.
      fail(call, error);
    }
  };

  /** Gives the results of a job to the calls that its images are of. */
  const settle = async (parts: readonly Part[], found: Promise<Uncertainty>): Promise<void> => {
    try {
      const result = await found;
      let from = 0;
      for (const { call, start, end } of parts) {
        copyUncertainty(result, from, call.result, start, end - start);
        from += end - start;
        report(call, end - start);
      }
    } catch (error) {
      for (const { call } of parts) fail(call, error);
    }
  };

  /** Forgets a runner whose thread answers no more. */
  const forget = (runner: RemoteRunner): void => {
    all.delete(runner);
    if (idle.includes(runner)) idle.splice(idle.indexOf(runner), 1);
    schedule();
  };

  /** Runs `work` on a runner, which is idle again afterwards unless its thread failed. */
  const on = async <Result>(
    runner: RemoteRunner,
    work: (runner: RemoteRunner) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await work(runner);
    } catch (error) {
      if ((error as WorkerError).name === "WorkerError") all.delete(runner);
      throw error;
    } finally {
      if (all.has(runner)) idle.push(runner);
      schedule();
    }
  };

  const runWhole = (runner: RemoteRunner, parts: readonly Part[]): void => {
    void settle(
      parts,
      on(runner, ({ predict }) => predict(jobOf(parts, 0, passes))),
    );
  };

  const runDivided = (runners: readonly RemoteRunner[], parts: readonly Part[]): void => {
    const shares = splitRows(passes, runners.length);
    const images = parts.reduce((sum, { start, end }) => sum + end - start, 0);
    const isDetected = sizes?.isDetected === true;
    const shared = allocateSharedPasses({ images, passes, classes, observed, isDetected }, runners.length);
    const replies = runners.map((runner, k) =>
      on(runner, ({ share }) => share(jobOf(parts, shares[k]!.start, shares[k]!.end), shared)),
    );
    // Only the reply of the runner that ended last is an uncertainty.
    const found = Promise.all(replies).then((all) => all.find((reply) => reply !== undefined)!);
    void settle(parts, found);
  };

  const dispatch = (): void => {
    isScheduled = false;
    startMore(errands.length > 0 ? Math.max(1, worthwhile(count())) : worthwhile(count()));
    while (errands.length > 0 && idle.length > 0) void errands.shift()!.run(idle.shift()!);
    for (let images = count(); images > 0 && idle.length > 0; images = count()) {
      const runners = idle.slice(0, worthwhile(images));
      const isEven = images % runners.length === 0 || images >= MANY_IMAGES * runners.length;
      const isSmall = images * passes * (classes + observed) <= MAX_DIVIDED;
      if (!isEven && !isAdaptive && isSmall && runners.length <= passes) {
        idle.splice(0, runners.length);
        runDivided(runners, takeParts(images));
      } else {
        const size = Math.max(1, Math.floor(rowsOfJob / passes));
        runWhole(idle.shift()!, takeParts(Math.min(Math.ceil(images / runners.length), size)));
      }
    }
  };

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    // Other calls made in this turn of the event loop then share the batch.
    queueMicrotask(dispatch);
  };

  /** Does work other than predicting on a runner that is idle. */
  const errand = <Result>(work: (runner: RemoteRunner) => Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const run = (runner: RemoteRunner): Promise<void> => on(runner, work).then(resolve, reject);
      errands.push({ run, reject });
      schedule();
    });

  const startOne = async (): Promise<void> => {
    const started = start();
    starting.add(started);
    try {
      const runner = await started;
      ({ passes, rowsOfJob, worthwhileRows } = runner);
      all.add(runner);
      idle.push(runner);
      void runner.gone.then(() => forget(runner));
      schedule();
    } catch (error) {
      if (all.size > 0 || starting.size > 1) return;
      // No runner is left for the calls that wait.
      for (const call of waiting.splice(0)) fail(call, error);
      for (const { reject } of errands.splice(0)) reject(error);
    } finally {
      starting.delete(started);
    }
  };

  /** Starts runners until there are `wanted`. */
  const startMore = (wanted: number): void => {
    while (all.size + starting.size < Math.min(most, wanted)) void startOne();
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    await Promise.allSettled(open);
    await Promise.allSettled(starting);
    await Promise.all(Array.from(all, (runner) => runner.end()));
    all.clear();
  };

  startMore(Math.max(1, worthwhile(expected)));
  try {
    await Promise.race(starting);
  } catch (error) {
    await close();
    throw error;
  }
  /** Holds `close` up until the call is settled. */
  const followed = <Result>(call: Promise<Result>, finish = (): void => {}): Promise<Result> => {
    open.add(call);
    const settled = (): void => {
      open.delete(call);
      finish();
    };
    call.then(settled, settled);
    return call;
  };

  return {
    async predict(images, keys, { onProgress = () => {}, signal } = {}) {
      if (isClosed) refuseClosed();
      signal?.throwIfAborted();
      const result = allocateUncertainty(images.count, classes, sizes);
      let abort = (): void => {};
      const call = new Promise<Uncertainty>((resolve, reject) => {
        const aborted = new Int32Array(sharedBytes(4));
        const own: Call = { images, keys, result, onProgress, aborted, resolve, reject, next: 0, done: 0 };
        abort = () => fail(own, signal?.reason);
        waiting.push(own);
        schedule();
      });
      signal?.addEventListener("abort", abort);
      return followed(call, () => signal?.removeEventListener("abort", abort));
    },
    async passesOf({ images }, keys, first, end) {
      if (isClosed) refuseClosed();
      // The job's pixels are transferred: they are its own.
      return followed(errand((runner) => runner.passesOf({ pixels: images.slice(), keys, first, end })));
    },
    async detect(evidence) {
      if (isClosed) refuseClosed();
      return followed(errand((runner) => runner.detect(evidence)));
    },
    async decisions(found, labels, thresholds) {
      if (isClosed) refuseClosed();
      return followed(errand((runner) => runner.decisions(found, labels, thresholds)));
    },
    async metrics(probabilities, labels) {
      if (isClosed) refuseClosed();
      return followed(errand((runner) => runner.metrics(probabilities, labels)));
    },
    close,
  };
};

/** The images of the parts as one job. */
const jobOf = (parts: readonly Part[], first: number, end: number): Job => {
  const pixels = parts.map(({ call: { images }, start, end }) => {
    const size = sizeOf(images.shape);
    return images.images.subarray(start * size, end * size);
  });
  return {
    pixels: joinInto(new Uint8Array(lengthOfAll(pixels)), pixels),
    keys: parts.flatMap(({ call, start, end }) => call.keys.slice(start, end)),
    ...{ first, end },
    aborted: [...new Set(parts.map(({ call }) => call.aborted))],
  };
};

const refuseClosed = (): never => {
  throw new ConfigError("predicting", {
    given: "a predictor that was closed",
    expected: "a predictor that is still open",
    remedy: "Open another one.",
  });
};
