/** Verdicts on the paper's claims: computed from the findings, in both directions, and never from chance. */
import { describe, expect, test } from "vitest";
import type { Findings, Row } from "../../src/experiments/findings/findings.ts";
import { CLAIMS } from "../../src/report/claims/catalogue.ts";
import { judgeClaims, VERDICTS, type Verdict } from "../../src/report/judge.ts";
import { bandOf, comparisonOf, figureOf, findingsOf, type Points, rowOf } from "./example.ts";

const judged = (name: string, all: readonly Findings[]) =>
  judgeClaims(all).find(({ claim }) => claim.name === name)!;

const verdictOf = (name: string, all: readonly Findings[]): string => VERDICTS[judged(name, all).verdict];

const textOf = (name: string, all: readonly Findings[]): string =>
  judged(name, all)
    .evidence.flatMap(({ results }) => results)
    .map(({ about, text, outcome }) => `${about}: ${text}: ${outcome}`)
    .join("\n");

const ERROR = "error in %";
const PAIRS = [
  ["deep NSM, Adam", "deep dCNN, Adam"],
  ["shallow NSM, Adam", "shallow dCNN, Adam"],
  ["shallow populations, Muon", "shallow dCNN, Muon"],
] as const;

/** Tables in which the NSMs exceed the conventional error, 10 %, by `gap` +- `half` points. */
const tables = (gap: number, half: number): readonly Findings[] => {
  // Of two equal intervals of three seeds Welch's is about 2.776 / 4.303 sqrt(2) = .912 times as wide as either.
  const own = half / 0.912;
  const rows = [rowOf("dCNN", 10, own), rowOf("bNSM", 10 + gap, own), rowOf("gNSM", 10 + gap, own)];
  return [
    findingsOf("mnist-table", { rows }),
    findingsOf("data-table", { rows: rows.map((row) => ({ ...row, dataset: "N-MNIST, test" })) }),
    findingsOf("cifar", { comparisons: [comparisonOf("populations", "dCNN, one pass", ERROR, gap, half)] }),
    findingsOf("depth", {
      comparisons: PAIRS.map(([one, other]) => comparisonOf(one, other, ERROR, gap, half)),
    }),
  ];
};

/** Deviations of 25 units from equation (3), the largest of `score` standard errors of .001. */
const firing = (score: number): Findings => {
  const points = Array.from({ length: 25 }, (_, k) => {
    const y = 0.001 * (k === 7 ? score : 0.5);
    return { x: k, y, low: y - 0.00196, high: y + 0.00196 };
  });
  return findingsOf("firing", { figures: [figureOf("deviations", { "Gaussian, 4 inputs": points })] });
};

/** Distributions that grow from +-1 to +-own and to +-other. */
const growing = (own: number, other: number): readonly [Points, Points] => {
  const grown = (to: number): Points => [
    { x: 0, y: 0, low: -1, high: 1 },
    { x: 1, y: to / 10, low: -to, high: to },
  ];
  return [grown(own), grown(other)];
};

const drift = (own: number, other: number): Findings => {
  const [bNSM, StNN] = growing(own, other);
  return findingsOf("weight-drift", { figures: [figureOf("distribution", { bNSM, StNN })] });
};

const shift = (own: number, other: number): Findings => {
  const [bNSM, StNN] = growing(own, other);
  return findingsOf("covariate-shift", {
    figures: [figureOf("cnn", { bNSM, StNN }), figureOf("mlp", { bNSM, MLP: StNN })],
  });
};

/** Curves that fall from 10 % by `own` and by `other` points an evaluation, with bands of +-half. */
const falling = (own: number, other: number, half: number): readonly Findings[] => {
  const fall = (rate: number): Points =>
    bandOf(
      Array.from({ length: 40 }, (_, k) => Math.max(1, 10 - rate * k)),
      half,
    );
  const curves = { bNSM: fall(own), dCNN: fall(other), StNN: fall(other) };
  const pairs = Object.fromEntries(PAIRS.flatMap(([a, b]) => [[a, fall(own)] as const, [b, fall(other)]]));
  return [
    findingsOf("convergence", { figures: [figureOf("iterations", curves)] }),
    findingsOf("depth", { figures: [figureOf("steps", pairs)] }),
  ];
};

