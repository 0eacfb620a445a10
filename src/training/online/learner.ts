/** Online learners in Node: on a worker thread, stored in a folder. */
import { openChips } from "../../inference/chips/open-chips.ts";
import type { Model } from "../../networks/model.ts";
import { checkEngine, type EngineOptions } from "../../runtime/node.ts";
import { type LearningChip, learningChip } from "../../substrate/learning-chip.ts";
import { startWorker } from "../../threads/start.ts";
import { type Thread, threadOf } from "../../threads/thread.ts";
import { versions } from "../runs/run.ts";
import { parametersIn } from "../state.ts";
import { type LearnerChip, type PlaceOnChip, parseLearnerChip } from "./chip.ts";
import { createLearner, type LearnerCore, type OpenLearnerPrograms } from "./core.ts";
import { type Home, readLearner, saveLearner } from "./folder.ts";
import type { LearnerReply, LearnerRequest, LearnerThreadStart } from "./learner-thread.ts";
import { type LearnerStart, type PreparedLearner, preparedOnChip, prepareLearner } from "./prepare.ts";
import type { OnlineDescription } from "./settings.ts";

export interface OnlineLearner extends Omit<LearnerCore, "snapshot" | "undo"> {
  /**
   * Writes the learner into a folder, from which `resumeOnlineLearner` resumes it with the same bits. The folder is new,
   * empty, left by a first save that failed, or the one that it was saved in or read from; else it rejects with
   * CheckpointError. A learner on a chip is saved with the device, the number of its chip and the weights that were
   * programmed, from which the chip is made again.
   */
  save(folder: string): Promise<void>;
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
  if (!onChip) return openLearner(prepared, { device, threads });
  const place = parseLearnerChip(onChip);
  const { network, state, settings } = prepared;
  const model: Model = { network, parameters: parametersIn(network, state) };
  const chip = await learningChipOf(model, place, settings.seed);
  return openLearner(preparedOnChip(prepared, chip), { device, threads }, { onChip: place });
};

/** The model on its chip, as one to learn on. */
const learningChipOf = async (
  model: Model,
  { device, ...place }: PlaceOnChip,
  seed: number,
): Promise<LearningChip> => {
  const options = { seed, ...place };
  const chips = openChips(model, device);
  const synapses = await chips.synapses(options).finally(chips.close);
  return learningChip(model, device, synapses, options);
};

/**
 * Opens the learner that was saved in `folder`, on its chip if it learned on one. Throws CheckpointError or StorageError if it
 * is missing or damaged.
 */
export const resumeOnlineLearner = async (
  folder: string,
  options: EngineOptions = {},
): Promise<OnlineLearner> => {
  const { home, onChip, programmed, ...prepared } = await readLearner(folder);
  if (!onChip) return openLearner(prepared, options, { home });
  const { network, state, settings } = prepared;
  const model: Model = { network, parameters: { ...parametersIn(network, state), ...programmed } };
  const chip = await learningChipOf(model, onChip, settings.seed);
  return openLearner({ ...prepared, chip }, options, { home, onChip });
};

type LearnerEngine = { readonly [Name in keyof EngineOptions]: EngineOptions[Name] | undefined };

const openLearner = async (
  prepared: PreparedLearner,
  options: LearnerEngine,
  { onChip, ...from }: { readonly home?: Home; readonly onChip?: PlaceOnChip } = {},
): Promise<OnlineLearner> => {
  const { snapshot, undo: _, ...learner } = await createLearner(prepared, onThread(options));
  const { network, settings, chip } = prepared;
  const own = { network, settings, ...(onChip && { onChip, programmed: chip!.programmed }) };
  let { home } = from;
  return {
    ...learner,
    save: async (folder) =>
      snapshot(async (found) => {
        home = await saveLearner(folder, own, home, versions(), found);
      }),
  };
};

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
