/**
 * A run is a folder: run.json (what determines the run), metrics.jsonl (a line an epoch), times.jsonl (a line a
 * checkpoint), checkpoints/ and, once the run was evaluated, evaluation.json. Every file is written whole or not at all.
 */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { CheckpointError, ConfigError } from "../../errors.ts";
import { networkSchema } from "../../networks/network.ts";
import { requireEmpty } from "../../storage/empty-folder.ts";
import {
  isThere,
  onDisk,
  parseJson,
  readIfThere,
  removeLeftovers,
  replaceFile,
} from "../../storage/files.ts";
import { parseDocument } from "../../storage/json-document.ts";
import { parseBySchema } from "../../storage/schema-issue.ts";
import { trainingSchema } from "../configuration.ts";
import { validationSchema } from "../validation.ts";
import { contentHash, hashOfVersion01, networkContent, trainingContent } from "./fingerprint.ts";

/** What a run records of its data. */
export const dataSchema = z.strictObject({
  /** The split as results name it. */
  name: z.string(),
  count: z.int().min(1),
  /** Checksum of its shape, labels and pixels. */
  sha256: z.string(),
  /** Number of training examples held out for validation, and the random seed that drew them. */
  validation: z.strictObject({ count: z.int().min(1), seed: z.int().min(0) }).optional(),
  /** Labels in use, of data with two kinds. */
  labels: z.enum(["fine", "coarse"]).optional(),
  /** Names of the classes, if they have names. */
  classNames: z.array(z.string()).optional(),
  /** Mean brightness of the border of one-channel images, 0 to 1: whether their ground is dark or bright. */
  border: z.number().min(0).max(1).optional(),
  /** Whether every training pixel is 0 or 255, as 0 and 1 of .npz files become; absent in runs of earlier versions. */
  binary: z.boolean().optional(),
  /** Folder of the data; absent for the embedded digits. */
  folder: z.string().optional(),
});

const versions = z.record(z.string(), z.string());

const runSchema = z.strictObject({
  format: z.literal("neural-sampling run 1"),
  /** Versions at the start. The bits are reproducible with the same versions only. */
  versions,
  /** Steps at which other versions resumed the run. */
  resumed: z.array(z.strictObject({ step: z.int().min(0), versions })).optional(),
  device: z.enum(["cpu", "webgpu", "cuda"]),
  threads: z.int().min(1),
  network: networkSchema,
  training: trainingSchema,
  data: dataSchema,
});

/** How a validation split was drawn from the training data: see drawValidation. */
export type ValidationDraw = NonNullable<z.infer<typeof dataSchema>["validation"]>;

/** The contents of run.json. */
export type RunDescription = z.infer<typeof runSchema>;

const metricsSchema = z.strictObject({
  epoch: z.int(),
  /** Steps done at its end. */
  step: z.int(),
  /** Mean training loss over the epoch, nats an example. */
  loss: z.number(),
  /** Training error: share of the epoch's examples that the single sample of their step got wrong, in per cent. */
  error: z.number(),
  /** Learning rate of the epoch's last step. */
  learningRate: z.number(),
  /** Scores of the validation split after the epoch, if the run was given one. */
  validation: validationSchema.optional(),
});

/** A line of metrics.jsonl: one epoch. */
export type EpochMetrics = Readonly<z.infer<typeof metricsSchema>>;

export const runFile = (folder: string): string => join(folder, "run.json");
/** The description of a run in integers (quantized-run.ts). */
export const quantizedFile = (folder: string): string => join(folder, "quantized.json");
export const checkpointFolder = (folder: string): string => join(folder, "checkpoints");
const metricsFile = (folder: string): string => join(folder, "metrics.jsonl");

/**
 * Identifies a run's configuration: a change of anything but the number of epochs, the versions, the device and the
 * data's folder makes it another run.
 */
export const fingerprint = ({
  network,
  training: { epochs: _, ...training },
  data: { sha256 },
}: RunDescription): string =>
  contentHash({ network: networkContent(network), training: trainingContent(training), sha256 });

/** run.json as it is stored, which is kept as it is when the run goes on. */
interface StoredDocument {
  readonly network: unknown;
  readonly training: Readonly<Record<string, unknown>>;
  readonly data: { readonly sha256: string };
}

