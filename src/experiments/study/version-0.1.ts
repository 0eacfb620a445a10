/**
 * Files that version 0.1 kept of experiments: results/SUBJECT-HASH.json for each result, results/RUN-time.json for each
 * run, and runs/RUN, all named by hashes of keys with their defaults. They are found by their content. Node only.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { networkSchema } from "../../networks/network.ts";
import { isThere, parseJson, readWhole } from "../../storage/files.ts";
import { trainingSchema } from "../../training/configuration.ts";
import { readDescription } from "../../training/runs/run-folder.ts";
import { keyContent, type RunKey, resultName, runName } from "./result-key.ts";
import type { StoredResult } from "./result-store.ts";
import { type TimeRecord, timeSchema } from "./training-time.ts";

const RESULT = /^(.+)-[0-9a-f]{12}\.json$/;
const LARGEST = 1 << 28;

const resultSchema = z.object({
  key: z.record(z.string(), z.unknown()),
  value: z.unknown(),
  machines: z.array(z.string()).optional(),
});

export interface FormerResults {
  readonly find: (name: string) => Promise<StoredResult | undefined>;
  readonly time: (run: string) => Promise<TimeRecord | undefined>;
  /** The folder of the run of that name, if there is one. */
  readonly runFolder: (run: string) => string | undefined;
}

/** Looks through a study's folder; `say` is told of damaged results, which count as absent. */
export const indexFormerResults = async (
  folder: string,
  say: (line: string) => void,
): Promise<FormerResults> => {
  const [results, runs] = [join(folder, "results"), join(folder, "runs")];
  const files = new Map<string, string>();
  const times = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const name of await readdir(results)) {
    const subject = RESULT.exec(name)?.[1];
    if (subject === undefined) continue;
    const file = join(results, name);
    const result = await readJson(file, resultSchema);
    if (result === undefined) {
      say(`${file} is damaged: computed again`);
      continue;
    }
    files.set(resultName(subject, result.key), file);
    for (const stored of runKeysIn(result.key)) times.set(...timeOf(results, stored));
  }
  for (const name of await readdir(runs)) {
    const run = join(runs, name);
    const description = await readDescription(run).catch(() => undefined);
    if (!description) continue;
    const { network, training, data } = description;
    const key = runName({ network, training, data: data.sha256 });
    folders.set(key, run);
    times.set(key, join(results, `${basename(run)}-time.json`));
  }
  return {
    async find(name) {
      const file = files.get(name);
      const found = file === undefined ? undefined : await readJson(file, resultSchema);
      return found && { key: keyContent(found.key), value: found.value, machines: found.machines };
    },
    async time(run) {
      const file = times.get(run);
      return file === undefined || !(await isThere(file)) ? undefined : readJson(file, timeSchema);
    },
    runFolder: (run) => folders.get(run),
  };
};

const storedRunSchema = z.object({ network: z.unknown(), training: z.unknown(), data: z.string() });
type StoredRunKey = z.infer<typeof storedRunSchema>;

/** The runs that a key of version 0.1 names, as they stand there. */
const runKeysIn = (key: Readonly<Record<string, unknown>>): readonly StoredRunKey[] =>
  [...(Array.isArray(key.members) ? key.members : []), { ...key, data: key.trainedOn ?? key.data }].flatMap(
    (each) => storedRunSchema.safeParse(each).data ?? [],
  );

/** The name of a run, and the file of its time, which version 0.1 named by a hash over the keys in their order. */
const timeOf = (results: string, { network, training, data }: StoredRunKey): [string, string] => {
  const hash = createHash("sha256").update(JSON.stringify({ network, training, data })).digest("hex");
  const parsed = storedSchema.safeParse({ network, training });
  if (!parsed.success) return ["", ""];
  const key: RunKey = { ...parsed.data, data };
  return [runName(key), join(results, `${key.network.name}-${hash.slice(0, 12)}-time.json`)];
};

const storedSchema = z.object({ network: networkSchema, training: trainingSchema });

const readJson = async <T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  const text = await readWhole(file, LARGEST).catch(() => new Uint8Array());
  return schema.safeParse(parseJson(new TextDecoder().decode(text))).data;
};
