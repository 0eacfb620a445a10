/** The paper's claims (arXiv 1910.12316), with the findings that decide them and the rules by which they do. */
import type { Comparison, Findings, Row } from "../experiments/findings/findings.ts";
import { grouped } from "../grouped.ts";
import { type Deviation, deviationOf, isBanded, movementOf, pointsOf, reachOf } from "./curves.ts";
import { type Estimate, errorDifference, isSingleRun } from "./difference.ts";
import { intervalText, significant } from "./number-text.ts";

/** What a result says about a claim; "open": a difference within chance, or none that decides. */
export type Outcome = "for" | "against" | "open" | "missing";

export interface Result {
  /** What was compared. */
  readonly about: string;
  /** Numbers with their intervals; the command that finds them if they are missing. */
  readonly text: string;
  readonly outcome: Outcome;
  /** Whether it comes from one run, so that no interval covers the variation between runs. */
  readonly isSingle?: boolean;
}

/** A test of a claim by the findings of one experiment. */
export interface Test {
  readonly experiment: string;
  /** Name where its findings are missing. */
  readonly about: string;
  /** Whether its results are the same within every budget; the quick budget decides nothing otherwise. */
  readonly isBudgetFree?: boolean;
  /** Results; none if the findings do not hold what it reads. */
  readonly find: (findings: Findings) => readonly Result[];
}

export interface Claim {
  readonly name: string;
  readonly claim: string;
  /** What is measured. */
  readonly tested: string;
  /** When a result is for the claim, and when against it. */
  readonly rule: string;
  readonly tests: readonly Test[];
}

/**
 * Percentage points by which networks of noise and thresholds may exceed the error of conventional ones and still
 * suffice. On MNIST a linear network exceeds it by about seven.
 */
const SUFFICIENT = 1;
/** Fraction of the conventional network's error by which an error may be higher and still be as good. */
const AS_GOOD = 0.1;
/** 5 % critical value of the largest of the 25 deviations of `firing`, by Bonferroni's correction. */
const CHANCE = 3.09;

/** Name of the error among the measures of comparisons. */
export const ERROR = "error in %";
const STOCHASTIC = ["bNSM", "gNSM"];
const CONVENTIONAL = "dCNN";

/** Stochastic networks of `depth`, each with its conventional counterpart. */
export const DEPTH_PAIRS = [
  ["deep NSM, Adam", "deep dCNN, Adam"],
  ["shallow NSM, Adam", "shallow dCNN, Adam"],
  ["shallow populations, Muon", "shallow dCNN, Muon"],
] as const;

/** Rows of `substrate`. */
const EXACT_NSM = "NSM: exact weights";
const NSM_FOR_DEVICE = "NSM, device in the loop";
/** Networks of `integer`. */
const INTEGER_NETWORKS = ["bNSM, mnist-cnn", "bNSM, mnist-mlp"];

const suffices = ({ low, high }: Estimate): Outcome =>
  high <= SUFFICIENT ? "for" : low > SUFFICIENT ? "against" : "open";

const isAsGood = ({ low, high }: Estimate, other: number): Outcome =>
  high <= AS_GOOD * other ? "for" : low > 0 ? "against" : "open";

/** A smaller value is for the claim; numbers of one run, without an interval. */
const isSmaller = (own: number, other: number): Outcome =>
  own < other ? "for" : own > other ? "against" : "open";

const inPoints = (difference: Estimate): string => `${intervalText(difference)} points`;

/** Errors of a stochastic network and of a conventional one on the same data. */
interface Gap {
  readonly about: string;
  readonly data: string;
  readonly difference: Estimate;
  /** The conventional network's error. */
  readonly other: number;
  readonly isSingle: boolean;
}

/** Name of a row's data, without the place where they lie and their number of images. */
export const dataOf = ({ dataset }: Row): string => dataset.replace(/ in .*$/s, "").split(/[:,]/)[0]!;

