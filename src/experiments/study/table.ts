/** Tables of methods trained on the same data with the same budget, one row each. */
import type { Dataset } from "../../datasets/dataset.ts";
import { NsmError } from "../../errors.ts";
import { evaluate } from "../../inference/node.ts";
import type { Metrics } from "../../statistics/metrics.ts";
import { metricsIn, metricsSchema } from "../../statistics/metrics-schema.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { Row } from "../findings/findings.ts";
import { type Method, trialOf } from "./methods.ts";
import { type Study, scoringOf, seedsOf } from "./study.ts";
import { summarizeMetrics, total } from "./summarize.ts";
import type { TrainingTime } from "./training-time.ts";

/** One run of a method, trained and scored. */
interface ScoredRun {
  readonly seed: number;
  readonly metrics: Metrics;
  readonly seconds: TrainingTime;
}

/**
 * A method's run of one seed, at the study's budget unless its settings say otherwise. One whose score is known is not
 * opened, so that a table needs no weights.
 */
const scoredRun = async (
  study: Study,
  method: Method,
  { train, test }: Dataset,
  seed: number,
): Promise<ScoredRun> => {
  const { samples } = study.budget;
  const trial = trialOf(study, method, train, seed);
  const { title, network } = trial;
  const key = {
    ...{ network, training: parseTraining(trial.training), trainedOn: splitChecksum(train) },
    ...{ scoredOn: splitChecksum(test), samples, seed },
  };
  const metrics = await study.cached(`${network.name}-score`, key, metricsSchema, async () => {
    const { run } = await study.trained(trial);
    study.say(`scoring ${title}`);
    const found = await evaluate(run, test, { ...scoringOf(study), samples, seed });
    return metricsIn(found);
  });
  study.signal.throwIfAborted();
  return { seed, metrics, seconds: await study.secondsOf(trial) };
};

/** Rows of a table. A damaged run is reported in its method's row; the other rows are complete. */
export const tableRows = async (
  study: Study,
  dataset: Dataset,
  methods: readonly Method[],
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const method of methods) rows.push(await tableRow(study, dataset, method));
  return rows;
};

const tableRow = async (study: Study, dataset: Dataset, method: Method): Promise<Row> => {
  const runs: ScoredRun[] = [];
  let { problem } = method;
  for (const seed of problem === undefined ? seedsOf(study) : [])
    try {
      runs.push(await scoredRun(study, method, dataset, seed));
    } catch (cause) {
      if (!(cause instanceof NsmError)) throw cause;
      problem = `seed ${seed}: ${cause.message}`;
      study.say(`${method.name}, ${problem}`);
    }
  return { ...rowOf(study, dataset, method, runs), ...(problem !== undefined && { problem }) };
};

const rowOf = (
  { budget }: Study,
  { test, note }: Dataset,
  { name, paper }: Method,
  runs: readonly ScoredRun[],
): Row => {
  const isEmpty = runs.length === 0;
  return {
    ...{ name, dataset: test.name, paper, epochs: budget.epochs },
    ...(note && { split: note.words }),
    ...(note?.isDemonstration && { isDemonstration: true }),
    seeds: runs.map(({ seed }) => seed),
    images: isEmpty ? 0 : test.count,
    seconds: total(runs.map(({ seconds }) => seconds)),
    ...(isEmpty ? NOTHING_SCORED : summarizeMetrics(runs.map(({ metrics }) => metrics))),
  };
};

const NOTHING_SCORED = { error: null, nll: null, brier: null, ece: null };

/** Rows of a table whose data are missing or unreadable, with the reason. */
export const emptyRows = (
  { budget }: Study,
  dataset: string,
  methods: readonly Pick<Method, "name" | "paper">[],
  why: Pick<Row, "missing" | "problem">,
): readonly Row[] =>
  methods.map(({ name, paper }) => ({
    ...{ name, dataset, seeds: [], images: 0, epochs: budget.epochs, seconds: 0 },
    ...{ ...NOTHING_SCORED, paper, ...why },
  }));
