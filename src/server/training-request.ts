/** A training that the studio's page asks for, as arguments of `nsm train`. */
import * as z from "zod";
import { networkNames } from "../networks/catalogue.ts";
import { parseBySchema } from "../storage/schema-issue.ts";
import { Refused } from "./refused.ts";

/** Words of a command line, which hold no NUL. */
const text = z
  .string()
  .min(1)
  .max(1000)
  .refine((words) => !words.includes("\0"), "holds a NUL character");

const requestSchema = z.strictObject({
  /** Path of the new run below the folder of runs. */
  name: text,
  network: z.enum(networkNames() as [string, ...string[]]),
  /** Train the conventional twin: rectifiers with batch normalization. */
  conventional: z.boolean().optional(),
  noise: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("bernoulli"), p: z.number() }),
      z.strictObject({ type: z.literal("gaussian"), sigma: z.number() }),
    ])
    .optional(),
  epochs: z.int().min(1).max(100_000),
  batch: z.int().min(1).optional(),
  learningRate: z.number().gt(0).optional(),
  seed: z.int().min(0).optional(),
  threads: z.int().min(1).optional(),
  /** Number of training examples to hold out. */
  validation: z.int().min(1).optional(),
  /** Folder or name of the data; default the embedded digits. */
  data: text.optional(),
});

export type TrainingRequest = z.infer<typeof requestSchema>;

const resumeSchema = z.strictObject({ epochs: z.int().min(1).max(100_000).optional() });

export type ResumeRequest = z.infer<typeof resumeSchema>;

const parsed = <T>(schema: z.ZodType<T>, value: unknown, subject: string): T => {
  const result = parseBySchema(schema, value, "the whole");
  if ("data" in result) return result.data;
  throw new Refused(400, subject, {
    given: result.given,
    expected: "settings in their ranges",
    remedy: "Correct that setting.",
  });
};

/** Throws Refused for settings that are unknown or out of their range. */
export const parseTrainingRequest = (value: unknown): TrainingRequest =>
  parsed(requestSchema, value, "starting a training");

export const parseResumeRequest = (value: unknown): ResumeRequest =>
  parsed(resumeSchema, value, "resuming a training");

/** An option with its value in one word, so that no value is read as an option. */
const option = (name: string, value: string | number | undefined): string[] =>
  value === undefined ? [] : [`--${name}=${value}`];

/** Arguments of `nsm` that train into `place`; `nsm train` checks what this does not. */
export const trainingArguments = (
  {
    network,
    conventional,
    noise,
    epochs,
    batch,
    learningRate,
    seed,
    threads,
    validation,
    data,
  }: TrainingRequest,
  place: string,
): readonly string[] => [
  ...["train", network],
  ...option("out", place),
  ...(conventional ? ["--conventional"] : []),
  ...(noise?.type === "bernoulli" ? ["--noise=bernoulli", ...option("p", noise.p)] : []),
  ...(noise?.type === "gaussian" ? ["--noise=gaussian", ...option("sigma", noise.sigma)] : []),
  ...option("epochs", epochs),
  ...option("batch", batch),
  ...option("learning-rate", learningRate),
  ...option("seed", seed),
  ...option("threads", threads),
  ...option("validation", validation),
  ...option("data", data),
];

/** Arguments of `nsm` that resume the run in `place`. */
export const resumeArguments = ({ epochs }: ResumeRequest, place: string): readonly string[] => [
  ...["train", `--resume=${place}`],
  ...option("epochs", epochs),
];