/** A stream on which bNSM errs `gap` points more than rectifiers, and falls from 50 % to `end`. */
const online = (gap: number, end: number): Findings =>
  findingsOf("online", {
    rows: [rowOf("bNSM: nothing drifts", 10 + gap), rowOf("MLP: nothing drifts", 10)],
    figures: [figureOf("still", { bNSM: bandOf([50, 20, end], 2) })],
  });

const uncertain = (difference: number): readonly Findings[] => [
  findingsOf("uncertainty", {
    comparisons: ["binary network, one pass", "dCNN, one pass"].flatMap((other) => [
      comparisonOf("bNSM", other, "NLL", difference, 0.1),
      // Errors do not tell about uncertainty.
      comparisonOf("bNSM", other, ERROR, 5, 0.1),
    ]),
  }),
  findingsOf("cifar", {
    comparisons: [comparisonOf("populations", "dCNN, one pass", "ECE", difference, 0.1)],
  }),
];

/** NSMs on chips, and in integers, that err `gap` points more. */
const onChips = (gap: number): Findings => {
  const [exact, loop] = ["NSM: exact weights", "NSM, device in the loop"];
  const rows = [`${loop}: fefet-selector`, "NSM: all imperfections", `${loop}: all imperfections`];
  return findingsOf("substrate", { rows: [rowOf(exact, 2), ...rows.map((name) => rowOf(name, 2 + gap))] });
};
const inIntegers = (gap: number): Findings =>
  findingsOf("integer", {
    rows: ["bNSM, mnist-cnn", "bNSM, mnist-mlp"].flatMap((name) => [
      rowOf(name, 2),
      ...["int8", "int4", "ternary"].map((width) => rowOf(`${name}, ${width}`, 2 + gap)),
    ]),
  });

test("each of the nine claims is judged once", () => {
  const names = judgeClaims([]).map(({ claim }) => claim.name);
  expect(names).toHaveLength(9);
  expect(new Set(names).size).toBe(9);
  expect(new Set(CLAIMS.map(({ claim }) => claim)).size).toBe(9);
});

test("verdicts have three words at most", () => {
  for (const words of Object.values(VERDICTS)) expect(words.split(" ").length).toBeLessThanOrEqual(3);
});

