/**
 * Folder of an online learner: learner.json (its network, settings and chip) and checkpoints/, in the format of those of runs.
 * Checkpoints of a learner on a chip also hold the weights that its cells were programmed to. Every file is written whole or
 * not at all.
 */
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import { CheckpointError } from "../../errors.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { type Network, networkSchema } from "../../networks/network.ts";
import { parametersOf } from "../../networks/plan.ts";
import { withoutDefaults } from "../../storage/canonical.ts";
import { contentsOf, requireEmpty } from "../../storage/empty-folder.ts";
import { onDisk, readWhole, removeLeftovers, replaceFile } from "../../storage/files.ts";
import { withFolderLock } from "../../storage/folder-lock.ts";
import { parseDocument } from "../../storage/json-document.ts";
import type { Shape } from "../../tensor/tensor.ts";
import {
  type Checkpoint,
  type CheckpointOwner,
  newestStep,
  readNewestCheckpoint,
  writeCheckpoint,
} from "../runs/checkpoint.ts";
import { contentHash, hashOfVersion01, networkContent } from "../runs/fingerprint.ts";
import { checkpointFolder } from "../runs/run-folder.ts";
import { type StateShapes, stateShapes } from "../state.ts";
import { learnerChipSchema, type PlaceOnChip } from "./chip.ts";
import { type OnlineSettings, onlineSchema } from "./settings.ts";

const schema = z.strictObject({
  format: z.literal("neural-sampling learner 1"),
  /** Versions of the software that saved it last. */
  versions: z.record(z.string(), z.string()),
  network: networkSchema,
  settings: onlineSchema,
  onChip: learnerChipSchema.optional(),
});

type Description = z.infer<typeof schema>;

/** Network, settings and chip of a learner, which its checkpoints belong to. */
interface LearnerIdentity {
  readonly network: Network;
  readonly settings: OnlineSettings;
  readonly onChip?: PlaceOnChip | undefined;
}

/** A learner besides its state. */
export interface StoredLearner extends LearnerIdentity {
  /** Weights that the cells of its chip were programmed to, by name; absent without a chip. */
  readonly programmed?: ParameterArrays | undefined;
}

/** Largest size of learner.json that is read, in bytes. */
const LARGEST = 1 << 26;

const learnerFile = (folder: string): string => join(folder, "learner.json");

const fingerprint = ({ network, settings, onChip }: LearnerIdentity): string =>
  contentHash({
    network: networkContent(network),
    settings: withoutDefaults(onlineSchema, settings),
    onChip: withoutDefaults(learnerChipSchema, onChip),
  });

/** Network, settings and chip as learner.json has them. They are written back unchanged when the learner is saved again. */
type StoredDocument = { readonly [Key in keyof LearnerIdentity]: unknown };

/** Name of the programmed weights of a parameter. */
const programmedName = (weight: string): string => `${weight}/programmed`;

/** Names and shapes of the weights that a chip's cells hold. */
const programmedShapes = ({ network, onChip }: LearnerIdentity): [name: string, shape: Shape][] =>
  onChip
    ? parametersOf(network).flatMap(({ kind, name, shape }) => (kind === "weight" ? [[name, shape]] : []))
    : [];

/** Shapes of all arrays of a checkpoint. */
const shapesOf = (learner: LearnerIdentity): StateShapes => ({
  ...stateShapes(learner.network, learner.settings),
  ...Object.fromEntries(programmedShapes(learner).map(([name, shape]) => [programmedName(name), shape])),
});

const ownerOf = (learner: LearnerIdentity): CheckpointOwner => ({
  fingerprint: fingerprint(learner),
  shapes: () => shapesOf(learner),
  describedIn: "learner.json",
  ifNone: "Save the learner again, or start a new one in another folder.",
});

/** Folder that a learner was last saved in or read from, and the number of examples it had learned by then. */
export interface Home {
  readonly folder: string;
  readonly step: number;
  readonly document: StoredDocument;
}

/**
 * Saves a learner in `folder`, beside its last checkpoint there, and returns its new home. Throws CheckpointError unless
 * the folder is new, empty, left by a first save that failed, or the learner's home, and while another process writes into it.
 */