/** Gaps of the NSMs to the conventional network on each data set of a table, unless it has too few data. */
const gapsOfRows = ({ rows }: Findings): readonly Gap[] =>
  rows
    .filter(({ name, isDemonstration }) => STOCHASTIC.includes(name) && !isDemonstration)
    .flatMap((own) => {
      const other = rows.find(({ name, dataset }) => name === CONVENTIONAL && dataset === own.dataset);
      const difference = other && errorDifference(own, other);
      if (difference === undefined) return [];
      const data = dataOf(own);
      return [
        {
          ...{
            about: `${data}${own.split ? " (own split)" : ""}, ${own.name}`,
            data,
            difference,
            other: other!.error!.mean,
          },
          isSingle: isSingleRun(own) || isSingleRun(other!),
        },
      ];
    });

export const estimateOf = ({ values, low, high }: Comparison): Estimate => ({
  ...{ mean: values[0] - values[1], low, high },
});

const isSingleComparison = ({ rows }: Findings, { name, other }: Comparison): boolean =>
  rows.some((row) => [name, other].includes(row.name) && isSingleRun(row));

/** Gaps of named pairs, by their comparisons. */
const gapsOfPairs = (
  findings: Findings,
  data: string,
  pairs: readonly (readonly [string, string])[],
): readonly Gap[] =>
  pairs.flatMap(([own, twin]) =>
    (findings.comparisons ?? [])
      .filter(({ name, other, measure }) => name === own && other === twin && measure === ERROR)
      .map((comparison) => ({
        ...{ about: `${data}, ${own}`, data, difference: estimateOf(comparison) },
        ...{ other: comparison.values[1], isSingle: isSingleComparison(findings, comparison) },
      })),
  );

/** Of each data set the gap with the highest limit: all networks must suffice. */
const widest = (gaps: readonly Gap[]): readonly Gap[] =>
  gaps.filter((gap) =>
    gaps.every(({ data, difference }) => data !== gap.data || difference.high <= gap.difference.high),
  );

const sufficiency = ({
  about,
  difference,
  isSingle,
}: Pick<Gap, "about" | "difference" | "isSingle">): Result => ({
  ...{ about, text: inPoints(difference), outcome: suffices(difference), isSingle },
});

/** Changes of the error from rows that stand for the ideal to others of the same table. */
const changes = (
  { rows }: Findings,
  pairs: readonly (readonly [about: string, own: string, ideal: string])[],
): readonly Result[] =>
  pairs.flatMap(([about, name, ideal]) => {
    const [own, other] = [name, ideal].map((each) => rows.find((row) => row.name === each));
    const difference = own && other && errorDifference(own, other);
    return difference
      ? [sufficiency({ about, difference, isSingle: isSingleRun(own) || isSingleRun(other) })]
      : [];
  });

const quality = ({ about, difference, other, isSingle }: Gap): Result => ({
  ...{ about, text: inPoints(difference), outcome: isAsGood(difference, other), isSingle },
});

/** A result for all data that a table lacks, or has too few of. */
const missingData = ({ rows }: Findings): readonly Result[] => {
  const lacking = [
    ...new Set(
      rows.filter(({ missing, isDemonstration }) => missing !== undefined || isDemonstration).map(dataOf),
    ),
  ];
  return lacking.length === 0
    ? []
    : [{ about: lacking.join(", "), text: "nsm data fetch NAME", outcome: "missing" }];
};

/** Iterations of a network and of another to the lowest error that both reach. */
const convergence = (
  findings: Findings,
  figure: string,
  pairs: readonly (readonly [string, string])[],
): readonly Result[] =>
  pairs.flatMap(([name, twin]) => {
    const curves = [name, twin].map((line) => pointsOf(findings, figure, line));
    if (curves.some((points) => points === undefined)) return [];
    const { level, at } = reachOf(curves.map((points) => points!));
    const [own, other] = at as [Estimate, Estimate];
    const isSingle = !curves.every((points) => isBanded(points!));
    const [first, second] = at.map((estimate) =>
      isSingle ? grouped(estimate.mean) : intervalText(estimate, grouped),
    );
    return [
      {
        about: `${name} and ${twin} to ${level.toFixed(2)} %`,
        text: `${first} and ${second} iterations`,
        outcome: own.high < other.low ? "for" : own.low > other.high ? "against" : "open",
        isSingle,
      } as const,
    ];
  });

