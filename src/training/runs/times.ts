/**
 * Wall time of a run's steps, in the run's folder as times.jsonl: a line for each checkpoint. It stands beside
 * metrics.jsonl, not in it: the metrics of a run are the same bytes each time it is trained, its times are not.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { parseJson, readIfThere, replaceFile } from "../../storage/files.ts";

const timeSchema = z.strictObject({
  /** Steps done before and after. */
  from: z.int().min(0),
  step: z.int().min(1),
  /** Wall time of these steps, waiting for data included, validation and checkpoints not. */
  seconds: z.number().min(0),
});

/** A line of times.jsonl. */
export type StepsTime = Readonly<z.infer<typeof timeSchema>>;

const timesFile = (folder: string): string => join(folder, "times.jsonl");

/**
 * The lines up to, and including, step `last`. Lines that are damaged are left out: it is a record, and `secondsBy` knows
 * what is missing. Throws StorageError for a file that cannot be read.
 */
export const readTimes = async (
  folder: string,
  last = Number.POSITIVE_INFINITY,
): Promise<readonly StepsTime[]> => {
  const file = timesFile(folder);
  const text = await readIfThere(file, () => readFile(file, "utf8"));
  return (text ?? "")
    .split("\n")
    .flatMap((line) => timeSchema.safeParse(parseJson(line)).data ?? [])
    .filter(({ step }) => step <= last);
};

export const writeTimes = (folder: string, lines: readonly StepsTime[]): Promise<void> =>
  replaceFile(timesFile(folder), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

/** Seconds from the start of the run to the end of steps; null where the time of a step before is not recorded. */
export const secondsBy = (lines: readonly StepsTime[]): ((step: number) => number | null) => {
  const known = new Map([[0, 0]]);
  let [at, seconds] = [0, 0];
  for (const line of lines) {
    if (line.from !== at) break;
    at = line.step;
    seconds += line.seconds;
    known.set(at, seconds);
  }
  return (step) => known.get(step) ?? null;
};
