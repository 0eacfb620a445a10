/** The settings as editors show them are those that the schemas validate. */
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { AugmentationDescription, augmentationSchema } from "../../src/loading/augmentation.ts";
import {
  type OptimizerDescription,
  type optimizerSchema,
  parseTraining,
  type TrainingConfiguration,
  type TrainingDescription,
  trainingSchema,
} from "../../src/training/configuration.ts";
import { type OnlineDescription, onlineSchema } from "../../src/training/online/settings.ts";

type InputOf<Schema extends z.ZodType> = z.input<Schema>;

test("interfaces and schemas have the same keys, and each accepts what the other does", () => {
  expectTypeOf<keyof TrainingDescription>().toEqualTypeOf<keyof InputOf<typeof trainingSchema>>();
  expectTypeOf<TrainingDescription>().toExtend<InputOf<typeof trainingSchema>>();
  expectTypeOf<InputOf<typeof trainingSchema>>().toExtend<TrainingDescription>();
  expectTypeOf<keyof OnlineDescription>().toEqualTypeOf<keyof InputOf<typeof onlineSchema>>();
  expectTypeOf<OnlineDescription>().toExtend<InputOf<typeof onlineSchema>>();
  expectTypeOf<InputOf<typeof onlineSchema>>().toExtend<OnlineDescription>();
  expectTypeOf<keyof AugmentationDescription>().toEqualTypeOf<keyof InputOf<typeof augmentationSchema>>();
  expectTypeOf<AugmentationDescription>().toExtend<InputOf<typeof augmentationSchema>>();
  type Optimizer = NonNullable<InputOf<typeof optimizerSchema>>;
  expectTypeOf<OptimizerDescription>().toExtend<Optimizer>();
  expectTypeOf<Optimizer>().toExtend<OptimizerDescription>();
  expectTypeOf<TrainingConfiguration>().toExtend<TrainingDescription>();
});

test.each([
  ["training", trainingSchema],
  ["online learning", onlineSchema],
] as const)("every setting of %s is described, the optimiser by its own", (_what, schema) => {
  for (const [name, setting] of Object.entries(schema.shape))
    if (name !== "optimizer") expect((setting as z.ZodType).description, name).toMatch(/\w/);
});

test("defaults are filled in, and unknown settings refused by name", () => {
  expect(parseTraining({})).toEqual({
    ...{ epochs: 15, batch: 100, seed: 1, learningRate: 1e-3, warmupSteps: 0, initialization: "random" },
    optimizer: { type: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    schedule: { type: "cosine" },
  });
  expect(() => parseTraining({ epoch: 3 })).toThrow(/epoch/);
});
