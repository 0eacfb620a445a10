/** Training in browsers: Web Workers do the work, so that the page goes on painting. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { ConfigError, DeviceError } from "../../errors.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import type { Network, NetworkDescription } from "../../networks/network.ts";
import { checkWebEngine } from "../../runtime/web.ts";
import type { TrainingConfiguration, TrainingDescription } from "../configuration.ts";
import { type Position, START, type TrainingMetrics } from "../progress.ts";
import { type Backend, openBackend, type WebDevice } from "./backend.ts";
import { openFastest, type StepTimes } from "./fastest.ts";
import { type LastingBackend, lastingBackend } from "./lasting.ts";
import type { Probed, Snapshot, StepReport } from "./requests.ts";

export interface OpenTrainingOptions extends TrainingDescription {
  /** Parameters before the first step, such as those of a saved model. Default: drawn by the seed. */
  readonly parameters?: ParameterArrays;
  /**
   * "cpu" (the default): WebAssembly; "webgpu": the browser's GPU; "auto": the one whose steps are faster, measured at the
   * start, where there is a GPU.
   */
  readonly device?: WebDevice | "auto";
  /**
   * Workers that share a batch on the CPU. More than one needs a page that is cross-origin isolated. Default: 2 on such a
   * page, if the machine has as many, else 1. The results do not depend on it but for rounding.
   */
  readonly threads?: number;
  /**
   * Folder, ending in a slash, from which the page serves onnxruntime-web's .wasm and .mjs files. Default: where the
   * bundler or the package has them.
   */
  readonly wasmFolder?: string;
  /** Called for every step. Short steps are reported several at a time. */
  readonly onStep?: (report: StepReport) => void;
  /**
   * Called when the GPU is lost in the midst of the training, which goes on on the CPU: from the last state that was copied,
   * at most ten seconds or an epoch before. The steps since are repeated, and not reported again.
   */
  readonly onDeviceLost?: (cause: DeviceError) => void;
}

/** A training in workers of its own. */
export interface Training {
  /** Canonical: every default is filled in. */
  readonly network: Network;
  readonly settings: TrainingConfiguration;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Workers that share a batch. */
  readonly threads: number;
  /** Device that the training computes on now. */
  readonly device: WebDevice;
  /** Milliseconds of a step on the devices that were compared. */
  readonly stepTimes: StepTimes;
  /** Position after the last step that was reported. */
  readonly position: Position;
  /** One entry for each epoch that is done. */
  readonly epochs: readonly TrainingMetrics[];
  /**
   * Executes the remaining steps, or at most `steps` of them. Resolves when they are done or the training was paused.
   * Rejects with NumericError for a loss or weights that are not finite, with ConfigError while it runs already, with
   * WorkerError once it is closed, and with what `onStep` throws.
   */
  run(steps?: number): Promise<void>;
  /** Ends `run` after the steps that are under way, some hundredths of a second; resolves when it has ended. */
  pause(): Promise<void>;
  /** The network with a copy of its present parameters: of the averages, if the settings ask for them. */
  model(): Promise<Model>;
  /**
   * Looks into the present network: weights of its first layer, and input of its last hidden layer for the first `images`
   * training images (default 100), which are the same at each call.
   */
  probe(images?: number): Promise<Probed>;
  /** Ends the workers. Calls that are due, and later ones, reject with WorkerError. */
  close(): void;
}

/** Images that a probe looks at by default. */
const PROBED_IMAGES = 100;

/** Milliseconds of steps that one request asks for: short, so that `pause` is soon obeyed. */
const SLICE_MILLISECONDS = 30;

/**
 * A training of a network on a split, in workers of its own, before its first step. Throws
 * ConfigError for settings out of range and for parameters that are not the network's, DataError for images that do not fit, DeviceError for a device that is not there
 * and for threads that the page cannot have, WorkerError where a worker does not start.
 */
