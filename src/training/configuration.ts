/** Settings of a training run besides the network and the data: a published schema, validated wherever it is read. */
import * as z from "zod";
import { ConfigError } from "../errors.ts";
import { type AugmentationDescription, augmentationSchema } from "../loading/augmentation.ts";
import { WEIGHT_WIDTHS, type WeightWidth } from "../networks/integers/integers.ts";
import { ADAM } from "../nn/adam.ts";
import { ESTIMATORS, type Estimator } from "../nn/estimators.ts";
import { MUON, MUON_RATE } from "../nn/muon.ts";
import { SGD } from "../nn/sgd.ts";
import { parseBySchema } from "../storage/schema-issue.ts";
import { DEFAULT_SECONDS } from "../substrate/chip.ts";
import { type AnalogDeviceDescription, deviceSchema } from "../substrate/device.ts";

const fraction = z.number().min(0).lt(1);
const weightDecay = z.number().min(0).describe("L2 penalty: this times a parameter is added to its gradient");

const adamSettings = {
  beta1: fraction.default(ADAM.beta1).describe("decay of the running mean of the gradient"),
  beta2: fraction.default(ADAM.beta2).describe("decay of the running mean of the squared gradient"),
  epsilon: z.number().gt(0).default(ADAM.epsilon).describe("added to the root of the second moment"),
  weightDecay: weightDecay.default(ADAM.weightDecay),
};

export const optimizerSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("adam"), ...adamSettings }),
    z.strictObject({
      type: z.literal("sgd"),
      momentum: fraction.default(SGD.momentum).describe("decay of the velocity; 0: plain gradient descent"),
      weightDecay: weightDecay.default(SGD.weightDecay),
    }),
    z.strictObject({
      type: z.literal("muon"),
      momentum: fraction.default(MUON.momentum).describe("decay of the velocity"),
      adam: z
        .strictObject({
          learningRate: z
            .number()
            .gt(0)
            .default(MUON.adam.learningRate)
            .describe("peak learning rate of Adam; it has the course of Muon's"),
          ...adamSettings,
        })
        .prefault({})
        .describe("Adam for the parameters that Muon is not for"),
    }),
  ])
  .default(ADAM);

/** Settings of Adam: Kingma & Ba, 2015. */
interface AdamSettings {
  /** Decay of the running mean of the gradient, in [0, 1). Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the running mean of the squared gradient, in [0, 1). Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root of the second moment, above 0. Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** L2 penalty: this times a parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number | undefined;
}

/** Adam: Kingma & Ba, 2015. */
export interface AdamDescription extends AdamSettings {
  readonly type: "adam";
}

/** Stochastic gradient descent with heavy-ball momentum. */
export interface SgdDescription {
  readonly type: "sgd";
  /** Decay of the velocity, in [0, 1); 0 is plain gradient descent. Default 0.9. */
  readonly momentum?: number | undefined;
  /** L2 penalty: this times a parameter is added to its gradient. Default 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * Muon (Jordan et al., 2024) for weights whose scale does not matter: those of layers with stochastic neurons, and those
 * under batch or weight normalization. Adam for all other parameters. The training's learning rate is Muon's: the length
 * of a step relative to that of the weights.
 */
export interface MuonDescription {
  readonly type: "muon";
  /** Decay of the velocity, in [0, 1). Default 0.9. */
  readonly momentum?: number | undefined;
  readonly adam?:
    | (AdamSettings & {
        /** Peak learning rate of Adam, above 0; warm-up and schedule are those of Muon's. Default 0.002. */
        readonly learningRate?: number | undefined;
      })
    | undefined;
}

export type OptimizerDescription = AdamDescription | SgdDescription | MuonDescription;

const scheduleSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant") }),
  z.strictObject({
    type: z.literal("step"),
    epochs: z.int().min(1).describe("epochs after each of which the learning rate is multiplied"),
    factor: z.number().gt(0).max(1).describe("factor that it is multiplied by"),
  }),
  z.strictObject({ type: z.literal("cosine") }),
]);

export const trainingSchema = z.strictObject({
  epochs: z.int().min(1).default(15).describe("passes over the training examples"),
  batch: z.int().min(1).max(100_000).default(100).describe("examples of a batch"),
  seed: z.int().min(0).default(1).describe("random seed"),
  optimizer: optimizerSchema,
  learningRate: z
    .number()
    .gt(0)
    .default(1e-3)
    .describe("peak learning rate; of Muon: length of a step over that of the weights, default 0.05"),
  schedule: scheduleSchema.default({ type: "cosine" }).describe("course of the learning rate"),
  warmupSteps: z
    .int()
    .min(0)
    .default(0)
    .describe("steps over which the learning rate rises linearly from 0 to its peak"),
  clipNorm: z
    .number()
    .gt(0)
    .optional()
    .describe("largest norm of the gradient of all parameters together; larger gradients are scaled down"),
  labelSmoothing: fraction
    .default(0)
    .describe("label smoothing: share of the target that all classes have in equal parts"),
  averaging: z
    .strictObject({ decay: z.number().gt(0).lt(1).describe("decay of the average a step") })
    .optional()
    .describe(
      "exponential moving average of the weights, which is the run's model; default: the last weights",
    ),
  estimator: z
    .enum(ESTIMATORS)
    .optional()
    .describe("gradient estimator for sampled spikes and for signs; default: the paper's, erf"),
  augmentation: augmentationSchema.optional().describe("random changes of the training images"),
  halfSizeEpochs: z
    .int()
    .min(0)
    .optional()
    .describe("first epochs, which train on images of half the width and height"),
  substrate: z
    .strictObject({
      device: deviceSchema,
      seconds: z.number().min(0).default(DEFAULT_SECONDS).describe("time after programming, in seconds"),
    })
    .optional()
    .describe(
      "analog device in the loop: every step meets fresh noise of its cells, switches and comparators",
    ),
  rounding: z
    .enum(WEIGHT_WIDTHS)
    .optional()
    .describe(
      "width of the integers to which the forward pass rounds the weights (straight-through gradient)",
    ),
  initialization: z
    .enum(["random", "balanced", "data"])
    .default("random")
    .describe(
      "random: gains 1 and biases 0; balanced: gains and biases that keep the spikes of a deep network informative; data: gains and biases set layer by layer so that v has mean 0 and unit scale on one batch",
    ),
});

