/** The final evaluation of a run, kept in its folder as evaluation.json. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { CheckpointError } from "../../errors.ts";
import type { Evaluation } from "../../inference/evaluation.ts";
import { metricsSchema } from "../../statistics/metrics-schema.ts";
import { readIfThere, replaceFile } from "../../storage/files.ts";
import { parseDocument } from "../../storage/json-document.ts";

/** Later versions may know more numbers: those are kept. */
const evaluationSchema: z.ZodType<Evaluation> = z.looseObject({
  split: z.string(),
  samples: z.number(),
  ...metricsSchema.shape,
});

const documentSchema = z.strictObject({
  format: z.literal("neural-sampling evaluation 1"),
  /** Training steps of the model that was scored. */
  step: z.int().min(0),
  evaluation: evaluationSchema,
});

/** Scores of a run's model on a whole split, and after how many training steps. */
export interface RunEvaluation extends Evaluation {
  readonly step: number;
}

const evaluationFile = (folder: string): string => join(folder, "evaluation.json");

/**
 * Keeps the scores of a run in its folder, in the place of earlier ones; `openRun` and `nsm info` show them. Throws
 * ConfigError for a run without a folder, StorageError if it cannot be written.
 */
export const saveEvaluation = async (folder: string, step: number, evaluation: Evaluation): Promise<void> =>
  replaceFile(
    evaluationFile(folder),
    `${JSON.stringify({ format: "neural-sampling evaluation 1", step, evaluation }, null, 2)}\n`,
  );

/** The scores in `folder`; undefined if there are none. Throws CheckpointError for a damaged file. */
export const readEvaluation = async (folder: string): Promise<RunEvaluation | undefined> => {
  const file = evaluationFile(folder);
  const text = await readIfThere(file, () => readFile(file, "utf8"));
  if (text === undefined) return undefined;
  const parsed = parseDocument(documentSchema, text);
  if ("data" in parsed) return { ...parsed.data.evaluation, step: parsed.data.step };
  throw new CheckpointError(`reading ${file}`, {
    given: parsed.given,
    expected: "the evaluation that was saved",
    remedy: "Remove that file and evaluate the run again: it is only a record.",
  });
};