export const openTraining = async (
  network: NetworkDescription,
  split: ImageSplit,
  options: OpenTrainingOptions = {},
): Promise<Training> => {
  const { device = "cpu", threads: wanted, wasmFolder, onStep, onDeviceLost, ...given } = options;
  const { parameters, ...settings } = given;
  checkWebEngine({
    device: device === "auto" ? "cpu" : device,
    ...(wanted !== undefined && { threads: wanted }),
  });
  const threads = threadsOfPage(wanted);
  const open = (on: WebDevice, resumed?: Snapshot): Promise<Backend> =>
    openBackend({
      ...{ network, split, settings },
      // Threads of the CPU have nothing to do on a GPU.
      engine: {
        device: on,
        threads: on === "cpu" ? threads : 1,
        ...(wasmFolder !== undefined && { wasmFolder }),
      },
      ...(parameters && { parameters }),
      ...(resumed && { resumed }),
    });
  const { backend, times } =
    device === "auto" ? await openFastest(open) : { backend: await open(device), times: {} };
  return trainingOn(lastingBackend(backend, open, onDeviceLost), times, onStep);
};

/** Threads that a training gets. Throws DeviceError for several on a page that is not isolated. */
const threadsOfPage = (wanted: number | undefined): number => {
  if (globalThis.crossOriginIsolated) return wanted ?? Math.min(2, navigator.hardwareConcurrency);
  if (wanted === undefined || wanted === 1) return 1;
  throw new DeviceError("training", {
    given: `${wanted} threads on a page that is not cross-origin isolated`,
    expected: "one thread, or a page that is: threads share memory",
    remedy:
      "Leave threads out, or serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.",
  });
};

const trainingOn = (
  { prepared: { network, settings, steps }, ask, close, threads, device }: LastingBackend,
  stepTimes: StepTimes,
  onStep: OpenTrainingOptions["onStep"],
): Training => {
  const epochs: TrainingMetrics[] = [];
  let position = START;
  let running: Promise<void> | undefined;
  let isPausing = false;
  const advance = async (until: number): Promise<void> => {
    while (position.step < until && !isPausing) {
      const slice = { type: "advance", until, milliseconds: SLICE_MILLISECONDS } as const;
      for (const report of (await ask(slice)) as readonly StepReport[]) {
        // Steps that are repeated after the loss of a device were reported before it.
        if (report.position.step <= position.step) continue;
        position = report.position;
        if (report.metrics) epochs.push(report.metrics);
        onStep?.(report);
      }
    }
  };
  return {
    ...{ network, settings, steps, stepTimes, epochs, close },
    get threads() {
      return threads();
    },
    get device() {
      return device();
    },
    get position() {
      return position;
    },
    async run(most = steps) {
      if (running) refuseRunning(network);
      checkCount(most, "steps", "Leave it out to train to the end.");
      isPausing = false;
      running = advance(Math.min(steps, position.step + most));
      try {
        await running;
      } finally {
        running = undefined;
      }
    },
    async pause() {
      isPausing = true;
      // Its error is told by `run`.
      await running?.catch(() => {});
    },
    async model() {
      return checkModel({ network, parameters: (await ask({ type: "model" })) as ParameterArrays });
    },
    async probe(images = PROBED_IMAGES) {
      checkCount(images, "images to probe", "Leave it out for 100.");
      return (await ask({ type: "probe", images })) as Probed;
    },
  };
};

const refuseRunning = ({ name }: Network): never => {
  throw new ConfigError(`training network ${name}`, {
    given: "a call of run while it runs",
    expected: "one at a time",
    remedy: "Wait for the one before, or pause it.",
  });
};

const checkCount = (count: number, what: string, remedy: string): void => {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ConfigError("training", {
    given: `${count} ${what}`,
    expected: "a whole number of at least 1",
    remedy,
  });
};

export interface WebTrainOptions extends OpenTrainingOptions {
  /** Aborting ends the training after the current steps. */
  readonly signal?: AbortSignal;
}

/** A trained model and how it came about. */
export interface TrainedModel extends Model {
  /** Steps done. */
  readonly step: number;
  /** One entry for each epoch that is done. */
  readonly epochs: readonly TrainingMetrics[];
}

/** Trains a network on a split from its initial parameters, in workers of its own. Throws as `openTraining` and `run`. */
export const train = async (
  network: NetworkDescription,
  split: ImageSplit,
  { signal, ...options }: WebTrainOptions = {},
): Promise<TrainedModel> => {
  const training = await openTraining(network, split, options);
  const pause = (): void => void training.pause();
  signal?.addEventListener("abort", pause);
  try {
    if (!signal?.aborted) await training.run();
    return { ...(await training.model()), step: training.position.step, epochs: training.epochs };
  } finally {
    signal?.removeEventListener("abort", pause);
    training.close();
  }
};
