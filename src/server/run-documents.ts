/** What the studio shows of a run: a summary for lists, and the whole of its records. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type LayerInfo, layerTable } from "../networks/layer-table.ts";
import { usesNoise } from "../networks/plan.ts";
import { noiseLabel } from "../nn/noise/noise.ts";
import { folderOwner } from "../storage/folder-lock.ts";
import { type RunEvaluation, readEvaluation } from "../training/runs/evaluation.ts";
import {
  type EpochMetrics,
  type RunDescription,
  readDescription,
  readMetrics,
  runFile,
} from "../training/runs/run-folder.ts";
import { readTimes, secondsBy } from "../training/runs/times.ts";
import { Refused } from "./refused.ts";
import { requireRun } from "./runs-folder.ts";

/** An epoch, with the wall time of the training steps up to its end; null where it is not recorded. */
export interface TimedEpoch extends EpochMetrics {
  readonly seconds: number | null;
}

/** What a run is doing, by its files; "missing": it has none yet. */
export type RunStatus = "training" | "finished" | "stopped" | "damaged" | "missing";

/** A run in a list. */
export interface RunSummary {
  readonly name: string;
  readonly status: RunStatus;
  /** Why it cannot be read; then nothing else is known. */
  readonly error?: string;
  /** The process that trains it, such as "process 12". */
  readonly owner?: string;
  readonly network?: string;
  /** The noise of its synapses, as "bernoulli p=0.5"; absent where it has none. */
  readonly noise?: string;
  readonly data?: string;
  readonly epochs?: number;
  readonly epochsDone?: number;
  readonly last?: TimedEpoch;
  readonly evaluation?: Pick<RunEvaluation, "error" | "nll" | "ece" | "split" | "samples" | "step">;
  /** When run.json was written last, in milliseconds since 1970. */
  readonly changed?: number;
}

/** All records of a run. */
export interface RunDetail extends RunSummary {
  readonly description?: RunDescription;
  readonly metrics: readonly TimedEpoch[];
  readonly layers: readonly LayerInfo[];
  /** Messages of records that are damaged and left out. */
  readonly damage: readonly string[];
}

/** The records of the run `name` in `folder`. Throws Refused if there is none, and for one that cannot be read. */
const readRecords = async (
  folder: string,
  name: string,
): Promise<{
  readonly summary: RunSummary;
  readonly description: RunDescription;
  readonly metrics: readonly TimedEpoch[];
  readonly damage: readonly string[];
}> => {
  const place = await requireRun(folder, name);
  const damage: string[] = [];
  /** Leaves out a record that is damaged. */
  const note = (error: unknown): undefined => {
    damage.push(messageOf(error));
  };
  const description = await readDescription(place);
  const { network, training, data } = description;
  const [lines, times, evaluation, owner, entry] = await Promise.all([
    readMetrics(place).catch(note),
    readTimes(place),
    readEvaluation(place).catch(note),
    folderOwner(place),
    stat(runFile(place)),
  ]);
  const secondsAt = secondsBy(times);
  const metrics = (lines ?? []).map((line) => ({ ...line, seconds: secondsAt(line.step) }));
  const last = metrics.at(-1);
  const isDone = last !== undefined && last.epoch >= training.epochs;
  const summary: RunSummary = {
    name,
    status: owner === undefined ? (isDone ? "finished" : "stopped") : "training",
    ...(owner !== undefined && { owner }),
    network: network.name,
    ...(usesNoise(network) && { noise: noiseLabel(network.noise) }),
    data: data.name,
    epochs: training.epochs,
    epochsDone: last?.epoch ?? 0,
    ...(last && { last }),
    ...(evaluation && { evaluation }),
    changed: entry.mtimeMs,
  };
  return { summary, description, metrics, damage };
};

const damaged = (name: string, error: unknown): RunSummary => ({
  ...{ name, status: "damaged", error: messageOf(error) },
});

/** The run `name` in `folder`. Throws Refused if there is none; a run that cannot be read is a document with its error. */
export const readRunDetail = async (folder: string, name: string): Promise<RunDetail> => {
  try {
    const { summary, description, metrics, damage } = await readRecords(folder, name);
    return { ...summary, description, metrics, damage, layers: layerTable(description.network) };
  } catch (error) {
    if (error instanceof Refused) throw error;
    return { ...damaged(name, error), metrics: [], layers: [], damage: [] };
  }
};

/** The summary of the run `name` in `folder`; one that cannot be read has its error. */
export const readRunSummary = async (folder: string, name: string): Promise<RunSummary> => {
  try {
    return (await readRecords(folder, name)).summary;
  } catch (error) {
    return damaged(name, error);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The files that a summary is made of: it changes only when one of them does. */
const FILES = ["run.json", "metrics.jsonl", "times.jsonl", "evaluation.json"];

/** A text that changes with the files and the locks of a run. */
export const stampOf = async (folder: string, name: string): Promise<string> => {
  const place = join(folder, ...name.split("/"));
  const stamps = FILES.map(async (file) => {
    const entry = await stat(join(place, file)).catch(() => undefined);
    return entry ? `${entry.ino} ${entry.size} ${entry.mtimeMs}` : "-";
  });
  const owner = await folderOwner(place).catch(() => "");
  return [...(await Promise.all(stamps)), owner ?? "-"].join("|");
};
