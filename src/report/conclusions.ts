/** The conclusion of an experiment in one sentence, computed from its findings. */
import type { Comparison, Figure, Findings, Row } from "../experiments/findings/findings.ts";
import { grouped } from "../grouped.ts";
import { DEPTH_PAIRS, dataOf, ERROR } from "./claims/gaps.ts";
import { firingLaw } from "./claims/normalisation.ts";
import { streams } from "./claims/online.ts";
import { isBanded, movementOf, type Points, reachOf } from "./curves.ts";
import { errorDifference } from "./difference.ts";
import { errorText, intervalText } from "./number-text.ts";

/** A sentence; undefined where the findings do not hold what it reads. */
type Conclude = (findings: Findings) => string | undefined;

/** The conclusion, otherwise the first remark; undefined if there is none. */
export const conclusionOf = (findings: Findings): string | undefined =>
  OF_EXPERIMENT[findings.experiment]?.(findings) ??
  ofComparisons(findings) ??
  ofRows(findings) ??
  findings.remarks[0];

/** Counts of significant comparisons, by the network that others are compared with. */
const ofComparisons: Conclude = ({ comparisons = [] }) => {
  if (comparisons.length === 0) return undefined;
  const others = [...new Set(comparisons.map(({ other }) => other))];
  const counts = (own: readonly Comparison[]): string => {
    const of = (verdict: Comparison["verdict"]): number =>
      own.filter((each) => each.verdict === verdict).length;
    return `better in ${of("better")} and worse in ${of("worse")} of ${own.length}`;
  };
  const parts =
    others.length > MOST_PARTS
      ? [`${counts(comparisons)} comparisons`]
      : others.map((other) => {
          const own = comparisons.filter((each) => each.other === other);
          const names = [...new Set(own.map(({ name }) => name))];
          return `${names.join(" and ")} against ${other}, ${counts(own)}`;
        });
  const expected = Math.round(comparisons.length / 20);
  const chance = expected === 0 ? [] : [`by chance about ${expected} of ${comparisons.length} would differ`];
  return `Significant differences: ${[...parts, ...chance].join("; ")}.`;
};

/** Largest number of parts that a sentence enumerates. */
const MOST_PARTS = 4;

/** The lowest error on each data set that is not too small, and how many are significantly higher. */
const ofRows: Conclude = ({ rows }) => {
  const scored = rows.filter(({ error, isDemonstration }) => error !== null && !isDemonstration);
  const parts = [...new Set(scored.map(({ dataset }) => dataset))].map((dataset) =>
    lowestOf(scored.filter((row) => row.dataset === dataset)),
  );
  return parts.length === 0 ? undefined : sentence(parts.join("; "));
};

const lowestOf = (rows: readonly Row[]): string => {
  const [first, ...others] = rows.toSorted((a, b) => a.error!.mean - b.error!.mean) as [Row, ...Row[]];
  const higher = others.filter((own) => errorDifference(own, first)!.low > 0).map(({ name }) => name);
  const named =
    higher.length > MOST_PARTS ? `${higher.length} of the ${others.length} others` : higher.join("; ");
  const rest = higher.length === 0 ? "none is significantly higher" : `significantly higher: ${named}`;
  return `lowest error on ${dataOf(first)}: ${first.name}, ${errorText(first.error!)} %${others.length === 0 ? "" : `; ${rest}`}`;
};

const figureOf = ({ figures }: Findings, name: string): Figure | undefined =>
  figures.find((figure) => figure.name === name);

/** Lines of a figure that have points. */
const linesOf = (figure: Figure | undefined): readonly { readonly name: string; readonly points: Points }[] =>
  figure?.series.filter(({ points }) => points.length > 0) ?? [];

/** Part of a sentence for each line of a figure. */
const byLine = (
  figure: Figure | undefined,
  part: (name: string, points: Points) => string | undefined,
): string | undefined => {
  const parts = linesOf(figure).flatMap(({ name, points }) => part(name, points) ?? []);
  return parts.length === 0 ? undefined : parts.join("; ");
};

const growths = (findings: Findings, figure: string): string | undefined =>
  byLine(figureOf(findings, figure), (name, points) => {
    const movement = movementOf(points);
    return movement && `${name} ${movement.growth.toFixed(2)}`;
  });

const convergence: Conclude = (findings) => {
  const lines = linesOf(figureOf(findings, "iterations"));
  if (lines.length === 0) return undefined;
  const { level, at } = reachOf(lines.map(({ points }) => points));
  const parts = lines.map(({ name, points }, k) => {
    const own = at[k]!;
    return `${name} ${isBanded(points) ? intervalText(own, grouped) : grouped(own.mean)}`;
  });
  return `Iterations to ${level.toFixed(2)} %, which every seed of every network reaches: ${parts.join("; ")}.`;
};

const OF_EXPERIMENT: Readonly<Record<string, Conclude>> = {
  "covariate-shift": (findings) => {
    const parts = ["cnn", "mlp"].flatMap((figure) => {
      const found = growths(findings, figure);
      return found === undefined ? [] : [`mnist-${figure}: ${found}`];
    });
    return parts.length === 0
      ? undefined
      : `Growth of the width of the input's distribution, 15th to 85th percentile, one run each: ${parts.join("; ")}.`;
  },
  "weight-drift": (findings) => {
    const found = growths(findings, "distribution");
    return (
      found &&
      `Growth of the width of the weights' distribution, 15th to 85th percentile, one run each: ${found}.`
    );
  },
  convergence,
  depth: ({ comparisons = [] }) => {
    const parts = DEPTH_PAIRS.flatMap(([own, twin]) =>
      comparisons
        .filter(({ name, other, measure }) => name === own && other === twin && measure === ERROR)
        .map(({ values: [first, second] }) => `${own} ${first.toFixed(2)}, ${twin} ${second.toFixed(2)}`),
    );
    return parts.length === 0 ? undefined : `Error on held-out images in %: ${parts.join("; ")}.`;
  },
  rotation: (findings) => {
    const quarter = 90;
    const parts = byLine(figureOf(findings, "entropy"), (name, points) => {
      const turned = points.find(({ x }) => x === quarter);
      return turned && `${name} ${points[0]!.y.toFixed(3)} and ${turned.y.toFixed(3)}`;
    });
    return parts && `Entropy in nats of upright digits and of digits turned by ${quarter} degrees: ${parts}.`;
  },
  online: (findings) => {
    const parts = streams(findings).map(({ about, text }) => `${about} ${text}`);
    return parts.length === 0 ? undefined : sentence(`error where ${parts.join("; ")}`);
  },
  estimators: ({ figures: [figure] }) => {
    const draws = linesOf(figure)[0]?.points.at(-1)?.x;
    const parts = byLine(figure, (name, points) => `${name} ${points.at(-1)!.y.toFixed(2)}`);
    if (parts === undefined || draws === undefined) return undefined;
    return `${figure!.title}, averaged over ${grouped(draws)} draws, over the gradient's norm: ${parts}.`;
  },
  firing: (findings) => {
    const parts = firingLaw(findings).map(({ about, text }) => `${about}: ${text}`);
    return parts.length === 0 ? undefined : sentence(parts.join("; "));
  },
};

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
