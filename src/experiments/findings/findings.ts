/** Findings of an experiment, as reports and scripts read them. */
import * as z from "zod";

const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** Mean over seeds with its 95 % confidence interval. */
export type Summary = Readonly<z.infer<typeof interval>>;

const detection = z.strictObject({
  name: z.string(),
  /** Number of images; absent in older findings. */
  images: z.int().optional(),
  auroc: z.number(),
  aupr: z.number(),
  fpr95: z.number(),
});

const rowSchema = z.strictObject({
  name: z.string(),
  /** Name of the split as it was opened; subsets say so. */
  dataset: z.string(),
  /** Difference of the splits from the published ones, if any; absent in older findings. */
  split: z.string().optional(),
  /** True where the data are too few to judge claims by. */
  isDemonstration: z.literal(true).optional(),
  seeds: z.array(z.int()),
  /** Runs whose scores are averaged, where they are fewer than the seeds: an ensemble of several networks is one. */
  runs: z.int().min(1).optional(),
  /** Test images that were scored. */
  images: z.int().min(0),
  epochs: z.int(),
  /** Wall time of training, all seeds together, in seconds; null where its record was lost. */
  seconds: z.number().nullable(),
  /** Error in per cent; null where nothing was scored. */
  error: interval.nullable(),
  /** The paper's error, in per cent. */
  paper: z.number().nullable(),
  nll: z.number().nullable(),
  /** Absent in older findings. */
  brier: z.number().nullable().default(null),
  ece: z.number().nullable(),
  /** Detection of out-of-distribution sets. */
  ood: z.array(detection).optional(),
  /** The command that fetches missing data. */
  missing: z.string().optional(),
  /** Message of the error of one of its runs. */
  problem: z.string().optional(),
});

export type Row = Readonly<z.infer<typeof rowSchema>>;

const point = z.strictObject({
  x: z.number(),
  y: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
});

const axis = z.strictObject({
  label: z.string(),
  /** "whole": linear, with ticks at whole numbers only. */
  scale: z.enum(["linear", "log", "whole"]).optional(),
});

const figureSchema = z.strictObject({
  /** Name in its file's name. */
  name: z.string(),
  title: z.string(),
  caption: z.string(),
  x: axis,
  y: axis,
  series: z.array(z.strictObject({ name: z.string(), points: z.array(point) })),
});

/** Lines, each with a band from `low` to `high` where its points have them. */
export type Figure = z.infer<typeof figureSchema>;

const comparisonSchema = z.strictObject({
  /** Names of the two methods. */
  name: z.string(),
  other: z.string(),
  measure: z.string(),
  values: z.tuple([z.number(), z.number()]),
  /** 95 % confidence interval of the difference of the values. */
  low: z.number(),
  high: z.number(),
  /** Methods with a single run: the interval leaves out how their runs would differ. Absent in older findings. */
  singles: z.array(z.string()).optional(),
  /** Whether the first method is significantly better, worse, or neither. */
  verdict: z.enum(["better", "worse", "neither"]),
});

export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;

export const findingsSchema = z.strictObject({
  format: z.literal("neural-sampling findings 1"),
  experiment: z.string(),
  title: z.string(),
  budget: z.enum(["quick", "standard", "paper"]),
  /** Epochs, seeds and passes of the budget at the time of the findings. Absent in older ones. */
  defaults: z.strictObject({ epochs: z.number(), seeds: z.number(), samples: z.number() }).optional(),
  /** The command that reproduces the findings. */
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  /** Processors and threads that computed the results. */
  machine: z.string(),
  /** Wall time, in seconds, of all calls in this folder that computed something, including interrupted ones. */
  seconds: z.number(),
  rows: z.array(rowSchema),
  comparisons: z.array(comparisonSchema).optional(),
  figures: z.array(figureSchema),
  /** Conclusions as sentences. */
  remarks: z.array(z.string()),
});

export type Findings = z.infer<typeof findingsSchema>;
