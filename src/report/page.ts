/** Findings as one self-contained HTML page: the paper's claims, contents, and a section for each experiment. */
import { escaped } from "../drawing/svg.ts";
import type { Findings } from "../experiments/findings/findings.ts";
import { claimsHtml } from "./claims-table.ts";
import { contentsHtml } from "./contents.ts";
import { differingScoresHtml } from "./differing-scores.ts";
import type { Draw } from "./figure.ts";
import { glossaryHtml } from "./glossary.ts";
import { drawFigure } from "./plot.ts";
import { sectionHtml } from "./section.ts";
import { STYLE } from "./style.ts";

/** The whole document. `draw` renders a figure as SVG; `left` lists findings that were skipped. */
export const reportHtml = (
  all: readonly Findings[],
  draw: Draw = drawFigure,
  left: readonly string[] = [],
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Neural Sampling Machines: reproduction</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Neural Sampling Machines: reproduction</h1>
<p>Claims of <a href="https://arxiv.org/abs/1910.12316">arXiv 1910.12316</a>, judged by the experiments below. Verdicts and
numbers are computed from their findings by fixed rules.</p>
${left.map((line) => `<p class="alert"><strong>${escaped(line)}.</strong></p>`).join("\n")}
</header>
<main>
${claimsHtml(all)}
${contentsHtml(all)}
${glossaryHtml()}
${differingScoresHtml(all)}
${all.map((findings) => sectionHtml(findings, draw)).join("\n")}
</main>
</body>
</html>
`;