/** Movement of the input of the last hidden layer in a network and in another; one result for each outcome. */
const shift = (findings: Findings, figure: string, own: string, other: string): readonly Result[] => {
  const [first, second] = [own, other].map((line) => {
    const points = pointsOf(findings, figure, line);
    return points && movementOf(points);
  });
  if (!first || !second) return [];
  const measures = [
    { key: "growth", words: "growth of the width", digits: 1 },
    { key: "median", words: "largest move of the median", digits: 2 },
    { key: "outer", words: "largest move of an outer percentile", digits: 2 },
  ] as const;
  return (["for", "against", "open"] as const).flatMap((outcome) => {
    const found = measures.filter(({ key }) => isSmaller(first[key], second[key]) === outcome);
    const text = found
      .map(({ key, words, digits }) => {
        const [one, two] = [first, second].map((movement) => movement[key].toFixed(digits));
        return `${words} ${one} and ${two}`;
      })
      .join("; ");
    const about = `mnist-${figure}, ${own} and ${other}`;
    return found.length === 0 ? [] : [{ about, text, outcome, isSingle: true }];
  });
};

/** Deviations from equation (3), in one result for the curves within chance and one for those beyond it. */
export const firingLaw = (findings: Findings): readonly Result[] => {
  const figure = findings.figures.find(({ name }) => name === "deviations");
  const found = (figure?.series ?? []).flatMap(({ name, points }) => {
    const deviation = points.length > 0 ? deviationOf(points) : undefined;
    return deviation ? [{ name, ...deviation }] : [];
  });
  const result = (
    outcome: Outcome,
    isOwn: (deviation: Deviation) => boolean,
    words: (largest: string, scores: string) => string,
  ): readonly Result[] => {
    const own = found.filter(isOwn);
    if (own.length === 0) return [];
    const largest = Math.max(...own.map((each) => each.largest)).toFixed(4);
    const scores = own.map(({ score }) => score);
    const range = [Math.min(...scores), Math.max(...scores)].map((score) => score.toFixed(0));
    const about = own.map(({ name }) => name).join("; ");
    return [{ about, text: words(largest, [...new Set(range)].join(" to ")), outcome }];
  };
  return [
    ...result(
      "for",
      ({ score }) => score < CHANCE,
      (largest) => `at most ${largest} off, within chance`,
    ),
    ...result(
      "against",
      ({ score }) => score >= CHANCE,
      (largest, scores) => `up to ${largest} off, ${scores} standard errors`,
    ),
  ];
};

const weightSpread = (findings: Findings): readonly Result[] => {
  const [own, other] = ["bNSM", "StNN"].map((line) => {
    const points = pointsOf(findings, "distribution", line);
    return points && movementOf(points);
  });
  if (!own || !other) return [];
  return [
    {
      about: "growth of the width of the weights' distribution, bNSM and StNN",
      text: `${own.growth.toFixed(2)} and ${other.growth.toFixed(2)}`,
      outcome: isSmaller(own.growth, other.growth),
      isSingle: true,
    },
  ];
};

/** Networks that learn streams, each with the rectifiers that take the same inputs. */
const STREAM_PAIRS: ReadonlyMap<string, string> = new Map([
  ["bNSM", "MLP, signs of pixels"],
  ["bNSM, real pixels", "MLP"],
]);
/** Before version 0.3 the networks of a pair took different inputs. */
const FORMER_PAIRS: ReadonlyMap<string, string> = new Map([["bNSM", "MLP"]]);

/** Errors on streams that are predicted before they are learned, against those of rectifiers. */
export const streams = ({ rows }: Findings): readonly Result[] => {
  const isPaired = rows.some(({ name }) => name.startsWith("bNSM, real pixels: "));
  const pairs = isPaired ? STREAM_PAIRS : FORMER_PAIRS;
  return rows.flatMap((own) => {
    const [name, stream] = own.name.split(": ") as [string, string?];
    const rectifiers = pairs.get(name);
    const other = rows.find((row) => row.name === `${rectifiers}: ${stream}`);
    const difference = other && errorDifference(own, other);
    if (difference === undefined) return [];
    return [
      {
        about: `${stream}, ${name} less ${rectifiers}`,
        text: inPoints(difference),
        outcome: isAsGood(difference, other!.error!.mean),
        isSingle: isSingleRun(own) || isSingleRun(other!),
      },
    ];
  });
};