/** The contents of a run.json. */
export interface StoredRun {
  readonly description: RunDescription;
  readonly document: StoredDocument;
}

/** The fingerprint that version 0.1 wrote into the checkpoints of this run.json. */
export const fingerprintOfVersion01 = ({
  network,
  training: { epochs: _, ...training },
  data: { sha256 },
}: StoredDocument): string => hashOfVersion01({ network, training, sha256 });

/** The network and settings as they were stored, with the rest of a description that goes on from there. */
export const storedAgain = (description: RunDescription, { network, training }: StoredDocument): object => ({
  ...description,
  network,
  training: { ...training, epochs: description.training.epochs },
});

/** Throws CheckpointError for a folder that holds anything but locks, StorageError for one that cannot be read. */
export const requireNewFolder = async (folder: string): Promise<void> => {
  if (!(await isThere(folder))) return;
  await requireEmpty(folder, {
    subject: `new run in ${folder}`,
    expected: "a new or an empty folder",
    own: "run.json",
    resume: `Resume that run with --resume ${folder}`,
  });
};

/** Writes a new run's description into its locked folder. Throws as `requireNewFolder` and `writeDescription`. */
export const createRunFolder = async (folder: string, description: RunDescription): Promise<void> => {
  await removeLeftovers(folder);
  await requireNewFolder(folder);
  await writeDescription(folder, description);
};

/** Writes run.json. Throws ConfigError for a description that `readDescription` would refuse. */
export const writeDescription = async (folder: string, description: object): Promise<void> => {
  const parsed = parseBySchema(runSchema, description, "the document");
  if ("given" in parsed) {
    throw new ConfigError(`run in ${folder}`, {
      given: parsed.given,
      expected: "settings in their ranges",
      remedy: "Correct that setting.",
    });
  }
  await replaceFile(runFile(folder), `${JSON.stringify(description, null, 2)}\n`);
};

/** Reads and validates run.json. Throws StorageError without one, CheckpointError for a damaged one. */
export const readStoredRun = async (folder: string): Promise<StoredRun> => {
  const file = runFile(folder);
  if (!(await isThere(file)) && (await isThere(quantizedFile(folder))))
    throw new ConfigError(`reading run ${folder}`, {
      given: "a run in integers",
      expected: "a run in floating point",
      remedy:
        "Name the run that was quantised; evaluate, predict, info and export take either. In a program, " +
        "`readModel` reads model.safetensors of the folder.",
    });
  await onDisk(`reading run ${folder}`, () => access(file), {
    expected: "a run folder, which has a run.json",
    remedy: "Name the folder that was given to --out when it was trained.",
  });
  const text = await onDisk(`reading ${file}`, () => readFile(file, "utf8"));
  const parsed = parseDocument(runSchema, text);
  if ("data" in parsed) return { description: parsed.data, document: JSON.parse(text) };
  throw new CheckpointError(`reading ${file}`, {
    given: parsed.given,
    expected: "the run.json that training wrote",
    remedy: "Put the original back, or train the run anew.",
  });
};

/** What run.json says of the run in `folder`. Throws as `readStoredRun`. */
export const readDescription = async (folder: string): Promise<RunDescription> =>
  (await readStoredRun(folder)).description;

/** The lines up to, and including, step `last`; none if no epoch is done. CheckpointError for a damaged file. */
export const readMetrics = async (
  folder: string,
  last = Number.POSITIVE_INFINITY,
): Promise<readonly EpochMetrics[]> => {
  const file = metricsFile(folder);
  const text = await readIfThere(file, () => readFile(file, "utf8"));
  return (text ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line, k) => parseMetrics(line, `${file}, line ${k + 1}`))
    .filter(({ step }) => step <= last);
};

const parseMetrics = (line: string, place: string): EpochMetrics => {
  const parsed = metricsSchema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw new CheckpointError(`reading ${place}`, {
    given: JSON.stringify(line.slice(0, 80)),
    expected: "the metrics of one epoch, as training wrote them",
    remedy: "Remove that line: it is only a record of the run.",
  });
};

export const writeMetrics = (folder: string, lines: readonly EpochMetrics[]): Promise<void> =>
  replaceFile(metricsFile(folder), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