const CASES: readonly (readonly [string, string, readonly Findings[], Verdict])[] = [
  ["sufficient", "half a point more", tables(0.5, 0.2), "holds"],
  ["sufficient", "two points more", tables(2, 0.2), "fails"],
  ["sufficient", "more than one point, within chance", tables(1.2, 0.4), "undecided"],
  ["sufficient", "less than one point, within chance", tables(0.8, 0.4), "undecided"],
  ["sufficient", "on some data", [...tables(0.5, 0.2).slice(0, 3), tables(2, 0.2)[3]!], "part"],
  ["normalisation", "the law, and weights that stay", [firing(2), drift(2, 3)], "holds"],
  ["normalisation", "another law", [firing(6), drift(2, 3)], "part"],
  ["normalisation", "another law, and weights that spread", [firing(6), drift(3, 2)], "fails"],
  ["convergence", "faster", falling(2, 1, 0.2), "holds"],
  ["convergence", "slower", falling(1, 2, 0.2), "fails"],
  ["convergence", "faster within chance", falling(1.1, 1, 0.9), "undecided"],
  ["convergence", "slower within chance", falling(1, 1.1, 0.9), "undecided"],
  ["covariate-shift", "less", [shift(2, 3)], "holdsOnce"],
  ["covariate-shift", "more", [shift(3, 2)], "failsOnce"],
  ["covariate-shift", "the same", [shift(2, 2)], "undecided"],
  ["online", "as good", [online(0.2, 10)], "holds"],
  ["online", "as good, but it falls within chance only", [online(0.2, 49)], "part"],
  ["online", "it rises within chance, with more errors", [online(3, 51)], "fails"],
  ["online", "it learns, with more errors", [online(3, 10)], "part"],
  ["online", "it forgets, with more errors", [online(3, 70)], "fails"],
  ["substrate", "little more", [onChips(0.3)], "holds"],
  ["substrate", "two points more", [onChips(2)], "fails"],
  ["additions", "little more", [inIntegers(0.1)], "holds"],
  ["additions", "two points more", [inIntegers(2)], "fails"],
  ["uncertainty", "better", uncertain(-1), "holds"],
  ["uncertainty", "worse", uncertain(1), "fails"],
  ["uncertainty", "within chance", uncertain(-0.05), "undecided"],
  ["quality", "better", tables(-1, 0.3), "holds"],
  ["quality", "a tenth more at most", tables(0.5, 0.3), "holds"],
  ["quality", "worse", tables(3, 0.3), "fails"],
  ["quality", "better within chance", tables(-0.2, 3), "undecided"],
  ["quality", "worse within chance", tables(0.9, 3), "undecided"],
  ["quality", "on some data", [tables(-1, 0.3)[0]!, ...tables(3, 0.3).slice(1)], "part"],
];

describe.each(CASES)("%s", (name, words, all, verdict) => {
  test(`${words}: ${VERDICTS[verdict]}`, () => {
    expect(judged(name, all).verdict, textOf(name, all)).toBe(verdict);
  });
});

test("every claim has cases that hold and cases that do not", () => {
  for (const { name } of CLAIMS) {
    const verdicts = CASES.filter(([own]) => own === name).map((own) => own[3]);
    expect(verdicts.some((own) => own === "holds" || own === "holdsOnce")).toBe(true);
    expect(verdicts.some((own) => own === "fails" || own === "failsOnce")).toBe(true);
  }
});

describe("findings that are missing", () => {
  test("are not tested here, with the command of every experiment", () => {
    for (const { claim, verdict } of judgeClaims([])) {
      expect(verdict).toBe("missing");
      for (const { experiment } of claim.tests)
        expect(textOf(claim.name, [])).toContain(`nsm reproduce ${experiment} --budget standard: missing`);
    }
  });

  test("keep a claim from holding", () => {
    const all = tables(-1, 0.3);
    for (const lacking of [0, 1, 2])
      expect(
        verdictOf(
          "quality",
          all.filter((_, k) => k !== lacking),
        ),
      ).toBe("holds in part");
  });

  test("include data that a table lacks", () => {
    const lacking: Row = { ...rowOf("bNSM", 1), dataset: "emnist", error: null, missing: "nsm data fetch" };
    const all = tables(-1, 0.3).map((own) =>
      own.experiment === "data-table" ? { ...own, rows: [...own.rows, lacking] } : own,
    );
    for (const name of ["quality", "sufficient"]) {
      expect(verdictOf(name, tables(-1, 0.3))).toBe("holds");
      expect(verdictOf(name, all)).toBe("holds in part");
      expect(textOf(name, all)).toContain("emnist: nsm data fetch NAME: missing");
    }
  });

  test("include data that are too few: their rows are neither for a claim nor against it", () => {
    const few = ["dCNN", "bNSM"].map((name, k) =>
      rowOf(name, 5 + 40 * k, 0.1, {
        dataset: "DVS Gesture by lighting in /data/own: all, test, 90 examples",
        isDemonstration: true,
      }),
    );
    const all = tables(-1, 0.3).map((own) =>
      own.experiment === "data-table" ? { ...own, rows: [...own.rows, ...few] } : own,
    );
    for (const name of ["quality", "sufficient"]) {
      expect(verdictOf(name, all)).toBe("holds in part");
      expect(textOf(name, all)).toContain("DVS Gesture by lighting: nsm data fetch NAME: missing");
    }
  });

  test("are those that hold nothing of what is read", () => {
    expect(verdictOf("convergence", [findingsOf("convergence"), findingsOf("depth")])).toBe(
      "not tested here",
    );
    const damaged = rowOf("bNSM", 1, 0.1, { error: null, problem: "seed 1: a damaged run" });
    const rows = [rowOf("dCNN", 1), damaged];
    expect(verdictOf("quality", [findingsOf("mnist-table", { rows })])).toBe("not tested here");
  });
});

