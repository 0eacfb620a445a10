/**
 * A file of cached results, NAME.npz: `records` holds the bytes of a JSON document (keys, values, machines, training
 * times), the other arrays the long fields of values, packed. Node only.
 */
import { constants } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import * as z from "zod";
import { DataError } from "../../errors.ts";
import type { NpyArray } from "../../files/arrays/npy.ts";
import { openNpz } from "../../files/arrays/npz.ts";
import type { Npz } from "../../files/arrays/npz-arrays.ts";
import { writeNpz } from "../../files/arrays/npz-write.ts";
import { fileSource } from "../../files/file-source.ts";
import { onDisk, parseJson } from "../../storage/files.ts";
import { isPacked } from "./packed-numbers.ts";
import { type TimeRecord, timeSchema } from "./training-time.ts";

/** Later versions may add fields: those are kept. */
const recordSchema = z.looseObject({
  /** Canonical JSON of what determines the value. */
  key: z.string(),
  value: z.unknown(),
  /** Fields of the value that are arrays of the file, called NAME.FIELD after the record. */
  arrays: z.array(z.string()).optional(),
  /** Machines that computed the value; absent in older results. */
  machines: z.array(z.string()).optional(),
});

const FORMAT = "neural-sampling results 1";
const documentSchema = z.looseObject({
  format: z.literal(FORMAT),
  results: z.record(z.string(), z.unknown()),
  /** Training times of runs, by their names. */
  times: z.record(z.string(), z.unknown()),
});

export interface ResultEntry {
  readonly record: Readonly<z.infer<typeof recordSchema>>;
  /** The packed fields of the value. */
  readonly arrays: Readonly<Record<string, NpyArray>>;
}

export interface ResultFile {
  readonly results: ReadonlyMap<string, ResultEntry>;
  readonly times: ReadonlyMap<string, TimeRecord>;
  /** Fields of the document that this version does not know. */
  readonly others: object;
  /** The damage, in words: a phrase such as "2 results"; undefined for a file that was read as a whole. */
  readonly damage?: string;
  /** Identifies the state of the file on the disk; undefined if there is no file. */
  readonly stamp?: string | undefined;
}

const RECORDS = "records";
/** A fifth of the time of level 9, for 1 % more bytes. */
const COMPRESSION = 6;

/** Identifies the file at `path` as it is now; undefined if there is none. Throws StorageError. */
export const stampOf = (path: string): Promise<string | undefined> =>
  onDisk({ file: path }, async () => {
    try {
      const { ino, size, mtimeMs } = await stat(path);
      return [ino, size, mtimeMs].join();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw cause;
    }
  });

/**
 * All that can be read of the file at `path`, which need not be there. Throws StorageError if the disk fails, DataError
 * for a format of another version.
 */
export const readResultFile = async (path: string): Promise<ResultFile> => {
  for (;;) {
    const stamp = await stampOf(path);
    const file = stamp === undefined ? NOTHING : await readReadable(path);
    // Another process may have replaced it in the meantime.
    if ((await stampOf(path)) === stamp) return { ...file, stamp };
  }
};

const NOTHING: ResultFile = { results: new Map(), times: new Map(), others: {} };

/** The value; undefined if it is damaged. */
const unlessDamaged = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataError) return undefined;
    throw cause;
  }
};

const readReadable = async (path: string): Promise<ResultFile> => {
  const npz = await unlessDamaged(async () => openNpz(await fileSource(path)));
  const bytes = npz && (await unlessDamaged(() => npz.read(RECORDS)));
  const document = bytes && parseJson(new TextDecoder().decode(bytes.data as Uint8Array));
  requireFormat(path, document);
  const { data } = documentSchema.safeParse(document);
  if (!npz || !data) return { ...NOTHING, damage: "its results" };
  const { format: _format, results: records, times: allTimes, ...others } = data;
  const results = new Map<string, ResultEntry>();
  for (const [name, record] of Object.entries(records)) {
    const entry = await unlessDamaged(() => entryOf(npz, name, record));
    if (entry) results.set(name, entry);
  }
  const times = new Map<string, TimeRecord>();
  for (const [run, time] of Object.entries(allTimes)) {
    const parsed = timeSchema.safeParse(time);
    if (parsed.success) times.set(run, parsed.data);
  }
  const lost = [
    ...lostOf(records, results, ["result", "results"]),
    ...lostOf(allTimes, times, ["training time", "training times"]),
  ];
  return { results, times, others, ...(lost.length > 0 && { damage: lost.join(" and ") }) };
};

const lostOf = (
  all: object,
  { size }: ReadonlyMap<string, unknown>,
  [one, several]: readonly [string, string],
): readonly string[] => {
  const count = Object.keys(all).length - size;
  return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
};

/** Refuses a format of another version, whose file must stay as it is. */
const requireFormat = (path: string, document: unknown): void => {
  const { format } = z.looseObject({ format: z.string() }).safeParse(document).data ?? {};
  if (format === undefined || format === FORMAT) return;
  throw new DataError(
    { file: path },
    {
      given: `the format ${JSON.stringify(format)}`,
      expected: JSON.stringify(FORMAT),
      remedy: "Use the version of nsm that wrote it, or another folder.",
    },
  );
};

/** A result with its arrays; undefined where they or the record are damaged. */
const entryOf = async (npz: Npz, name: string, stored: unknown): Promise<ResultEntry | undefined> => {
  const { data: record } = recordSchema.safeParse(stored);
  if (!record) return undefined;
  const arrays: Record<string, NpyArray> = {};
  for (const field of record.arrays ?? []) {
    const array = await npz.read(arrayName(name, field));
    if (!isPacked(array)) return undefined;
    arrays[field] = array;
  }
  return { record, arrays };
};

const arrayName = (name: string, field: string): string => `${name}.${field}`;

/**
 * Replaces the file at `path`. One that was read in part is copied to PATH.damaged-N first, and `say` is told so.
 * Returns the file as written. Throws StorageError, and then the former file is still there.
 */
export const writeResultFile = async (
  path: string,
  { damage, ...file }: ResultFile,
  say: (line: string) => void,
): Promise<ResultFile> => {
  if (damage !== undefined) say(`the damaged file ${path} is kept as ${await copyAside(path)}`);
  const { results, times, others } = file;
  const records = Object.fromEntries([...results].map(([name, { record }]) => [name, record]));
  const document = { ...others, format: FORMAT, results: records, times: Object.fromEntries(times) };
  const packed: Record<string, NpyArray> = { [RECORDS]: textArray(JSON.stringify(document)) };
  for (const [name, { arrays }] of results)
    for (const [field, array] of Object.entries(arrays)) packed[arrayName(name, field)] = array;
  await writeNpz(path, packed, { compressionLevel: COMPRESSION });
  return { ...file, stamp: await stampOf(path) };
};

/** Copies the file to the first free PATH.damaged-N, and returns that. */
const copyAside = async (path: string): Promise<string> => {
  for (let n = 1; ; n++) {
    const copy = `${path}.damaged-${n}`;
    const isFree = await onDisk(`copying ${path} to ${copy}`, async () => {
      try {
        await copyFile(path, copy, constants.COPYFILE_EXCL);
        return true;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw cause;
      }
    });
    if (isFree) return copy;
  }
};

const textArray = (text: string): NpyArray => {
  const data = new TextEncoder().encode(text);
  return { type: "u1", shape: [data.length], data };
};
