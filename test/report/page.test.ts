/** The page: what is visible and what is folded, escaped texts, and nothing that is fetched. */
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { Comparison, Findings, Row } from "../../src/experiments/findings/findings.ts";
import { CLAIMS } from "../../src/report/claims/catalogue.ts";
import { durationText, errorText, significant } from "../../src/report/number-text.ts";
import { reportHtml } from "../../src/report/page.ts";
import { bandOf, comparisonOf, figureOf, findingsOf, rowOf } from "./example.ts";

const rows: readonly Row[] = [
  rowOf("bNSM", 0.8, 0.2, { paper: 0.775 }),
  rowOf("no data", 0, 0, { dataset: "emnist", error: null, missing: "nsm data fetch emnist" }),
  rowOf("damaged", 0, 0, { seeds: [], error: null, problem: "seed 1: a damaged run" }),
  rowOf("with others", 0.8, 0.2, { ood: [{ name: "noise", auroc: 0.99, aupr: 0.98, fpr95: 0.02 }] }),
];

const table = findingsOf("mnist-table", {
  rows: [...rows],
  comparisons: [comparisonOf("bNSM", "twin", "NLL", -1, 0.5), comparisonOf("bNSM", "twin", "ECE", -0.1, 0.5)],
  remarks: ["What it says.", "What else it says."],
});

const drawn = findingsOf("convergence", {
  figures: [
    figureOf("iterations", { bNSM: bandOf([2, 1]), dCNN: bandOf([1, 1]) }),
    figureOf("seconds", { bNSM: bandOf([2, 1]) }),
  ],
  rows: [rowOf("bNSM", 0.8, 0.2)],
  remarks: ["What it says."],
});

const documentOf = (all: readonly Findings[], left: readonly string[] = []): Document =>
  parseHTML(reportHtml(all, undefined, left)).document as unknown as Document;

const sectionOf = (document: Document, id: string): Element => document.getElementById(id)!;

/** Elements of a section that are visible while everything is folded. */
const visible = (element: Element, selector: string): Element[] =>
  [...element.querySelectorAll(selector)].filter((own) => own.closest("details") === null);

const foldedText = (element: Element): string =>
  [...element.querySelectorAll("details")].map(({ textContent }) => textContent).join("\n");

const visibleText = (element: Element): string => {
  const copy = element.cloneNode(true) as Element;
  for (const details of [...copy.querySelectorAll("details, style")]) details.remove();
  return copy.textContent!;
};

test("rows of one name with other errors in other sections are told, and no others", () => {
  const older = findingsOf("uncertainty", {
    rows: [rowOf("bNSM", 0.9, 0.2), rowOf("with others", 0.8, 0.3)],
  });
  const page = documentOf([table, older, findingsOf("methods-table", { rows: [rowOf("bNSM", 0.8, 0.2)] })]);
  const note = [...page.querySelectorAll("main > details")].find(({ textContent }) =>
    textContent!.includes("1 network with different errors in different sections"),
  )!;
  expect(note.querySelectorAll("li").length).toBe(1);
  expect([...note.querySelectorAll("li a")].map(({ textContent }) => textContent)).toEqual([
    "0.80 %",
    "0.90 %",
    "0.80 %",
  ]);
  expect(documentOf([table]).body.textContent).not.toContain("different errors");
});

