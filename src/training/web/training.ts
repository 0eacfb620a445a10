/** Training in browsers: Web Workers do the work, so that the page goes on painting. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { ConfigError, DeviceError } from "../../errors.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import type { Network, NetworkDescription } from "../../networks/network.ts";
import { checkWebEngine, type WebEngineOptions } from "../../runtime/web.ts";
import type { WebThread } from "../../threads/web-thread.ts";
import type { TrainingConfiguration, TrainingDescription } from "../configuration.ts";
import { type Position, START, type TrainingMetrics } from "../progress.ts";
import type { Prepared, Probed, StepReport, TrainingReply, TrainingRequest } from "./requests.ts";
import { startLearning } from "./start-learning.ts";

export interface OpenTrainingOptions extends TrainingDescription {
  /** Parameters before the first step, such as those of a saved model. Default: drawn by the seed. */
  readonly parameters?: ParameterArrays;
  /** "cpu" (the default): WebAssembly; "webgpu": the browser's GPU. */
  readonly device?: "cpu" | "webgpu";
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
  const { device = "cpu", threads: wanted, wasmFolder, onStep, parameters, ...settings } = options;
  checkWebEngine({ device, ...(wanted !== undefined && { threads: wanted }) });
  const threads = threadsOfPage(wanted);
  const engine: WebEngineOptions = { device, threads, ...(wasmFolder !== undefined && { wasmFolder }) };
  const workers: WebThread<TrainingRequest, TrainingReply>[] = [];
  const start = () => {
    const worker = startLearning<TrainingRequest, TrainingReply>(device, `training network ${network.name}`);
    workers.push(worker);
    return worker;
  };
  const close = (): void => {
    for (const worker of workers) worker.close();
  };
  try {
    const { ask, gone } = start();
    const given = { network, split, settings, engine, ...(parameters && { parameters }) };
    const prepared = (await ask({ type: "prepare", start: given })) as Prepared;
    const startReplica = async (): Promise<MessagePort> => {
      const { port1, port2 } = new MessageChannel();
      const other = start();
      await other.ask({ type: "replica", port: port2, engine }, [port2]);
      // The first worker may be waiting for it, and would wait for ever.
      void other.gone.then(close);
      return port1;
    };
    const ports = await Promise.all(Array.from({ length: prepared.replicas - 1 }, startReplica));
    void gone.then(close);
    await ask({ type: "open", ports }, ports);
    return trainingOn({ ask, close }, prepared, onStep);
  } catch (error) {
    close();
    throw error;
  }
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
  { ask, close }: Pick<WebThread<TrainingRequest, TrainingReply>, "ask" | "close">,
  { network, settings, steps, replicas }: Prepared,
  onStep: OpenTrainingOptions["onStep"],
): Training => {
  const epochs: TrainingMetrics[] = [];
  let position = START;
  let running: Promise<void> | undefined;
  let isPausing = false;
  const advance = async (until: number): Promise<void> => {
    while (position.step < until && !isPausing) {
      const left = until - position.step;
      const slice = { type: "advance", steps: left, milliseconds: SLICE_MILLISECONDS } as const;
      for (const report of (await ask(slice)) as readonly StepReport[]) {
        position = report.position;
        if (report.metrics) epochs.push(report.metrics);
        onStep?.(report);
      }
    }
  };
  return {
    ...{ network, settings, steps, threads: replicas, epochs, close },
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
