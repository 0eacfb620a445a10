/** Online learners in Node: on a worker thread, stored in a folder. */
import { ConfigError } from "../../errors.ts";
import { openChips } from "../../inference/open-chips.ts";
import type { Model } from "../../networks/model.ts";
import type { Network } from "../../networks/network.ts";
import { checkEngine, type EngineOptions } from "../../runtime/node.ts";
import { DEFAULT_SECONDS } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import { learningChip } from "../../substrate/learning-chip.ts";
import { startWorker, type Thread, threadOf } from "../../threads/thread.ts";
import { versions } from "../runs/run.ts";
import { parametersIn } from "../state.ts";
import { createLearner, type LearnerCore, type OpenLearnerPrograms } from "./core.ts";
import { type Home, readLearner, saveLearner } from "./folder.ts";
import type { LearnerReply, LearnerRequest, LearnerThreadStart } from "./learner-thread.ts";
import { type LearnerStart, type PreparedLearner, preparedOnChip, prepareLearner } from "./prepare.ts";
import type { OnlineDescription } from "./settings.ts";

export interface OnlineLearner extends Omit<LearnerCore, "snapshot" | "undo"> {
  /**
   * Writes the learner into a folder, from which `resumeOnlineLearner` resumes it with the same bits. The folder is new
   * or empty, or the one that it was saved in or read from; else it rejects with CheckpointError. A learner on a chip is not
   * saved: it rejects with ConfigError.
   */
  save(folder: string): Promise<void>;
}

/** A chip to learn on. */
export interface LearnerChip {
  readonly device: AnalogDevice;
  /** Number of the chip: each has cells, switches and comparators of its own. Default 0. */
  readonly chip?: number;
  /** Time after programming at which learning starts, in seconds: at least 0. Default 86400, a day. */
  readonly seconds?: number;
}

/** Settings of an online learner, and what it runs on: one thread unless more are given. */
export interface OnlineOptions extends OnlineDescription, EngineOptions {
  /**
   * Chip that the parameters are put on first. Passes are then those of its cells, switches and comparators, without its
   * converters and without correlation from pass to pass; updates are written into its cells exactly, as far as they reach.
   * Gains and biases are digital.
   */
  readonly onChip?: LearnerChip;
}

/**
 * Opens a learner with initial parameters, or with those given. Calls are executed in order, awaited or not. Throws as
 * `prepareLearner`, and ConfigError for a network that cannot run or learn on the chip.
 */
export const openOnlineLearner = async (
  start: LearnerStart,
  options: OnlineOptions = {},
): Promise<OnlineLearner> => {
  const { device, threads, onChip, ...description } = options;
  const prepared = prepareLearner(start, description);
  return openLearner(onChip ? await placed(prepared, onChip) : prepared, { device, threads });
};

/** The learner at its start on a chip. */
const placed = async (
  prepared: PreparedLearner,
  { device, chip = 0, seconds = DEFAULT_SECONDS }: LearnerChip,
): Promise<PreparedLearner> => {
  const { network, state, settings } = prepared;
  const model: Model = { network, parameters: parametersIn(network, state) };
  const options = { seed: settings.seed, chip, seconds };
  const chips = openChips(model, device);
  const synapses = await chips.synapses(options).finally(chips.close);
  return preparedOnChip(prepared, learningChip(model, device, synapses, options));
};

/** Opens the learner that was saved in `folder`. Throws CheckpointError or StorageError if it is missing or damaged. */
export const resumeOnlineLearner = async (
  folder: string,
  options: EngineOptions = {},
): Promise<OnlineLearner> => {
  const { home, ...prepared } = await readLearner(folder);
  return openLearner(prepared, options, home);
};

type LearnerEngine = { readonly [Name in keyof EngineOptions]: EngineOptions[Name] | undefined };

const openLearner = async (
  prepared: PreparedLearner,
  options: LearnerEngine,
  from?: Home,
): Promise<OnlineLearner> => {
  const { snapshot, undo: _, ...learner } = await createLearner(prepared, onThread(options));
  const { network, settings } = prepared;
  let home = from;
  return {
    ...learner,
    save: async (folder) =>
      snapshot(async (found) => {
        if (prepared.chip) throw notSaved(network);
        home = await saveLearner(folder, { network, settings }, home, versions(), found);
      }),
  };
};

const notSaved = ({ name }: Network): ConfigError =>
  new ConfigError(`saving the online learner of network ${name}`, {
    given: "a learner on a chip, whose cells are no part of what is saved",
    expected: "one without a chip",
    remedy: "Take its model, by `model()`.",
  });

/** Opens the programs of a learner on a worker thread. One thread of the CPU unless more are given: a step is short. */
const onThread =
  ({ device, threads = 1 }: LearnerEngine): OpenLearnerPrograms =>
  async (options) => {
    const engine = checkEngine({ ...(device && { device }), threads });
    const start: LearnerThreadStart = { options, engine };
    const thread: Thread<LearnerRequest, LearnerReply> = threadOf(
      startWorker("./learner-thread.js", import.meta.url, start),
      "online learning",
    );
    try {
      await thread.ask("open");
    } catch (cause) {
      await thread.end("dispose");
      throw cause;
    }
    return {
      learn: async (learn) => (await thread.ask({ learn }))!,
      predict: async (predict) => void (await thread.ask({ predict })),
      dispose: () => thread.end("dispose"),
    };
  };