/** Settings with every default filled in. */
export type TrainingConfiguration = z.infer<typeof trainingSchema>;

/** Settings of a training run. Each has a default. */
export interface TrainingDescription {
  /** Passes over the training examples, at least 1. Default 15. */
  readonly epochs?: number | undefined;
  /** Examples of a batch, 1 to 100,000. Default 100. */
  readonly batch?: number | undefined;
  /** Random seed: order of the examples, initial weights, noise and augmentation depend on it. Default 1. */
  readonly seed?: number | undefined;
  /** Default: Adam with beta1 0.9, beta2 0.999, epsilon 1e-8 and no weight decay. */
  readonly optimizer?: OptimizerDescription | undefined;
  /**
   * Peak learning rate, above 0. Default 0.001; of Muon, where it is the length of a step over that of the weights, 0.05.
   */
  readonly learningRate?: number | undefined;
  /**
   * Course of the learning rate after the warm-up. constant: the peak. step: multiplied by `factor` (above 0, at most 1)
   * after every `epochs` epochs. cosine: half a cosine from the peak to 0 at the end of the run. Default cosine.
   */
  readonly schedule?:
    | { readonly type: "constant" }
    | { readonly type: "step"; readonly epochs: number; readonly factor: number }
    | { readonly type: "cosine" }
    | undefined;
  /** Steps over which the learning rate rises linearly from 0 to its peak. Default 0. */
  readonly warmupSteps?: number | undefined;
  /** Largest norm of the gradient of all parameters together; larger gradients are scaled down. Default: no limit. */
  readonly clipNorm?: number | undefined;
  /**
   * Label smoothing: share of the target that all classes have in equal parts, in [0, 1); the training loss is that of
   * the smoothed targets. Default 0.
   */
  readonly labelSmoothing?: number | undefined;
  /**
   * Exponential moving average of the weights and running statistics, of a decay in (0, 1) a step. The average is then the
   * run's model, which validation scores; training goes on from the weights themselves. Default: none.
   */
  readonly averaging?: { readonly decay: number } | undefined;
  /**
   * Gradient estimator for sampled spikes and for signs. erf: the paper's. identity, hardTanh: straight-through.
   * concrete: binary concrete relaxation. reinforce, arm: score functions, unbiased. Default erf.
   */
  readonly estimator?: Estimator | undefined;
  /** Random changes of the training images at each use. Default: none. */
  readonly augmentation?: AugmentationDescription | undefined;
  /** Number of first epochs that train on images of half the width and height, fewer than `epochs`. Default 0. */
  readonly halfSizeEpochs?: number | undefined;
  /**
   * Analog device in the loop: every step meets fresh noise of its cells, switches and comparators, `seconds` after
   * programming (default 86400, a day). The noise of stochastic neurons is then Bernoulli, with the mean probability of the
   * device's switch, if it has one. Default: none.
   */
  readonly substrate?:
    | { readonly device: AnalogDeviceDescription; readonly seconds?: number | undefined }
    | undefined;
  /**
   * Width of the integers to which the forward pass of every step rounds the weights, as `quantize` does; the gradient passes
   * the rounding as if it were the identity (straight-through). The model keeps the weights before rounding: quantize it
   * afterwards. Default: no rounding.
   */
  readonly rounding?: WeightWidth | undefined;
  /**
   * Initial gains and biases; initial weights are random in any case. random: gains 1, biases 0. balanced: values that
   * keep the spikes of a deep network informative. data: set layer by layer so that v has mean 0 and unit scale on one
   * batch. The last two need stochastic neurons. Default random.
   */
  readonly initialization?: "random" | "balanced" | "data" | undefined;
}

/** Settings that were parsed from `description`, with Muon's own default of the learning rate. */
export const withDefaultRate = <Settings extends Pick<TrainingConfiguration, "optimizer" | "learningRate">>(
  settings: Settings,
  description: unknown,
  muonRate: number,
): Settings =>
  settings.optimizer.type === "muon" && (description as Partial<Settings>).learningRate === undefined
    ? { ...settings, learningRate: muonRate }
    : settings;

/** Settings with every default filled in. Throws ConfigError for one that is unknown or out of range. */
export const parseTraining = (description: unknown): TrainingConfiguration => {
  const result = parseBySchema(trainingSchema, description, "the whole");
  if ("data" in result) return withDefaultRate(result.data, description, MUON_RATE);
  throw new ConfigError("training configuration", {
    given: result.given,
    expected: "settings in their ranges",
    remedy: "See `nsm train --help`.",
  });
};