describe("budgets", () => {
  const at = (budget: Findings["budget"], all: readonly Findings[]): Findings[] =>
    all.map((own) => ({ ...own, budget }));

  test("the quick one decides nothing but what is the same within all", () => {
    expect(verdictOf("quality", at("quick", tables(-1, 0.3)))).toBe("undecided");
    expect(textOf("quality", at("quick", tables(-1, 0.3)))).toContain("-1.00 (-1.30 to -0.70) points: open");
    expect(textOf("normalisation", at("quick", [firing(2)]))).toContain("within chance: for");
  });

  test("the largest counts, in whatever order the findings come", () => {
    const [good, bad] = [tables(-1, 0.3), tables(3, 0.3)];
    const all = [...at("quick", bad), ...at("paper", good), ...bad];
    expect(verdictOf("quality", all)).toBe("holds");
    expect(verdictOf("quality", [...at("quick", good), ...at("paper", bad), ...good])).toBe("does not hold");
    expect(judged("quality", all.toReversed()).evidence.map(({ findings }) => findings!.budget)).toEqual([
      ...["paper", "paper", "paper"],
    ]);
  });

  test("a larger one without data does not hide a smaller one", () => {
    const rows = [rowOf("bNSM", 1, 0.1, { error: null, missing: "nsm data fetch mnist" })];
    const empty = findingsOf("data-table", { budget: "paper", rows });
    const [, evidence] = judged("quality", [empty, ...tables(-1, 0.3)]).evidence;
    expect(evidence!.findings!.budget).toBe("standard");
  });
});

test("a single run is told, and its verdict says so", () => {
  const once = tables(-1, 0.3).map((own) => ({
    ...own,
    rows: (own.rows.length > 0
      ? own.rows
      : [rowOf("populations", 9), ...PAIRS.map(([one]) => rowOf(one, 9))]
    ).map((row) => ({ ...row, seeds: [1] })),
  }));
  expect(verdictOf("quality", once)).toBe("holds, one run");
  expect(verdictOf("quality", [once[0]!, ...tables(-1, 0.3).slice(1)])).toBe("holds");
});

test("curves of one run have no intervals", () => {
  const curve = (ys: readonly number[]): Points => ys.map((y, x) => ({ x, y }));
  const lines = { bNSM: curve([9, 2, 2]), dCNN: curve([9, 9, 2]), StNN: curve([9, 9, 2]) };
  const all = [findingsOf("convergence", { figures: [figureOf("iterations", lines)] })];
  expect(textOf("convergence", all)).toContain("bNSM and dCNN to 2.00 %: 1 and 2 iterations: for");
  expect(verdictOf("convergence", all)).toBe("holds in part");
  const still = findingsOf("online", { figures: [figureOf("still", { bNSM: curve([50, 10]) })] });
  expect(textOf("online", [still])).toContain("at the end: 50.00 and 10.00 %: for");
  expect(verdictOf("online", [still])).toBe("holds, one run");
});

