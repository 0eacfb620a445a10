/**
 * Checkpoints: the whole state of a run after some step, as one safetensors file with a checksum. A checkpoint is
 * written whole or not at all, and the one before it is kept.
 */

import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { CheckpointError, ConfigError } from "../../errors.ts";
import { makeFolder, onDisk, readIfThere, removeLeftovers, replaceFile } from "../../storage/files.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../storage/safetensors.ts";
import { sha256InSlices } from "../../storage/sha256.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { Position } from "../progress.ts";
import { requireFinite, type StateArrays, type StateShapes } from "../state.ts";

/** The run that checkpoints belong to. */
export interface CheckpointOwner {
  /** Identifies the run's configuration. */
  readonly fingerprint: string;
  /** The fingerprint in checkpoints that version 0.1 wrote for the same configuration. */
  readonly fingerprintOfVersion01?: string;
  /** Shapes of the run's state; called only for the run's own configuration. */
  readonly shapes: () => StateShapes;
  /** The file beside the checkpoints that holds the configuration. */
  readonly describedIn: string;
  /** Remedy where there is no checkpoint. */
  readonly ifNone: string;
}

export interface Checkpoint {
  /** The file that it was read from. */
  readonly file: string;
  readonly position: Position;
  readonly state: StateArrays;
}

const FORMAT = "neural-sampling checkpoint 1";
const NAME = /^step-\d{9}\.safetensors$/;
const KEPT = 2;

const fileName = (step: number): string => `step-${String(step).padStart(9, "0")}.safetensors`;

/** The checkpoint files of a folder, the newest first; none if the folder isn't there yet. */
const listCheckpoints = async (folder: string): Promise<readonly string[]> => {
  const files = (await readIfThere(folder, () => readdir(folder))) ?? [];
  return files
    .filter((file) => NAME.test(file))
    .sort()
    .reverse();
};

/**
 * Writes a checkpoint of `owner` into `folder` and removes all others but the newest of them. Arrays that are not finite are
 * refused: NumericError, and nothing is written.
 */
export const writeCheckpoint = async (
  folder: string,
  owner: CheckpointOwner,
  position: Position,
  state: StateArrays,
): Promise<string> => {
  await requireFinite(state, position.step);
  const shapes = owner.shapes();
  const tensors = Object.fromEntries(
    Object.entries(state).map(([name, data]) => [name, { shape: shapes[name]!, data }]),
  );
  const described = { format: FORMAT, run: owner.fingerprint, position: JSON.stringify(position) };
  const sha256 = await digest(described, tensors);
  // Megabytes are copied next: the event loop gets its turn before.
  await setImmediate();
  const bytes = encodeSafetensors({ tensors, metadata: { ...described, sha256 } });
  const file = join(folder, fileName(position.step));
  await makeFolder(folder);
  await replaceFile(file, bytes);
  await removeLeftovers(folder);
  const others = (await listCheckpoints(folder)).filter((name) => join(folder, name) !== file);
  for (const old of others.slice(KEPT - 1))
    await onDisk(`removing ${old}`, () => rm(join(folder, old), { force: true }));
  return file;
};

/** Largest state, in bytes: Node reads whole files below 2 GiB; a MiB of it is for the header. */
const LARGEST_STATE = 2 ** 31 - 2 ** 20;

/** Throws ConfigError for a state whose checkpoint would be too large to read. */
export const checkStorable = ({ shapes }: CheckpointOwner): void => {
  const bytes = 4 * Object.values(shapes()).reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (bytes > LARGEST_STATE)
    throw new ConfigError("checkpoints of this run", {
      given: `${bytes} bytes of parameters and optimiser state`,
      expected: `at most ${LARGEST_STATE}`,
      remedy: "Take a smaller network, or an optimiser with less state.",
    });
};

/** Whether `folder` has a checkpoint: a run that was killed during its set-up has none. */
export const hasCheckpoint = async (folder: string): Promise<boolean> =>
  (await listCheckpoints(folder)).length > 0;

/** Steps done at the newest checkpoint of `folder`, if it has any. */
export const newestStep = async (folder: string): Promise<number | undefined> => {
  const [newest] = await listCheckpoints(folder);
  return newest === undefined ? undefined : Number(/\d+/.exec(newest)![0]);
};

/** Reads the newest checkpoint of `folder`. Throws CheckpointError unless it is undamaged and belongs to `owner`. */
export const readNewestCheckpoint = async (folder: string, owner: CheckpointOwner): Promise<Checkpoint> => {
  const [newest, before] = await listCheckpoints(folder);
  if (!newest)
    throw new CheckpointError(`reading ${folder}`, {
      given: "no checkpoint",
      expected: "a file such as step-000000600.safetensors",
      remedy: owner.ifNone,
    });
  const file = join(folder, newest);
  const retreat = before
    ? `Remove it to go on from ${before}.`
    : "There is none before it: train the run anew.";
  return decodeCheckpoint(file, owner, retreat);
};

const decodeCheckpoint = async (
  file: string,
  owner: CheckpointOwner,
  remedy: string,
): Promise<Checkpoint> => {
  const refuse = (given: string, expected: string, mend = remedy): never => {
    throw new CheckpointError(`reading checkpoint ${file}`, { given, expected, remedy: mend });
  };
  const bytes = await onDisk(`reading ${file}`, () => readFile(file));
  const { tensors, metadata } = decode(bytes, refuse);
  const { sha256, ...described } = metadata;
  if (described.format !== FORMAT) refuse(`the format "${described.format ?? "unknown"}"`, `"${FORMAT}"`);
  const state = Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [
      name,
      data instanceof Float32Array ? data : refuse(`${name} of another type`, "float32 arrays"),
    ]),
  );
  if (sha256 !== (await digest(described, tensors)))
    refuse("contents that do not match their checksum", "an undamaged file");
  if (described.run !== owner.fingerprint && described.run !== owner.fingerprintOfVersion01)
    refuse(
      "a checkpoint of another configuration",
      `one of the configuration in ${owner.describedIn}`,
      `Put back the ${owner.describedIn} that belongs to it, or begin anew.`,
    );
  const [found, expected] = [shapesOf(tensors), owner.shapes()].map(inWords);
  if (found !== expected) refuse(`arrays ${found}`, `those of the run's network: ${expected}`);
  return { file, position: JSON.parse(described.position!) as Position, state };
};

const decode = (bytes: Uint8Array, refuse: (given: string, expected: string) => never) => {
  try {
    return decodeSafetensors(bytes);
  } catch (cause) {
    if (cause instanceof CheckpointError) return refuse(cause.given, cause.expected);
    throw cause;
  }
};

type Tensors = Readonly<Record<string, StoredTensor>>;

const shapesOf = (tensors: Tensors): StateShapes =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));

const inWords = (shapes: StateShapes): string =>
  Object.keys(shapes)
    .sort()
    .map((name) => `${name} [${shapes[name]!.join(", ")}]`)
    .join(", ");

/** SHA-256 over the description and every tensor's name, shape and elements. */
const digest = (described: Readonly<Record<string, string>>, tensors: Tensors): Promise<string> =>
  sha256InSlices([
    JSON.stringify(Object.entries(described).sort()),
    ...Object.keys(tensors)
      .sort()
      .flatMap((name) => {
        const { shape, data } = tensors[name]!;
        return [JSON.stringify([name, shape]), data];
      }),
  ]);
