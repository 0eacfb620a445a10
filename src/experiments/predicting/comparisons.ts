/** Pairwise comparisons of methods, with verdicts by 95 % confidence intervals. */
import { setImmediate } from "node:timers/promises";
import type { ExperimentContext } from "../experiment.ts";
import type { Comparison } from "../findings/findings.ts";
import type { ContenderScores, RunScores } from "./contender-scores.ts";
import {
  calibration,
  difference,
  errorRate,
  type Measured,
  meanLoss,
  measured,
  measuredDetection,
  riskArea,
} from "./differences.ts";

/** A measure that methods are compared in, for all runs of one method. */
interface Measure {
  readonly what: string;
  readonly better: "lower" | "higher";
  readonly runs: readonly Measured[];
}

const measuresOf = async (
  { signal }: ExperimentContext,
  { runs }: ContenderScores,
): Promise<readonly Measure[]> => {
  const measures: Measure[] = [];
  const add = async (what: string, better: Measure["better"], of: (run: RunScores) => Measured) => {
    // A thousand resamples of each run: interruptions are handled in between.
    await setImmediate();
    signal.throwIfAborted();
    measures.push({ what, better, runs: runs.map(of) });
  };
  await add("error in %", "lower", ({ test }) => measured(test, errorRate));
  await add("NLL", "lower", ({ test }) => measured(test, meanLoss));
  await add("ECE", "lower", ({ test }) => measured(test, calibration));
  await add("AURC", "lower", ({ test }) => measured(test, riskArea));
  for (const [k, { name }] of runs[0]!.others.entries())
    await add(`AUROC of finding ${name}`, "higher", ({ test, others }) =>
      measuredDetection(test.entropy, others[k]!.entropy),
    );
  return measures;
};

/** Comparisons of the first method of each pair with the second. */
export const comparisonsOf = async (
  context: ExperimentContext,
  pairs: readonly (readonly [ContenderScores, ContenderScores])[],
): Promise<readonly Comparison[]> => {
  const measures = new Map<ContenderScores, readonly Measure[]>();
  for (const found of new Set(pairs.flat())) measures.set(found, await measuresOf(context, found));
  return pairs.flatMap((pair) => {
    const [found, twin] = pair;
    const singles = pair.filter(({ runs }) => runs.length === 1).map(({ contender }) => contender.name);
    return measures.get(found)!.map((own, k) => ({
      ...{ name: found.contender.name, other: twin.contender.name, singles },
      ...compared(own, measures.get(twin)![k]!),
    }));
  });
};

const compared = (
  { what, better, runs }: Measure,
  twin: Measure,
): Omit<Comparison, "name" | "other" | "singles"> => {
  const { values, interval } = difference(runs, twin.runs);
  const [low, high] = interval;
  const sign = low > 0 ? "higher" : high < 0 ? "lower" : undefined;
  const verdict = sign === undefined ? "neither" : sign === better ? "better" : "worse";
  return { measure: what, values: [...values], low, high, verdict };
};

const VERDICTS = {
  better: "better in",
  worse: "worse in",
  neither: "no different beyond chance in",
} as const;

/** One line a pair, and a line about the verdicts' confidence intervals. */
export const comparisonsInWords = (comparisons: readonly Comparison[]): string[] => {
  const pairs = new Map<string, Comparison[]>();
  for (const each of comparisons) {
    const pair = `${each.name} against ${each.other}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), each]);
  }
  const inWords = (own: readonly Comparison[], verdict: Comparison["verdict"]): string[] => {
    const those = own.filter((each) => each.verdict === verdict);
    const listed = those.map(({ measure, values }) => {
      const [one, other] = values.map((value) => value.toPrecision(3));
      return `${measure} (${one} against ${other})`;
    });
    return those.length === 0 ? [] : [`${VERDICTS[verdict]} ${listed.join(", ")}`];
  };
  const verdicts = Object.keys(VERDICTS) as Comparison["verdict"][];
  return [
    ...[...pairs].map(
      ([pair, own]) => `${pair}: ${verdicts.flatMap((verdict) => inWords(own, verdict)).join("; ")}.`,
    ),
    `Beyond chance: by 95 % intervals of test images (bootstrap) and of seeds (Welch). There are ${comparisons.length} comparisons: where nothing differs, one in twenty seems to.`,
    ...singlesInWords(comparisons),
  ];
};

const singlesInWords = (comparisons: readonly Comparison[]): string[] => {
  const names = [...new Set(comparisons.flatMap(({ singles = [] }) => singles))];
  return names.length === 0
    ? []
    : [
        `Of one run: ${names.join(", ")}. How its runs would differ is in no interval, so that differences from it seem to be more often than that.`,
      ];
};