test("both NSMs must suffice: the one with the higher limit counts", () => {
  const rows = [rowOf("dCNN", 10), rowOf("bNSM", 10.2), rowOf("gNSM", 13)];
  const all = [findingsOf("mnist-table", { rows })];
  expect(textOf("sufficient", all)).toMatch(/^MNIST test, gNSM: 3.00 .*: against$/m);
  expect(textOf("sufficient", all)).not.toContain("bNSM");
  expect(verdictOf("sufficient", all)).toBe("does not hold");
});

test("numbers of the claims are those of the findings", () => {
  expect(textOf("sufficient", tables(0.5, 0.2))).toContain(
    "MNIST test, bNSM: 0.50 (0.30 to 0.70) points: for",
  );
  expect(textOf("uncertainty", uncertain(-1))).toContain(
    "MNIST, against dCNN, one pass: better in 1 of 1, such as NLL of bNSM by -1.00 (-1.10 to -0.900): for",
  );
  expect(textOf("convergence", falling(2, 1, 0.2))).toContain(
    "to 1.20 %: 5 (5 to 5) and 9 (9 to 9) iterations",
  );
  expect(textOf("covariate-shift", [shift(2, 3)])).toContain(
    "mnist-cnn, bNSM and StNN: growth of the width 2.0 and 3.0; largest move of the median 0.20 and 0.30; largest move of an outer percentile 1.00 and 2.00: for",
  );
});

test("streams are judged against rectifiers that take the same inputs, where findings have them", () => {
  const errors = { bNSM: 13, MLP: 10, "bNSM, real pixels": 9, "MLP, signs of pixels": 14 };
  const rows = Object.entries(errors).map(([name, error]) => rowOf(`${name}: nothing drifts`, error, 0.1));
  const text = textOf("online", [findingsOf("online", { rows })]);
  expect(text).toContain("signs: -1.00");
  expect(text).toContain(", pixels: -1.00");
  expect(text).not.toContain("signs against pixels");
});

test("a row of the runs alone that came to their end decides nothing", () => {
  const failed = { problem: "seed 2: training diverged" };
  const rows = [rowOf("dCNN", 10), rowOf("bNSM", 9, 0.1, failed), rowOf("gNSM", 9, 0.1)];
  expect(verdictOf("quality", [findingsOf("mnist-table", { rows })])).toBe("holds in part");
  expect(textOf("quality", [findingsOf("mnist-table", { rows })])).toMatch(/^MNIST test, bNSM: .*: open$/m);
  const streams = [rowOf("bNSM: nothing drifts", 9, 0.1, failed), rowOf("MLP: nothing drifts", 10, 0.1)];
  expect(verdictOf("online", [findingsOf("online", { rows: streams })])).toBe("undecided");
});

test("networks are compared by the same optimiser, where findings have it", () => {
  const curve = (ys: readonly number[]): Points => ys.map((y, x) => ({ x, y }));
  const lines = {
    ...{ bNSM: curve([9, 2, 2]), "bNSM, Adam": curve([9, 9, 9, 2]) },
    ...{ dCNN: curve([9, 9, 2, 2]), StNN: curve([9, 9, 2, 2]) },
  };
  const all = [findingsOf("convergence", { figures: [figureOf("iterations", lines)] })];
  expect(textOf("convergence", all)).toContain("bNSM, Adam and dCNN to 2.00 %: 3 and 2 iterations: against");
});

test("a comparison or two of many on one side are no more than chance has", () => {
  const of = (better: number): readonly Findings[] => [
    findingsOf("uncertainty", {
      comparisons: Array.from({ length: 24 }, (_, k) =>
        comparisonOf("bNSM", "dCNN, one pass", `measure ${k}`, k < better ? -1 : 0, 0.1),
      ),
    }),
  ];
  expect(verdictOf("uncertainty", of(2))).toBe("undecided");
  expect(textOf("uncertainty", of(2))).toContain("better in 2 of 24, as chance may");
  expect(verdictOf("uncertainty", of(3))).toBe("holds in part");
});
