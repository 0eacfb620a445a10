/** What an experiment found, as reports and scripts read it. */
import { z } from "zod";

const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** A number for each of several seeds, or of one, with its 95 % interval. */
export type Summary = Readonly<z.infer<typeof interval>>;

const detection = z.strictObject({
  name: z.string(),
  /** How many; not in findings of before that was reported. */
  images: z.int().optional(),
  auroc: z.number(),
  aupr: z.number(),
  fpr95: z.number(),
});

const rowSchema = z.strictObject({
  name: z.string(),
  /** As it was opened: what is a subset says so. */
  dataset: z.string(),
  seeds: z.array(z.int()),
  /** Test images that were scored. */
  images: z.int().min(0),
  epochs: z.int(),
  /** Of training, all seeds together, wall time; null where the record of it was lost. */
  seconds: z.number().nullable(),
  /** In per cent; null where there is nothing to score. */
  error: interval.nullable(),
  /** The paper's error, in per cent. */
  paper: z.number().nullable(),
  nll: z.number().nullable(),
  /** Not in findings of before it was reported. */
  brier: z.number().nullable().default(null),
  ece: z.number().nullable(),
  /** Of sets of another kind. */
  ood: z.array(detection).optional(),
  /** The command that gets what is missing. */
  missing: z.string().optional(),
  /** What went wrong with one of its runs, and what to do. */
  problem: z.string().optional(),
});

export type Row = Readonly<z.infer<typeof rowSchema>>;

const point = z.strictObject({
  x: z.number(),
  y: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
});

const axis = z.strictObject({ label: z.string(), scale: z.enum(["linear", "log"]).optional() });

const figureSchema = z.strictObject({
  /** Of its file. */
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
  /** Of what is compared, and with what. */
  name: z.string(),
  other: z.string(),
  measure: z.string(),
  values: z.tuple([z.number(), z.number()]),
  /** Of the difference of the values, 95 %. */
  low: z.number(),
  high: z.number(),
  /** Whether the first is better by more than chance, worse, or neither. */
  verdict: z.enum(["better", "worse", "neither"]),
});

export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;

export const findingsSchema = z.strictObject({
  format: z.literal("neural-sampling findings 1"),
  experiment: z.string(),
  title: z.string(),
  budget: z.enum(["quick", "standard", "paper"]),
  /** What to call to find this again. */
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  /** Processors and threads that the results come from. */
  machine: z.string(),
  /** Wall time of the calls in this folder that computed something, those that were stopped too. */
  seconds: z.number(),
  rows: z.array(rowSchema),
  comparisons: z.array(comparisonSchema).optional(),
  figures: z.array(figureSchema),
  /** What the numbers say, in words. */
  remarks: z.array(z.string()),
});

export type Findings = z.infer<typeof findingsSchema>;