describe("a page", () => {
  const document = documentOf([table, drawn], ["x.findings.json is damaged"]);

  test("says beside the data what differs from the published splits, and concludes nothing from too few data", () => {
    const own = { dataset: "N-MNIST, test", split: "own split" };
    const few = { dataset: "DVS Gesture by lighting", split: "1 user", isDemonstration: true } as const;
    const found = findingsOf("data-table", {
      rows: [rowOf("dCNN", 1, 0.1, own), rowOf("dCNN", 2, 0.1, few)],
    });
    const section = sectionOf(documentOf([found]), "data-table-standard");
    const titles = visible(section, "th[scope=rowgroup]").map(({ textContent }) => textContent);
    expect(titles).toEqual(["N-MNIST, test (own split)", "DVS Gesture by lighting (1 user)"]);
    const [conclusion] = visible(section, "p").map(({ textContent }) => textContent);
    expect(conclusion).toBe("Lowest error on N-MNIST: dCNN, 1.00 (0.90 to 1.10) %.");
  });

  test("begins with damaged findings, claims, contents and sections", () => {
    const text = document.body.textContent!;
    const order = [
      "is damaged",
      "The paper's claims",
      "Contents",
      "Glossary",
      "Title of mnist-table standard",
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(document.querySelector(".alert")!.textContent).toBe("x.findings.json is damaged.");
    expect(documentOf([table]).querySelector(".alert")).toBeNull();
  });

  test("has each claim once, with what was tested, a result, a verdict and links", () => {
    expect(document.querySelectorAll(".claims tbody tr")).toHaveLength(CLAIMS.length);
    for (const { name, claim, tested } of CLAIMS) {
      const row = document.getElementById(`claim-${name}`)!;
      expect(row.querySelector("th")!.textContent).toBe(claim);
      expect(row.querySelector("td .note")!.textContent).toBe(tested);
      expect(row.querySelectorAll(".verdict")).toHaveLength(1);
    }
    const row = document.getElementById("claim-convergence")!;
    expect(row.querySelector(".verdict")!.textContent).toBe("does not hold");
    expect(row.textContent).toContain("1 (1 to 1) and 0 (0 to 0) iterations");
    expect(row.querySelector("a")!.getAttribute("href")).toBe("#convergence-standard");
    expect(document.getElementById("claim-online")!.textContent).toMatch(
      /not tested here: streams nsm reproduce online --budget standard/,
    );
    expect(document.getElementById("claim-substrate")!.textContent).toMatch(
      /not tested here: MNIST nsm reproduce substrate --budget standard/,
    );
  });

  test("shows a claim's first result of each outcome, and folds the others behind their number", () => {
    const falling = (iterations: number) => bandOf([...Array<number>(iterations).fill(2), 1]);
    const lines = { bNSM: falling(9), dCNN: falling(3), StNN: falling(4) };
    const found = findingsOf("convergence", { figures: [figureOf("iterations", lines)] });
    const row = documentOf([found]).getElementById("claim-convergence")!;
    const items = [...row.querySelectorAll("td > ul > li")];
    expect(items.map((own) => own.querySelector(".outcome")!.textContent)).toEqual(["against", "missing"]);
    expect(items[0]!.querySelector("summary")!.textContent).toBe("1 more result");
    expect(visibleText(items[0]!)).toContain("bNSM and dCNN");
    expect(visibleText(items[0]!)).not.toContain("bNSM and StNN");
    expect(items[0]!.querySelector("details li")!.textContent).toContain("bNSM and StNN");
  });

  test("links to parts that exist, whose ids are unique", () => {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute("href")!);
    expect(links.length).toBeGreaterThanOrEqual(3);
    for (const link of links) expect(ids).toContain(link.slice(1));
    const contents = [...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href"));
    expect(contents).toEqual(["#mnist-table-standard", "#convergence-standard"]);
  });

  test("has landmarks, headings, header cells with a scope, and titles of figures", () => {
    for (const name of ["header", "main", "nav", "h1"])
      expect(document.querySelectorAll(name)).toHaveLength(1);
    expect(document.querySelector("html")!.getAttribute("lang")).toBe("en");
    const cells = [...document.querySelectorAll("th")];
    expect(cells.length).toBeGreaterThan(20);
    for (const cell of cells) expect(cell.getAttribute("scope")).toMatch(/^(col|row|rowgroup)$/);
    for (const row of document.querySelectorAll("tbody tr")) expect(row.querySelector("th")).not.toBeNull();
    const figures = [...document.querySelectorAll("figure svg")];
    expect(figures).toHaveLength(6 - 2);
    for (const svg of figures) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.querySelector("title")!.textContent).toMatch(/^Figure /);
    }
  });

  test("fetches nothing and runs nothing", () => {
    const html = reportHtml([table, drawn]);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<object|\ssrc=|srcset|@import|url\(|\son\w+=/);
    const addresses = [...html.matchAll(/https?:\/\/[^"\s<]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(["https://arxiv.org/abs/1910.12316", "http://www.w3.org/2000/svg"]),
    );
    const hrefs = [...document.querySelectorAll("[href]")];
    for (const element of hrefs) expect(element.localName).toBe("a");
  });
});

describe("a section", () => {
  const document = documentOf([table, drawn]);

  test("with figures shows its conclusion and the first one, each in two shapes", () => {
    const section = sectionOf(document, "convergence-standard");
    expect(visible(section, "p").map(({ textContent }) => textContent)).toEqual([
      "Iterations to 1.10 %, which every seed of every network reaches: bNSM 1 (1 to 1); dCNN 0 (0 to 0).",
    ]);
    expect(visible(section, "figure").map((own) => own.querySelector("title")!.textContent)).toEqual([
      "Figure iterations",
    ]);
    const [figure] = visible(section, "figure");
    const widths = ["wide", "narrow"].map((name) =>
      Number(figure!.querySelector(`.${name} svg`)!.getAttribute("viewBox")!.split(" ")[2]),
    );
    expect(widths[0]).toBeGreaterThan(2 * widths[1]!);
    expect(visible(section, "table")).toEqual([]);
    for (const words of ["1 more figure", "Figure seconds", "0.80 (0.60 to 1.00)", "What it says."])
      expect(foldedText(section)).toContain(words);
  });

  test("without figures shows its scores; all numbers, remarks and the command are folded", () => {
    const section = sectionOf(document, "mnist-table-standard");
    const text = visibleText(section);
    for (const words of ["0.80 (0.60 to 1.00)", "0.775", "0.0234", "0.0014", "0.990", "standard budget"])
      expect(text).toContain(words);
    for (const words of ["seed 1: a damaged run", "emnist", "nsm data fetch emnist"])
      expect(text).toContain(words);
    const details = foldedText(section);
    for (const words of [
      ...["0.0123", "1, 2, 3", "6.7 min", "66.7 min", "0.9900", "0.9800", "0.0200", "What it says."],
      ...["15 epochs, 3 seeds and 100 passes", "nsm reproduce mnist-table", "cpu, 2 threads", "node 20"],
    ]) {
      expect(details).toContain(words);
      expect(text).not.toContain(words);
    }
  });

  test("names what failed also where the table is folded", () => {
    const failing = { ...drawn, rows: [...rows] };
    const text = visibleText(sectionOf(documentOf([failing]), "convergence-standard"));
    expect(text).toContain("damaged: seed 1: a damaged run");
    expect(text).toContain("No data here: emnist: nsm data fetch emnist.");
  });

  test("without figures shows its first rows, and folds the others behind their number", () => {
    const many = Array.from({ length: 9 }, (_, k) => rowOf(`row ${k}`, k + 1, 0.1));
    const missing = rowOf("no data", 0, 0, {
      dataset: "emnist",
      error: null,
      missing: "nsm data fetch emnist",
    });
    const damaged = rowOf("damaged", 0, 0, { seeds: [], error: null, problem: "seed 1: a damaged run" });
    const found = findingsOf("mnist-table", { rows: [missing, ...many, damaged] });
    const section = sectionOf(documentOf([found]), "mnist-table-standard");
    expect(visible(section, "tbody th").map(({ textContent }) => textContent)).toEqual([
      ...["row 0", "row 1", "row 2", "row 3", "row 4", "row 5"],
    ]);
    const [rest] = section.querySelectorAll("details");
    expect(rest!.querySelector("summary")!.textContent).toBe("4 more rows");
    expect([...rest!.querySelectorAll("tbody th")].map(({ textContent }) => textContent)).toEqual([
      ...["row 6", "row 7", "row 8", "damagedseed 1: a damaged run"],
    ]);
    // Bars of both tables have one scale.
    expect(visible(section, "thead th").at(-1)!.textContent).toBe("0 to 9.1 %");
    expect(rest!.querySelector("thead th:last-child")!.textContent).toBe("0 to 9.1 %");
    expect(visibleText(section)).toContain("damaged: seed 1: a damaged run");
    expect(visibleText(section)).toContain("No data here: emnist: nsm data fetch emnist.");
  });

  test("folds comparisons behind their counts, by pair and measure and with their numbers", () => {
    const measures = ["NLL", "ECE", "AURC", "AUROC"];
    const comparisons: Comparison[] = ["one", "two"].flatMap((other) =>
      measures.map((measure, k) => comparisonOf("bNSM", other, measure, k - 1.5, 0.2)),
    );
    comparisons[1] = comparisonOf("bNSM", "one", "ECE", 0, 1);
    const section = sectionOf(documentOf([{ ...table, comparisons }]), "mnist-table-standard");
    const [details] = section.querySelectorAll("details");
    expect(details!.querySelector("summary")!.textContent).toBe(
      "8 comparisons: 3 significantly better, 4 worse",
    );
    const lines = details!
      .querySelector("table")!
      .textContent!.split("\n")
      .map((line) => line.trim());
    expect(lines).toContain("NLLECEAURCAUROC");
    expect(lines).toContain("bNSM against onebetter-worseworse");
    expect(lines).toContain("bNSM against twobetterbetterworseworse");
    for (const words of ["-1.50 (-1.70 to -1.30)", "0.00 (-1.00 to 1.00)", "no significant difference"]) {
      expect(details!.textContent).toContain(words);
      expect(visibleText(section)).not.toContain(words);
    }
    expect(visibleText(section)).toContain(
      "Significant differences: bNSM against one, better in 1 and worse in 2 of 4; bNSM against two, better in 2 and worse in 2 of 4.",
    );
  });

  test("with very many comparisons says how many would differ by chance", () => {
    const comparisons = Array.from({ length: 40 }, (_, k) =>
      comparisonOf("bNSM", `other ${k}`, "NLL", k < 30 ? 1 : -1, 0.5),
    );
    const section = sectionOf(documentOf([{ ...table, comparisons }]), "mnist-table-standard");
    expect(visibleText(section)).toContain(
      "Significant differences: better in 10 and worse in 30 of 40 comparisons; by chance about 2 of 40 would differ.",
    );
  });

  test("of an unknown or older experiment ends with its first remark", () => {
    const old: Findings = findingsOf("older", { remarks: ["It was so."] });
    expect(visibleText(sectionOf(documentOf([old]), "older-standard"))).toContain("It was so.");
  });

  test("is one for each budget", () => {
    const defaults = { epochs: 1, seeds: 1, samples: 7 };
    const both = documentOf([table, { ...table, budget: "quick", defaults }]);
    expect(sectionOf(both, "mnist-table-quick").textContent).toContain("1 epoch, 1 seed and 7 passes");
    // Findings of earlier versions do not tell their own, and today's are others.
    const older = documentOf([{ ...table, budget: "quick" }]);
    expect(sectionOf(older, "mnist-table-quick").textContent).not.toContain("passes an image");
    expect([...both.querySelectorAll("nav li")].map(({ textContent }) => textContent)).toEqual([
      "Title of mnist-table standard",
      "Title of mnist-table quick",
    ]);
  });
});

test("every text of the findings is escaped", () => {
  const evil = '<b title="x">&';
  const all = ["mnist-table", "uncertainty", "online", "convergence", "firing", "other"].map((experiment) => {
    const bad: Row = rowOf(evil, 1, 0.1, {
      dataset: evil,
      ood: [{ name: evil, auroc: 1, aupr: 1, fpr95: 0 }],
    });
    const comparison = comparisonOf("bNSM", evil, evil, -1, 0.1);
    return findingsOf(experiment, {
      ...{ title: evil, command: evil, machine: evil, versions: { [evil]: evil }, remarks: [evil, evil] },
      rows: [
        ...[bad, { ...bad, error: null, problem: evil }, { ...bad, error: null, missing: evil }],
        ...["bNSM", "dCNN"].map((name) => ({ ...bad, name })),
        ...[`bNSM: ${evil}`, `MLP: ${evil}`].map((name) => ({ ...bad, name })),
      ],
      comparisons: [comparison, { ...comparison, name: evil }, comparisonOf("bNSM", evil, "NLL", 0, 1)],
      figures: ["iterations", "deviations", evil].map((name) => ({
        ...figureOf(name, { [evil]: bandOf([1, 2]) }),
        ...{ title: evil, caption: evil, x: { label: evil }, y: { label: evil } },
      })),
    });
  });
  // Data of a single set are named in the caption.
  all.push(findingsOf("mnist-table", { budget: "paper", rows: [rowOf(evil, 1, 0.1, { dataset: evil })] }));
  const html = reportHtml(all, undefined, [evil]);
  // Not the whole page as a message.
  expect(html.match(/.{0,80}<b[ >]/)).toBeNull();
  expect(html.match(/.{0,80}&(?!#\d+;|(lt|gt|amp|quot);)/)).toBeNull();
  expect(html.match(/&#60;b title=&#34;x&#34;&#62;&#38;/g)!.length).toBeGreaterThan(50);
});

test("numbers in words", () => {
  expect(errorText({ mean: 0.1, low: -0.2, high: 0.4 })).toBe("0.10 (0.00 to 0.40)");
  expect([3.21, 99.9, 100, 5999, 7200, null].map(durationText)).toEqual([
    ...["3.2 s", "99.9 s", "1.7 min", "100.0 min", "2.0 h", "-"],
  ]);
  expect([0, 12.345, -0.00123, 0.000123].map(significant)).toEqual(["0.00", "12.3", "-0.00123", "1.23e-4"]);
});
