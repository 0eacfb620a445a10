/** What determines a training run besides the network and the data: a published schema, validated wherever it is read. */
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { augmentationSchema } from "../loading/augmentation.ts";
import { ESTIMATORS } from "../nn/estimators.ts";
import { ADAM, SGD } from "../nn/optimizer.ts";
import { issueText } from "../storage/schema-issue.ts";

const fraction = z.number().min(0).lt(1);
const weightDecay = z.number().min(0);

export const optimizerSchema = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("adam"),
      beta1: fraction.default(ADAM.beta1),
      beta2: fraction.default(ADAM.beta2),
      epsilon: z.number().gt(0).default(ADAM.epsilon),
      weightDecay: weightDecay.default(ADAM.weightDecay),
    }),
    z.strictObject({
      type: z.literal("sgd"),
      momentum: fraction.default(SGD.momentum),
      weightDecay: weightDecay.default(SGD.weightDecay),
    }),
  ])
  .default(ADAM);

export const trainingSchema = z.strictObject({
  epochs: z.int().min(1).default(15),
  batch: z.int().min(1).max(100_000).default(100),
  seed: z.int().min(0).default(1),
  optimizer: optimizerSchema,
  learningRate: z.number().gt(0).default(1e-3),
  schedule: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("constant") }),
      z.strictObject({ type: z.literal("step"), epochs: z.int().min(1), factor: z.number().gt(0).max(1) }),
      z.strictObject({ type: z.literal("cosine") }),
    ])
    .default({ type: "cosine" }),
  warmupSteps: z.int().min(0).default(0),
  clipNorm: z.number().gt(0).optional(),
  estimator: z
    .enum(ESTIMATORS)
    .optional()
    .describe("of the gradient through sampled spikes, and through signs: the paper's, erf, unless given"),
  augmentation: augmentationSchema.optional(),
  halfSizeEpochs: z
    .int()
    .min(0)
    .optional()
    .describe("so many epochs, the first ones, see the images at half their width and height"),
  initialization: z
    .enum(["random", "balanced", "data"])
    .default("random")
    .describe(
      "balanced: of the parameters, those that keep a deep network's spikes telling; data: gain and bias are set layer by layer so that v has zero mean and unit scale on one batch",
    ),
});

export type TrainingConfiguration = z.infer<typeof trainingSchema>;

/** What a caller may leave out. */
export type TrainingDescription = z.input<typeof trainingSchema>;

export const parseTraining = (description: unknown): TrainingConfiguration => {
  const result = trainingSchema.safeParse(description);
  if (result.success) return result.data;
  throw new ConfigError("training configuration", {
    given: issueText(result.error, "the whole"),
    expected: "settings in their ranges",
    remedy: "See `nsm train --help`.",
  });
};
