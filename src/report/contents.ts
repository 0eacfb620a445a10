/** Table of contents. */
import { escaped } from "../drawing/svg.ts";
import type { Findings } from "../experiments/findings/findings.ts";
import { idOf } from "./section-id.ts";

export const contentsHtml = (all: readonly Findings[]): string => {
  const areMixed = new Set(all.map(({ budget }) => budget)).size > 1;
  return `<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ol class="contents">
${all.map((findings) => entryHtml(findings, areMixed)).join("\n")}
</ol>
</nav>`;
};

/** Link to a section, with its budget if the report has several. */
const entryHtml = (findings: Findings, areMixed: boolean): string => {
  const { title, budget } = findings;
  const note = areMixed ? ` <span class="note">${escaped(budget)}</span>` : "";
  return `<li><a href="#${escaped(idOf(findings))}">${escaped(title)}</a>${note}</li>`;
};
