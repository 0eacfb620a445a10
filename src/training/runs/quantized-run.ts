/**
 * A run in integers: a folder with quantized.json (of which data, by which versions) and model.safetensors, the model that was
 * quantised with its integers beside it.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import { CheckpointError } from "../../errors.ts";
import type { IntegerNetwork } from "../../networks/integers/integers.ts";
import type { Model } from "../../networks/model.ts";
import { encodeModelFile, readModel } from "../../networks/model-file.ts";
import { requireEmpty } from "../../storage/empty-folder.ts";
import { isThere, makeFolder, onDisk, replaceFile } from "../../storage/files.ts";
import { parseDocument } from "../../storage/json-document.ts";
import { packageVersion } from "../../version.ts";
import type { Run } from "./run.ts";
import { dataSchema, quantizedFile, type RunDescription } from "./run-folder.ts";

const FORMAT = "neural-sampling quantized run 1";

const schema = z.strictObject({
  format: z.literal(FORMAT),
  /** Version that quantised the run. */
  version: z.string(),
  /** Training steps of the run that was quantised. */
  step: z.int().min(0),
  data: dataSchema,
  /** Folder of the run; absent in files of version 0.2. */
  run: z.string().optional(),
  /** Epochs of training with rounded weights, and their peak learning rate. */
  fineTuning: z.strictObject({ epochs: z.int().min(1), learningRate: z.number().gt(0) }).optional(),
});

export type FineTuning = NonNullable<z.infer<typeof schema>["fineTuning"]>;

/** A model in integers, with the data of the run that it was made of. */
export interface QuantizedRun extends Model {
  readonly integers: IntegerNetwork;
  readonly description: { readonly data: RunDescription["data"] };
  readonly step: number;
  readonly folder: string;
  /** Folder of the run that was quantised, if it is known. */
  readonly run?: string | undefined;
  readonly fineTuning?: FineTuning | undefined;
}

const modelFile = (folder: string): string => join(folder, "model.safetensors");

/** Whether a folder holds a run in integers. */
export const isQuantized = (folder: string): Promise<boolean> => isThere(quantizedFile(folder));

/** Throws CheckpointError for a folder that holds anything. */
export const requireQuantizedFolder = async (folder: string): Promise<void> => {
  if (!(await isThere(folder))) return;
  await requireEmpty(folder, {
    subject: `new folder ${folder}`,
    expected: "a new or an empty folder",
    own: "quantized.json",
    resume: "Remove the integers that are there",
  });
};

/**
 * Writes a run's model and its integers into a new folder. Throws CheckpointError for a folder that holds anything, StorageError
 * if it cannot be written.
 */
export const writeQuantized = async (
  folder: string,
  { network, parameters, step, description: { data }, folder: run }: Run,
  integers: IntegerNetwork,
  { threshold, fineTuning }: { readonly threshold: number; readonly fineTuning?: FineTuning | undefined },
): Promise<void> => {
  await requireQuantizedFolder(folder);
  await makeFolder(folder);
  const model = { network, parameters, integers };
  const notes = {
    threshold,
    version: packageVersion,
    ...(data.classNames && { classNames: data.classNames }),
  };
  await replaceFile(modelFile(folder), encodeModelFile(model, notes));
  const description = {
    ...{ format: FORMAT, version: packageVersion, step, data },
    ...(run !== undefined && { run: resolve(run) }),
    ...(fineTuning && { fineTuning }),
  };
  await replaceFile(quantizedFile(folder), `${JSON.stringify(description, null, 2)}\n`);
};

/** The run in integers in `folder`. Throws StorageError for a folder without one, CheckpointError for damaged files. */
export const openQuantized = async (folder: string): Promise<QuantizedRun> => {
  const file = quantizedFile(folder);
  const text = await onDisk(`reading ${file}`, () => readFile(file, "utf8"), {
    expected: "a folder that `nsm quantize` wrote",
    remedy: "Name the folder that was given to its --out.",
  });
  const parsed = parseDocument(schema, text);
  const refuse = (place: string, given: string): never => {
    throw new CheckpointError(`reading ${place}`, {
      given,
      expected: "what `nsm quantize` wrote",
      remedy: "Quantize the run again.",
    });
  };
  if (!("data" in parsed)) return refuse(file, parsed.given);
  const stored = modelFile(folder);
  const bytes = await onDisk(`reading ${stored}`, () => readFile(stored));
  const { network, parameters, integers } = readModel(bytes, stored);
  if (!integers) return refuse(stored, "a model without integers");
  const { data, step, run, fineTuning } = parsed.data;
  return { network, parameters, integers, description: { data }, step, folder, run, fineTuning };
};
