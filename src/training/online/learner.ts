/** Online learners in Node: on a worker thread, stored in a folder. */

import { checkEngine, type EngineOptions } from "../../runtime/node.ts";
import { startWorker, type Thread, threadOf } from "../../threads/thread.ts";
import { versions } from "../runs/run.ts";
import { createLearner, type LearnerCore, type OpenLearnerPrograms } from "./core.ts";
import { type Home, readLearner, saveLearner } from "./folder.ts";
import type { LearnerReply, LearnerRequest, LearnerThreadStart } from "./learner-thread.ts";
import { type LearnerStart, type PreparedLearner, prepareLearner } from "./prepare.ts";
import type { OnlineDescription } from "./settings.ts";

export interface OnlineLearner extends Omit<LearnerCore, "snapshot" | "undo"> {
  /**
   * Writes the learner into a folder, from which `resumeOnlineLearner` resumes it with the same bits. The folder is new
   * or empty, or the one that it was saved in or read from; else it rejects with CheckpointError.
   */
  save(folder: string): Promise<void>;
}

/** Settings of an online learner, and what it runs on: one thread unless more are given. */
export interface OnlineOptions extends OnlineDescription, EngineOptions {}

/**
 * Opens a learner with initial parameters, or with those given. Calls are executed in order, awaited or not. Throws as
 * `prepareLearner`.
 */
export const openOnlineLearner = async (
  start: LearnerStart,
  options: OnlineOptions = {},
): Promise<OnlineLearner> => {
  const { device, threads, ...description } = options;
  return openLearner(prepareLearner(start, description), { device, threads });
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
    save: (folder) =>
      snapshot(async (found) => {
        home = await saveLearner(folder, { network, settings }, home, versions(), found);
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