/** Error at the start and at the end of the stream that does not drift. */
const learning = (findings: Findings): readonly Result[] => {
  const points = pointsOf(findings, "still", "bNSM");
  if (points === undefined) return [];
  const [first, last] = [points[0]!, points.at(-1)!].map(({ y, low = y, high = y }) => ({
    ...{ mean: y, low, high },
  })) as [Estimate, Estimate];
  const isSingle = !isBanded(points);
  const [start, end] = [first, last].map((own) => (isSingle ? own.mean.toFixed(2) : intervalText(own)));
  return [
    {
      about: "nothing drifts, bNSM at the start and at the end",
      text: `${start} and ${end} %`,
      outcome: last.high < first.low ? "for" : last.low > first.high ? "against" : "open",
      isSingle,
    },
  ];
};

/** Comparisons of stochastic networks with another, except those of the error; one result for each verdict. */
const uncertainty = (
  findings: Findings,
  data: string,
  names: readonly string[],
  other: string,
): readonly Result[] => {
  const all = (findings.comparisons ?? []).filter(
    (own) => names.includes(own.name) && own.other === other && own.measure !== ERROR,
  );
  const of = (verdict: Comparison["verdict"], outcome: Outcome, words: string): readonly Result[] => {
    const found = all.filter((own) => own.verdict === verdict);
    const [first] = found;
    if (first === undefined) return [];
    const example = `${first.measure} of ${first.name} by ${intervalText(estimateOf(first), significant)}`;
    return [
      {
        about: `${data}, against ${other}`,
        text: `${words} ${found.length} of ${all.length}${outcome === "open" ? "" : `, such as ${example}`}`,
        outcome,
        isSingle: isSingleComparison(findings, first),
      },
    ];
  };
  return [
    ...of("better", "for", "better in"),
    ...of("worse", "against", "worse in"),
    ...of("neither", "open", "no significant difference in"),
  ];
};

