/** Search for each method's learning rate on held-out training images: never the test images. */

import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { drawValidation } from "../../datasets/validation.ts";
import { NsmError, NumericError } from "../../errors.ts";
import { counted, grouped } from "../../grouped.ts";
import { evaluate } from "../../inference/node.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { Budget } from "./budgets.ts";
import { type Method, trialOf } from "./methods.ts";
import { type Study, scoringOf } from "./study.ts";
import { total } from "./summarize.ts";
import type { TrainingTime } from "./training-time.ts";

/** First rates of every search, which continues by factors of 2 while the best is the lowest or highest tried. */
const FIRST = [5e-4, 1e-3, 2e-3];
const MOST = 6;
/** Inverse fraction of the training images that are held out. */
const HELD_OUT = 12;
const heldOutOf = (images: number): number => Math.floor(images / HELD_OUT);
/** Random seed of the search's split, initial weights and noise; no study uses it. */
export const SEARCH_SEED = 1_000_000;
const SAMPLES = 10;

/** Error, in per cent, at each rate that was tried, lowest rate first. */
type TriedRates = readonly { readonly learningRate: number; readonly error: number }[];

interface RateSearch {
  /** The method at the best rate. */
  readonly method: Method;
  /** Empty where no search was made. */
  readonly tried: TriedRates;
  readonly seconds: TrainingTime;
}

/** The methods at their best rates, with remarks on the rates that were tried. */
export const atSearchedRates = async (
  study: Study,
  methods: readonly Method[],
  train: ImageSplit,
): Promise<{ readonly methods: readonly Method[]; readonly remarks: readonly string[] }> => {
  const searches: RateSearch[] = [];
  for (const method of methods) searches.push(await searchedUnlessDamaged(study, method, train));
  const sought = searches.filter(({ tried }) => tried.length > 0);
  const seconds = total(sought.map((search) => search.seconds));
  return {
    methods: searches.map(({ method }) => method),
    remarks: [
      ...sought.map(inWords),
      ...(sought.length > 0 ? [searchInWords(train.count, study.budget.searchEpochs, seconds)] : []),
    ],
  };
};

/** Search for one method; a damaged run becomes the method's problem. */
const searchedUnlessDamaged = (study: Study, method: Method, train: ImageSplit): Promise<RateSearch> =>
  searchRate(study, method, train).catch((cause: unknown) => {
    if (!(cause instanceof NsmError)) throw cause;
    const problem = `the search for its learning rate: ${cause.message}`;
    study.say(`${method.name}, ${problem}`);
    return { method: { ...method, problem }, tried: [], seconds: 0 };
  });

/**
 * The rate with the least error on the held-out images, after the epochs that the budget has for it. A recipe with a rate
 * of its own keeps that.
 */
const searchRate = async (study: Study, method: Method, train: ImageSplit): Promise<RateSearch> => {
  const { searchEpochs } = study.budget;
  const { firstRates } = method;
  if (method.training.learningRate !== undefined) return { method, tried: [], seconds: 0 };
  if (searchEpochs === 0)
    return { method: firstRates ? withRate(method, firstRates[1]) : method, tried: [], seconds: 0 };
  const split = drawValidation(train, heldOutOf(train.count), SEARCH_SEED);
  const budget: Budget = { ...study.budget, epochs: searchEpochs };
  const times: TrainingTime[] = [];
  const { learningRate, tried } = await sweepRates(async (rate) => {
    const found = await heldOutError(study, withRate(method, rate), split, budget);
    times.push(found.seconds);
    return found.error;
  }, firstRates);
  return { method: withRate(method, learningRate), tried, seconds: total(times) };
};

/** Searches for the rate with the least error, starting with `first`. */
export const sweepRates = async (
  errorAt: (learningRate: number) => Promise<number>,
  first: readonly number[] = FIRST,
): Promise<{ readonly learningRate: number; readonly tried: TriedRates }> => {
  const errors = new Map<number, number>();
  for (let rate = nextRate(errors, first); rate !== undefined; rate = nextRate(errors, first))
    errors.set(rate, await errorAt(rate));
  const tried = [...errors]
    .map(([learningRate, error]) => ({ learningRate, error }))
    .sort((a, b) => a.learningRate - b.learningRate);
  return { learningRate: bestRate(errors), tried };
};

/** The error of a diverged run. */
const diverged = (cause: unknown): number => {
  if (cause instanceof NumericError) return Number.POSITIVE_INFINITY;
  throw cause;
};

const withRate = (method: Method, learningRate: number): Method => ({
  ...method,
  training: { ...method.training, learningRate },
});

/** Rate with the least error; of equal ones, the first that was tried. */
const bestRate = (errors: ReadonlyMap<number, number>): number =>
  [...errors].reduce((best, each) => (each[1] < best[1] ? each : best))[0];

/** Next rate to try, or undefined at the end of the search, which starts with `first`. */
export const nextRate = (
  errors: ReadonlyMap<number, number>,
  first: readonly number[] = FIRST,
): number | undefined => {
  const untried = first.find((rate) => !errors.has(rate));
  if (untried !== undefined || errors.size >= MOST) return untried;
  const best = bestRate(errors);
  if (best === Math.min(...errors.keys())) return best / 2;
  if (best === Math.max(...errors.keys())) return best * 2;
  return undefined;
};

const heldOutError = async (
  study: Study,
  method: Method,
  { train, validation }: { readonly train: ImageSplit; readonly validation: ImageSplit },
  budget: Budget,
): Promise<{ readonly error: number; readonly seconds: TrainingTime }> => {
  const trial = trialOf({ budget }, method, train, SEARCH_SEED);
  const title = `${method.name}, learning rate ${method.training.learningRate}`;
  const key = {
    network: trial.network,
    training: parseTraining(trial.training),
    trainedOn: splitChecksum(train),
    scoredOn: splitChecksum(validation),
    samples: SAMPLES,
  };
  const error = await study
    .cached("held-out-error-of-rate", key, z.number(), async () => {
      const { run } = await study.trained({ ...trial, title });
      const options = { ...scoringOf(study), samples: SAMPLES, seed: SEARCH_SEED };
      return (await evaluate(run, validation, options)).error;
    })
    .catch(diverged);
  const seconds = await study.secondsOf(trial);
  // A run that diverged before its first checkpoint has no time on record.
  return { error, seconds: Number.isFinite(error) ? seconds : (seconds ?? 0) };
};

/** Remark on the data and the time of all searches. */
const searchInWords = (images: number, epochs: number, seconds: TrainingTime): string => {
  const heldOut = heldOutOf(images);
  const time = seconds === null ? "" : `, ${seconds.toFixed(0)} s in all, apart from the times of the rows`;
  return `Each rate was tried once: ${counted(epochs, "epoch")} on ${grouped(images - heldOut)} training images, scored on the ${grouped(heldOut)} others${time}.`;
};

const inWords = ({ method, tried }: RateSearch): string =>
  `${method.name} learns at ${method.training.learningRate}: on held-out training images ${triedInWords(tried)}.`;

export const triedInWords = (tried: TriedRates): string =>
  tried
    .map(({ learningRate, error }) =>
      Number.isFinite(error)
        ? `${learningRate} gave ${error.toFixed(2)} %`
        : `at ${learningRate} it diverged`,
    )
    .join(", ");
