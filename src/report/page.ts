/** Findings as one self-contained HTML file: tables, figures, commands, versions and machines. */
import { escaped, FONT } from "../drawing/svg.ts";
import type { Comparison, Figure, Findings, Row } from "../experiments/findings/findings.ts";
import { BUDGETS } from "../experiments/study/budgets.ts";
import { counted, grouped } from "../grouped.ts";
import { DETECTION_HEADS, detectionLines } from "./detection-table.ts";
import { durationText, errorText } from "./number-text.ts";
import { drawFigure } from "./plot.ts";

const STYLE = `
  body { font: 16px/1.5 ${FONT};
    color: #24292f; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  h1, h2 { line-height: 1.2; } h2 { margin-top: 3rem; }
  .table { overflow-x: auto; margin: 1.5rem 0; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #d0d7de; vertical-align: top; }
  td:nth-child(-n+2) { min-width: 9rem; }
  .number { text-align: right; white-space: nowrap; }
  code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
  figure { margin: 2rem 0; } figure svg { max-width: 100%; height: auto; }
  figcaption, .facts, .note { color: #57606a; font-size: .9rem; }
  h2 .note { font-weight: normal; white-space: nowrap; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; font-size: .9rem; } dd { margin: 0; }
`;

/** The whole document. `draw` renders a figure as SVG; `left` lists findings that were skipped. */
export const reportHtml = (
  all: readonly Findings[],
  draw: Draw = drawFigure,
  left: readonly string[] = [],
): string => {
  const sections = all.map((findings) => section(findings, draw)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neural Sampling Machines: reproduction</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Neural Sampling Machines: reproduction</h1>
<p>Each error is the mean over seeds with its 95 % interval: Student's over several seeds, Wilson's over the test images
of one. <em>Paper</em> is the value of <a href="https://arxiv.org/abs/1910.12316">arXiv 1910.12316</a>. <em>Training</em>
is the wall time of all seeds together, where and beside whatever they ran.</p>
<dl>
${GLOSSARY.map(([word, meaning]) => `<dt>${word}</dt><dd>${meaning}</dd>`).join("\n")}
</dl>
${left.map((line) => `<p><strong>${escaped(line)}.</strong></p>`).join("\n")}
${sections}
</body>
</html>
`;
};

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["bNSM, gNSM", "Neural Sampling Machines whose synapses have Bernoulli or Gaussian noise"],
  ["dCNN, MLP", "conventional networks of the same widths, with rectifiers"],
  ["StNN", "the same network with noisy rectifiers"],
  ["binary network", "the NSM's neurons without their noise, trained by the erf gradient"],
  [
    "seeds",
    "a seed gives the same run on the same kind of processor with the same number of threads; elsewhere sums round " +
      "differently, and the error differs as much as between seeds",
  ],
  ["NLL", "negative log-likelihood, nats per image"],
  ["Brier", "squared error of the probabilities, 0 to 2"],
  ["ECE", "expected calibration error, 15 bins"],
  [
    "AURC",
    "area under the risk-coverage curve: error among the most certain images, over the fraction of images answered",
  ],
  [
    "AUROC, AUPR, FPR95",
    "detection of out-of-distribution (OOD) images, the positives, among test images by the entropy of the mean " +
      "prediction: areas under the ROC and the precision-recall curve, and the fraction of OOD images accepted at the " +
      "threshold that accepts 95 % of the test images",
  ],
];

type Draw = (figure: Figure) => string;

const section = (findings: Findings, draw: Draw): string => {
  const { experiment, title, budget, command, versions, machine, seconds } = findings;
  const { rows, comparisons = [], figures, remarks } = findings;
  const { epochs, seeds, samples } = BUDGETS[budget];
  return `<section id="${escaped(`${experiment}-${budget}`)}">
<h2>${escaped(title)} <span class="note">${escaped(budget)} budget</span></h2>
${remarks.length > 0 ? `<ul>${remarks.map((remark) => `<li>${escaped(remark)}</li>`).join("\n")}</ul>` : ""}
${rows.length > 0 ? tableOf(rows) : ""}
${comparisons.length > 0 ? comparisonsOf(comparisons) : ""}
${figures.map((figure) => figureOf(figure, draw)).join("\n")}
<p class="facts"><code>${escaped(command)}</code><br>${escaped(budget)} budget, by default
${counted(epochs, "epoch")}, ${counted(seeds, "seed")} and ${samples} passes an image where they differ. ${escaped(durationText(seconds))} in all, on ${escaped(machine)}.
${Object.entries(versions)
  .map(([name, version]) => escaped(`${name} ${version}`))
  .join(", ")}.</p>
</section>`;
};

const HEADS = [
  "",
  "data",
  "error %",
  "paper",
  "NLL",
  "Brier",
  "ECE",
  "seeds",
  "epochs",
  "images",
  "training",
];

/** Header cells; the first two columns are text, the others numbers. */
const headCells = (heads: readonly string[]): string =>
  heads.map((head, k) => `<th${k > 1 ? ' class="number"' : ""}>${escaped(head)}</th>`).join("");

const tableOf = (rows: readonly Row[]): string => {
  const detections = detectionLines(rows);
  return `${table(headCells(HEADS), rows.map(rowOf))}${detections.length > 0 ? `\n${detectionTable(detections)}` : ""}`;
};

const table = (heads: string, rows: readonly string[]): string => `<div class="table"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;

const textCells = (cells: readonly string[]): string =>
  cells.map((cell) => `<td>${escaped(cell)}</td>`).join("");

const numberCells = (cells: readonly string[]): string =>
  cells.map((cell) => `<td class="number">${escaped(cell)}</td>`).join("");

const rowOf = (row: Row): string => {
  const { name, dataset, error, paper, nll, brier, ece, seeds, epochs, images, seconds, missing, problem } =
    row;
  const label = `<td>${escaped(name)}${problem ? `<br><span class="note">${escaped(problem)}</span>` : ""}</td>`;
  if (missing !== undefined)
    return `<tr>${label}${textCells([dataset])}<td colspan="9" class="note">no data here: <code>${escaped(missing)}</code></td></tr>`;
  const cells = [
    error ? errorText(error) : "-",
    paper === null ? "-" : String(paper),
    nll === null ? "-" : nll.toFixed(4),
    brier === null ? "-" : brier.toFixed(4),
    ece === null ? "-" : ece.toFixed(4),
    seeds.join(", ") || "-",
    ...(error ? [String(epochs), grouped(images), durationText(seconds)] : ["-", "-", "-"]),
  ];
  return `<tr>${label}${textCells([dataset])}${numberCells(cells)}</tr>`;
};

const detectionTable = (lines: readonly string[][]): string =>
  table(
    headCells(DETECTION_HEADS),
    lines.map((line) => `<tr>${textCells(line.slice(0, 2))}${numberCells(line.slice(2))}</tr>`),
  );

const comparisonsOf = (comparisons: readonly Comparison[]): string =>
  table(
    '<th></th><th>against</th><th>measure</th><th class="number">value</th><th class="number">other value</th><th class="number">difference (95 %)</th><th>verdict</th>',
    comparisons.map(({ name, other, measure, values, low, high, verdict }) => {
      const all = [...values, values[0] - values[1], low, high];
      const [one, two, difference, from, to] = all.map((value) => value.toPrecision(3));
      const numbers = [one!, two!, `${difference} (${from} to ${to})`];
      const text = verdict === "neither" ? "no significant difference" : verdict;
      return `<tr>${textCells([name, other, measure])}${numberCells(numbers)}${textCells([text])}</tr>`;
    }),
  );

const figureOf = (figure: Figure, draw: Draw): string => `<figure>
${draw(figure)}<figcaption>${escaped(`${figure.title}. ${figure.caption}`)}</figcaption>
</figure>`;
