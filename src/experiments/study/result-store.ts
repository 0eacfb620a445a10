/** Cached results of experiments: a folder with one file an experiment, results/NAME.npz (result-file.ts). Node only. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { NsmError } from "../../errors.ts";
import type { NpyArray } from "../../files/arrays/npy.ts";
import { onDisk } from "../../storage/files.ts";
import { inOrder } from "../../threads/in-order.ts";
import { packNumbers, unpackNumbers } from "./packed-numbers.ts";
import {
  type ResultEntry,
  type ResultFile,
  readResultFile,
  stampOf,
  writeResultFile,
} from "./result-file.ts";
import type { TimeRecord } from "./training-time.ts";

export interface StoredResult {
  readonly key: string;
  readonly value: unknown;
  readonly machines?: readonly string[] | undefined;
}

export interface ResultStore {
  /** The result of that name, if any file of the folder has it. */
  readonly find: (name: string) => StoredResult | undefined;
  /** Adds a result to the experiment's own file, or replaces it there. Throws StorageError, DataError. */
  readonly keep: (name: string, result: StoredResult) => Promise<void>;
  /** The training time of the run of that name. */
  readonly time: (run: string) => TimeRecord | undefined;
  readonly keepTime: (run: string, time: TimeRecord) => Promise<void>;
}

const ENDING = ".npz";
/** An array shorter than this stays in the JSON document. */
const LEAST_PACKED = 100;

/**
 * The results in `folder`, to which those of the experiment `own` are added. Damaged results are absent, which `say` is
 * told once; the others of their file stay. Several processes may share the folder, as long as not two of them write
 * results of one experiment in the same instant: one of both can be lost then, and is computed again. Throws
 * StorageError if the experiment's own file cannot be read, DataError if another version wrote it.
 */
export const openResultStore = async (
  folder: string,
  own: string,
  say: (line: string) => void,
): Promise<ResultStore> => {
  const ownFile = join(folder, `${own}${ENDING}`);
  const read = async (path: string): Promise<ResultFile> => {
    const file = await readResultFile(path);
    if (file.damage) say(`${path} is damaged: ${file.damage} cannot be read and must be computed again`);
    return file;
  };
  const files = new Map([[ownFile, await read(ownFile)]]);
  for (const name of (await onDisk(`reading ${folder}`, () => readdir(folder))).sort()) {
    const path = join(folder, name);
    if (!name.endsWith(ENDING) || path === ownFile) continue;
    try {
      files.set(path, await read(path));
    } catch (cause) {
      if (!(cause instanceof NsmError)) throw cause;
      say(`${cause.message} Its results are not used.`);
    }
  }

  const firstIn = <T>(find: (file: ResultFile) => T | undefined): T | undefined => {
    for (const file of files.values()) {
      const found = find(file);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const inTurn = inOrder();
  /** Changes the experiment's own file, which another process may have written in the meantime. */
  const change = (make: (file: ResultFile) => Partial<ResultFile>): Promise<void> =>
    inTurn(async () => {
      const kept = files.get(ownFile)!;
      const before = (await stampOf(ownFile)) === kept.stamp ? kept : await read(ownFile);
      files.set(ownFile, await writeResultFile(ownFile, { ...before, ...make(before) }, say));
    });

  return {
    find(name) {
      const entry = firstIn(({ results }) => results.get(name));
      return entry && resultOf(entry);
    },
    keep: (name, result) =>
      change(({ results }) => ({ results: new Map(results).set(name, entryOf(result)) })),
    time: (run) => firstIn(({ times }) => times.get(run)),
    keepTime: (run, time) => change(({ times }) => ({ times: new Map(times).set(run, time) })),
  };
};

const resultOf = ({ record, arrays }: ResultEntry): StoredResult => {
  const { key, value, machines } = record;
  const unpacked = Object.entries(arrays).map(([field, array]) => [field, unpackNumbers(array)] as const);
  const whole = unpacked.length === 0 ? value : { ...(value as object), ...Object.fromEntries(unpacked) };
  return { key, value: whole, machines };
};

/** A result whose long arrays are packed, where that loses nothing. */
const entryOf = ({ key, value, machines }: StoredResult): ResultEntry => {
  const arrays: Record<string, NpyArray> = {};
  let rest = value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [field, own] of Object.entries(value)) {
      const array = isNumbers(own) && own.length >= LEAST_PACKED ? packNumbers(own) : undefined;
      if (array) arrays[field] = array;
    }
    rest = Object.fromEntries(Object.entries(value).filter(([field]) => !(field in arrays)));
  }
  const fields = Object.keys(arrays);
  const record = {
    ...{ key, value: rest },
    ...(fields.length > 0 && { arrays: fields }),
    ...(machines && { machines: [...machines] }),
  };
  return { record, arrays };
};

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");