export const saveLearner = (
  folder: string,
  { programmed = {}, ...learner }: StoredLearner,
  home: Home | undefined,
  versions: Description["versions"],
  { position, state }: Omit<Checkpoint, "file">,
): Promise<Home> =>
  withFolderLock(folder, refuseLock(folder), async () => {
    await removeLeftovers(folder);
    const isHome = home?.folder === resolve(folder);
    if (isHome) await requireUnchanged(home);
    else if (!(await isUnfinished(folder)))
      await requireEmpty(folder, {
        subject: `saving a learner in ${folder}`,
        expected: "a new or an empty folder, or the one that this learner was saved in or read from",
        own: "learner.json",
        resume: "Resume the learner that is there with resumeOnlineLearner",
      });
    const document = isHome ? home.document : learner;
    const description: { readonly [Key in keyof Description]: unknown } = {
      ...{ format: "neural-sampling learner 1", versions },
      ...document,
    };
    await replaceFile(learnerFile(folder), `${JSON.stringify(description, null, 2)}\n`);
    const written = Object.entries(programmed).map(([name, weights]) => [programmedName(name), weights]);
    const arrays = { ...state, ...Object.fromEntries(written) };
    await writeCheckpoint(checkpointFolder(folder), ownerOf(learner), position, arrays);
    return { folder: resolve(folder), step: position.step, document };
  });

/** Whether a learner's first save in the folder failed before its checkpoint was written: it holds nothing but its learner.json. */
const isUnfinished = async (folder: string): Promise<boolean> => {
  const contents = await contentsOf(folder);
  return (
    contents.includes("learner.json") &&
    contents.every((name) => ["learner.json", "checkpoints"].includes(name)) &&
    (await newestStep(checkpointFolder(folder))) === undefined
  );
};

const refuseLock = (folder: string) => (owner: string, remedy: string) =>
  new CheckpointError(`saving a learner in ${resolve(folder)}`, {
    given: `a folder that ${owner} is writing into`,
    expected: "one that no other process writes into",
    remedy,
  });

/** Refuses a folder in which another learner that was read from it has been saved since. */
const requireUnchanged = async ({ folder, step }: Home): Promise<void> => {
  const there = await newestStep(checkpointFolder(folder));
  if (there === undefined || there === step) return;
  throw new CheckpointError(`saving a learner in ${folder}`, {
    given: `a folder where another learner was saved after ${there} examples, this one after ${step}`,
    expected: "what this learner saved last",
    remedy: "Name another folder.",
  });
};

/** Reads the learner that was last saved in `folder`. Throws CheckpointError or StorageError if it is missing or damaged. */
export const readLearner = async (
  folder: string,
): Promise<StoredLearner & Checkpoint & { readonly home: Home }> => {
  const { learner, document } = await readStored(folder);
  const owner = { ...ownerOf(learner), fingerprintOfVersion01: hashOfVersion01(document) };
  const found = await readNewestCheckpoint(checkpointFolder(folder), owner);
  const programmed = programmedShapes(learner).map(([name]) => [name, found.state[programmedName(name)]!]);
  const own = Object.keys(stateShapes(learner.network, learner.settings));
  const state = Object.fromEntries(own.map((name) => [name, found.state[name]!]));
  return {
    ...learner,
    ...found,
    state,
    programmed: Object.fromEntries(programmed),
    home: { folder: resolve(folder), step: found.position.step, document },
  };
};

const readStored = async (
  folder: string,
): Promise<{ readonly learner: LearnerIdentity; readonly document: StoredDocument }> => {
  const file = learnerFile(folder);
  await onDisk(`reading learner ${folder}`, () => access(file), {
    expected: "a learner's folder, which has a learner.json",
    remedy: "Name the folder that it was saved in.",
  });
  const text = new TextDecoder().decode(await readWhole(file, LARGEST));
  const parsed = parseDocument(schema, text);
  if ("given" in parsed)
    throw new CheckpointError(`reading ${file}`, {
      given: parsed.given,
      expected: "the learner.json that was saved",
      remedy: "Put the original back, or start a new learner.",
    });
  const { network, settings, onChip } = parsed.data;
  const stored: StoredDocument = JSON.parse(text);
  return {
    learner: { network, settings, onChip },
    document: { network: stored.network, settings: stored.settings, onChip: stored.onChip },
  };
};