export const CLAIMS: readonly Claim[] = [
  {
    name: "sufficient",
    claim: "Multiplicative noise that is always on and threshold neurons suffice for deep learning.",
    tested: "Error less that of a rectifier network of the same widths; of bNSM and gNSM the higher one",
    rule: `For: the interval ends at ${SUFFICIENT} percentage point or below. Against: it begins above.`,
    tests: [
      { experiment: "mnist-table", about: "MNIST", find: (own) => widest(gapsOfRows(own)).map(sufficiency) },
      {
        ...{ experiment: "data-table", about: "other data" },
        find: (own) => [...widest(gapsOfRows(own)).map(sufficiency), ...missingData(own)],
      },
      {
        ...{ experiment: "depth", about: "depth, CIFAR-10" },
        find: (own) => gapsOfPairs(own, "CIFAR-10 at half size", DEPTH_PAIRS).map(sufficiency),
      },
      {
        ...{ experiment: "cifar", about: "CIFAR-10" },
        find: (own) => gapsOfPairs(own, "CIFAR-10", [["populations", "dCNN, one pass"]]).map(sufficiency),
      },
    ],
  },
  {
    name: "normalisation",
    claim: "The noise normalises the weights: a neuron fires by their direction and a gain alone.",
    tested:
      "Firing probability with noise in every synapse, less that of equation (3); spread of trained weights",
    rule:
      "For: the largest deviation over all potentials is within chance (Bonferroni, 5 %); the weights spread less " +
      "than those of noisy rectifiers. Against: the opposite.",
    tests: [
      { experiment: "firing", about: "equation (3)", isBudgetFree: true, find: firingLaw },
      { experiment: "weight-drift", about: "trained weights", find: weightSpread },
    ],
  },
  {
    name: "convergence",
    claim: "NSMs converge in fewer iterations than networks that do not normalise.",
    tested:
      "Iterations to the lowest held-out error that both networks reach, with the range of the curves' bands",
    rule:
      "For: the NSM's range ends before the other's begins. Against: it begins after the other's ends. The error is " +
      "the lowest that the upper limits of both bands reach.",
    tests: [
      {
        ...{ experiment: "convergence", about: "MNIST" },
        find: (own) =>
          convergence(own, "iterations", [
            ["bNSM", "dCNN"],
            ["bNSM", "StNN"],
          ]),
      },
      {
        ...{ experiment: "depth", about: "depth, CIFAR-10" },
        find: (own) => convergence(own, "steps", DEPTH_PAIRS),
      },
    ],
  },
  {
    name: "covariate-shift",
    claim: "The inputs of hidden layers shift less while training begins.",
    tested: "Input of the last hidden layer in an NSM and in rectifiers, first 200 iterations",
    rule: "For: it moves less in the NSM. Against: it moves more.",
    tests: [
      {
        ...{ experiment: "covariate-shift", about: "MNIST" },
        find: (own) => [...shift(own, "cnn", "bNSM", "StNN"), ...shift(own, "mlp", "bNSM", "MLP")],
      },
    ],
  },
  {
    name: "online",
    claim: "The network is the same in learning and in use, which suits it to online learning.",
    tested: "Error on streams of digits, each predicted before it is learned",
    rule:
      "For: the error falls beyond its interval; it is as good as that of rectifiers (rule of the last claim). " +
      "Against: it rises; it is significantly higher than that of rectifiers with the same inputs.",
    tests: [{ experiment: "online", about: "streams", find: (own) => [...learning(own), ...streams(own)] }],
  },
  {
    name: "substrate",
    claim: "The noise of a physical substrate can serve as the noise of the synapses.",
    tested: "Error on simulated chips of analog devices, less that with exact weights and ideal noise",
    rule: `For: the interval ends at ${SUFFICIENT} percentage point or below. Against: it begins above.`,
    tests: [
      {
        ...{ experiment: "substrate", about: "MNIST" },
        find: (own) =>
          changes(own, [
            ["MNIST, fefet-selector", `${NSM_FOR_DEVICE}: fefet-selector`, EXACT_NSM],
            ["MNIST, all imperfections", "NSM: all imperfections", EXACT_NSM],
            [
              "MNIST, all imperfections, device in the loop",
              `${NSM_FOR_DEVICE}: all imperfections`,
              EXACT_NSM,
            ],
          ]),
      },
    ],
  },
  {
    name: "uncertainty",
    claim: "Every pass is a Monte Carlo sample, so that averaging passes tells the uncertainty.",
    tested:
      "NLL, ECE, AURC and detection of out-of-distribution images, against networks of one deterministic pass",
    rule: "For: significantly better by the comparison's interval. Against: significantly worse.",
    tests: [
      {
        ...{ experiment: "uncertainty", about: "MNIST" },
        find: (own) => [
          ...uncertainty(own, "MNIST", STOCHASTIC, "binary network, one pass"),
          ...uncertainty(own, "MNIST", STOCHASTIC, "dCNN, one pass"),
        ],
      },
      {
        ...{ experiment: "cifar", about: "CIFAR-10" },
        find: (own) => uncertainty(own, "CIFAR-10", ["populations"], "dCNN, one pass"),
      },
    ],
  },
  {
    name: "additions",
    claim: "Inference takes little more than additions and comparisons.",
    tested: "Error of passes in integers, which add weights and compare sums, less that in floating point",
    rule: `For: the interval ends at ${SUFFICIENT} percentage point or below. Against: it begins above.`,
    tests: [
      {
        ...{ experiment: "integer", about: "MNIST" },
        find: (own) =>
          changes(
            own,
            INTEGER_NETWORKS.flatMap((name) =>
              ["int8", "int4", "ternary"].map(
                (width) => [`MNIST, ${name}, ${width}`, `${name}, ${width}`, name] as const,
              ),
            ),
          ),
      },
    ],
  },
  {
    name: "quality",
    claim: "NSMs are as good as conventional networks of the same architecture, or better.",
    tested: "Error less that of a rectifier network of the same widths",
    rule:
      `For: the interval ends at ${100 * AS_GOOD} % of the conventional network's error or below. Against: it ` +
      "begins above zero.",
    tests: [
      { experiment: "mnist-table", about: "MNIST", find: (own) => gapsOfRows(own).map(quality) },
      {
        ...{ experiment: "data-table", about: "other data" },
        find: (own) => [...gapsOfRows(own).map(quality), ...missingData(own)],
      },
      {
        ...{ experiment: "cifar", about: "CIFAR-10" },
        find: (own) => gapsOfPairs(own, "CIFAR-10", [["populations", "dCNN, one pass"]]).map(quality),
      },
    ],
  },
];
