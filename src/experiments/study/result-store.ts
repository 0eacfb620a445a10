/**
 * Cached results of experiments, one file an experiment: results/NAME.npz holds `records` (the bytes of a JSON document:
 * keys, values, machines, training times) and the long arrays of values, packed. Node only.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { NpyArray } from "../../files/arrays/npy.ts";
import { type Npz, openNpz } from "../../files/arrays/npz.ts";
import { writeNpz } from "../../files/arrays/npz-write.ts";
import { fileSource } from "../../files/file-source.ts";
import { isThere, onDisk, parseJson } from "../../storage/files.ts";
import { inOrder } from "../../threads/in-order.ts";
import { packNumbers, unpackNumbers } from "./packed-numbers.ts";
import { type TimeRecord, timeSchema } from "./training-time.ts";

const recordSchema = z.strictObject({
  /** Canonical JSON of what determines the value. */
  key: z.string(),
  value: z.unknown(),
  /** Fields of the value that are arrays of the file, called NAME.FIELD after the record. */
  arrays: z.array(z.string()).optional(),
  /** Where the value was computed; absent in results that are older than that. */
  machines: z.array(z.string()).optional(),
});

const documentSchema = z.strictObject({
  format: z.literal("neural-sampling results 1"),
  results: z.record(z.string(), recordSchema),
  /** Training times of runs, by their names. */
  times: z.record(z.string(), timeSchema),
});

type ResultRecord = Readonly<z.infer<typeof recordSchema>>;

export interface StoredResult {
  readonly key: string;
  readonly value: unknown;
  readonly machines?: readonly string[] | undefined;
}

export interface ResultStore {
  /** The result of that name, if any file of the folder has it. */
  readonly find: (name: string) => Promise<StoredResult | undefined>;
  /** Adds a result to the experiment's own file, or replaces it there. */
  readonly keep: (name: string, result: StoredResult) => Promise<void>;
  /** The training time of the run of that name. */
  readonly time: (run: string) => TimeRecord | undefined;
  readonly keepTime: (run: string, time: TimeRecord) => Promise<void>;
}

const ENDING = ".npz";
const RECORDS = "records";
/** An array shorter than this stays in the JSON document. */
const LEAST_PACKED = 100;

interface ResultFile {
  readonly results: Readonly<Record<string, ResultRecord>>;
  readonly times: Readonly<Record<string, TimeRecord>>;
  readonly npz?: Npz;
}

const NOTHING: ResultFile = { results: {}, times: {} };

/**
 * The results in `folder`, to which those of the experiment `own` are added. `say` is told of damaged files, which count
 * as absent. Several processes may share the folder, as long as not two of them write results of one experiment in the
 * same instant: one of both can be lost then, and is computed again.
 */
export const openResultStore = async (
  folder: string,
  own: string,
  say: (line: string) => void,
): Promise<ResultStore> => {
  const ownFile = join(folder, `${own}${ENDING}`);
  const files = new Map<string, ResultFile>();
  for (const name of (await onDisk(`reading ${folder}`, () => readdir(folder))).sort())
    if (name.endsWith(ENDING)) files.set(join(folder, name), await readFile(join(folder, name), say));

  const fileOf = (has: (file: ResultFile) => boolean): ResultFile | undefined =>
    [...files.values()].find(has);
  const inTurn = inOrder();
  /** Changes the experiment's own file, as it is on the disk by now. */
  const change = (make: (file: ResultFile) => Change): Promise<void> =>
    inTurn(async () => {
      const before = await readFile(ownFile, say);
      const { results = {}, times = {}, arrays = {} } = make(before);
      const document = {
        format: "neural-sampling results 1",
        results: { ...before.results, ...results },
        times: { ...before.times, ...times },
      };
      await writeNpz(
        ownFile,
        {
          [RECORDS]: textArray(JSON.stringify(document)),
          ...(await arraysOf(before, Object.keys(results))),
          ...arrays,
        },
        { compressionLevel: 9 },
      );
      files.set(ownFile, await readFile(ownFile, say));
    });

  return {
    async find(name) {
      const file = fileOf(({ results }) => Object.hasOwn(results, name));
      return file && resultOf(file, name);
    },
    keep: (name, { key, value, machines }) =>
      change(() => {
        const { rest, packed } = pack(value);
        const fields = Object.keys(packed);
        const record: ResultRecord = {
          ...{ key, value: rest },
          ...(fields.length > 0 && { arrays: fields }),
          ...(machines && { machines: [...machines] }),
        };
        const arrays = Object.fromEntries(fields.map((field) => [arrayName(name, field), packed[field]!]));
        return { results: { [name]: record }, arrays };
      }),
    time: (run) => fileOf(({ times }) => Object.hasOwn(times, run))?.times[run],
    keepTime: (run, time) => change(() => ({ times: { [run]: time } })),
  };
};

interface Change {
  readonly results?: Readonly<Record<string, ResultRecord>>;
  readonly times?: Readonly<Record<string, TimeRecord>>;
  readonly arrays?: Readonly<Record<string, NpyArray>>;
}

const arrayName = (name: string, field: string): string => `${name}.${field}`;

const textArray = (text: string): NpyArray => {
  const data = new TextEncoder().encode(text);
  return { type: "u1", shape: [data.length], data };
};

/** A file of results; nothing where it isn't there, or is damaged. */
const readFile = async (path: string, say: (line: string) => void): Promise<ResultFile> => {
  if (!(await isThere(path))) return NOTHING;
  try {
    const npz = await openNpz(await fileSource(path));
    const { data } = await npz.read(RECORDS);
    const document = parseJson(new TextDecoder().decode(data as Uint8Array));
    const { results, times } = documentSchema.parse(document);
    return { results, times, npz };
  } catch {
    say(`${path} is damaged: what it held is computed again`);
    return NOTHING;
  }
};

/** The arrays of a file, but those of the results named. */
const arraysOf = async (
  { npz, results }: ResultFile,
  without: readonly string[],
): Promise<Record<string, NpyArray>> => {
  const arrays: Record<string, NpyArray> = {};
  for (const [name, { arrays: fields = [] }] of Object.entries(results))
    for (const field of without.includes(name) ? [] : fields)
      arrays[arrayName(name, field)] = await npz!.read(arrayName(name, field));
  return arrays;
};

/** A result with its arrays unpacked; undefined where they are damaged. */
const resultOf = async ({ results, npz }: ResultFile, name: string): Promise<StoredResult | undefined> => {
  const { key, value, arrays = [], machines } = results[name]!;
  const unpacked: Record<string, unknown> = {};
  try {
    for (const field of arrays) unpacked[field] = unpackNumbers(await npz!.read(arrayName(name, field)));
  } catch {
    return undefined;
  }
  return { key, value: arrays.length === 0 ? value : { ...(value as object), ...unpacked }, machines };
};

/** The long arrays of a value's fields, where they can be packed without loss, and what else the value is. */
const pack = (value: unknown): { readonly rest: unknown; readonly packed: Record<string, NpyArray> } => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { rest: value, packed: {} };
  const rest: Record<string, unknown> = {};
  const packed: Record<string, NpyArray> = {};
  for (const [field, own] of Object.entries(value)) {
    const array = isNumbers(own) && own.length >= LEAST_PACKED ? packNumbers(own) : undefined;
    if (array) packed[field] = array;
    else rest[field] = own;
  }
  return { rest, packed };
};

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");
