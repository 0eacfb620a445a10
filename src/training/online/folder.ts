/**
 * A learner's folder: learner.json (what determines it) and checkpoints/, as those of runs. Every file is written whole
 * or not at all.
 */
import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { CheckpointError } from "../../errors.ts";
import { withFolderLock } from "../../folder-lock.ts";
import { type Network, networkSchema } from "../../networks/network.ts";
import { onDisk, parseJson, readWhole, replaceFile } from "../../storage.ts";
import {
  type Checkpoint,
  type CheckpointOwner,
  newestStep,
  type Position,
  readNewestCheckpoint,
  writeCheckpoint,
} from "../checkpoint.ts";
import { checkpointFolder } from "../run-folder.ts";
import { type StateArrays, stateShapes } from "../state.ts";
import { type OnlineSettings, onlineSchema } from "./settings.ts";

const schema = z.strictObject({
  format: z.literal("neural-sampling learner 1"),
  /** Of what it was saved with last. */
  versions: z.record(z.string(), z.string()),
  network: networkSchema,
  settings: onlineSchema,
});

type Description = z.infer<typeof schema>;

/** What determines a learner. */
export interface LearnerIdentity {
  readonly network: Network;
  readonly settings: OnlineSettings;
}

const LARGEST = 1 << 26;

const learnerFile = (folder: string): string => join(folder, "learner.json");

const fingerprint = ({ network, settings }: LearnerIdentity): string =>
  createHash("sha256").update(JSON.stringify({ network, settings })).digest("hex");

const ownerOf = (learner: LearnerIdentity): CheckpointOwner => ({
  fingerprint: fingerprint(learner),
  shapes: () => stateShapes(learner.network, learner.settings.optimizer),
});

/**
 * Writes what the learner is into `folder`, which is made if it isn't there; of earlier checkpoints one is kept. Throws
 * CheckpointError for a folder of another learner, for one that is further on, and for one that another process writes.
 */
export const saveLearner = (
  folder: string,
  learner: LearnerIdentity,
  versions: Description["versions"],
  position: Position,
  state: StateArrays,
): Promise<void> =>
  withFolderLock(folder, refuseLock(folder), async () => {
    const file = learnerFile(folder);
    if (await exists(file)) await requireEarlier(folder, learner, position);
    const description: Description = { format: "neural-sampling learner 1", versions, ...learner };
    await replaceFile(file, `${JSON.stringify(description, null, 2)}\n`);
    await writeCheckpoint(checkpointFolder(folder), ownerOf(learner), position, state);
  });

const refuseLock = (folder: string) => (pid: number, remedy: string) =>
  new CheckpointError(`saving a learner in ${resolve(folder)}`, {
    given: `a folder that process ${pid} is writing into`,
    expected: "one that no other process writes into",
    remedy,
  });

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const requireEarlier = async (
  folder: string,
  learner: LearnerIdentity,
  { step }: Position,
): Promise<void> => {
  const refuse = (given: string): never => {
    throw new CheckpointError(`saving a learner in ${folder}`, {
      given,
      expected: "a new folder, or the one it was saved in before",
      remedy: "Name another folder.",
    });
  };
  if (fingerprint(await readDescription(folder)) !== fingerprint(learner))
    refuse("a folder of another learner");
  const there = await newestStep(checkpointFolder(folder));
  if (there !== undefined && there > step)
    refuse(`a folder with ${there} examples learned, where this learner has ${step}`);
};

/** What was saved last. Throws CheckpointError or StorageError where that is damaged or not there. */
export const readLearner = async (folder: string): Promise<LearnerIdentity & Checkpoint> => {
  const { network, settings } = await readDescription(folder);
  const learner = { network, settings };
  return { ...learner, ...(await readNewestCheckpoint(checkpointFolder(folder), ownerOf(learner))) };
};

const readDescription = async (folder: string): Promise<Description> => {
  const file = learnerFile(folder);
  await onDisk(`reading learner ${folder}`, () => access(file), {
    expected: "a learner's folder, which has a learner.json",
    remedy: "Name the folder that it was saved in.",
  });
  const parsed = schema.safeParse(parseJson(new TextDecoder().decode(await readWhole(file, LARGEST))));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CheckpointError(`reading ${file}`, {
    given: `at ${issue!.path.join(".") || "the document"}: ${issue!.message}`,
    expected: "the learner.json that was saved",
    remedy: "Put the original back, or begin anew.",
  });
};
