/** The table of the paper's claims: what was tested, with which result, and a verdict computed from the findings. */
import { escaped } from "../drawing/svg.ts";
import type { Findings } from "../experiments/findings/findings.ts";
import { CLAIMS } from "./claims/catalogue.ts";
import type { Outcome, Result } from "./claims/claim.ts";
import { folded, listOf } from "./folded.ts";
import { type Judged, judgeClaims, VERDICT_RULE, VERDICTS, type Verdict } from "./judge.ts";
import { idOf } from "./section-id.ts";

/** Classes of the style sheet. */
const VERDICT_CLASSES: Readonly<Record<Verdict, string>> = {
  ...{ holds: "good", holdsOnce: "good", part: "part", fails: "bad", failsOnce: "bad" },
  ...{ undecided: "none", missing: "none" },
};

const OUTCOME_CLASSES: Readonly<Record<Outcome, string>> = {
  ...{ for: "good", against: "bad", open: "none", missing: "none" },
};

const HEADS = ["Claim", "Tested", "Result with interval", "Verdict, section"];

/** The section of the claims. */
export const claimsHtml = (all: readonly Findings[]): string => `<section aria-labelledby="claims">
<h2 id="claims">The paper's claims</h2>
<table class="claims">
<thead><tr>${HEADS.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
<tbody>
${judgeClaims(all).map(rowHtml).join("\n")}
</tbody>
</table>
${folded("Rules of the verdicts", rulesHtml())}
</section>`;

const rulesHtml = (): string => {
  const tested = CLAIMS.filter(({ tests }) => tests.length > 0);
  const rules = listOf(tested.map(({ claim, rule }) => `${claim} ${rule}`));
  return `<p class="note">${escaped(VERDICT_RULE)}</p>\n${rules}`;
};

const rowHtml = ({ claim: { name, claim, tested }, verdict, evidence }: Judged): string => {
  const results = evidence.flatMap((own) => own.results);
  const links = evidence.flatMap(({ findings }) => (findings === undefined ? [] : [linkHtml(findings)]));
  const isMissing = ({ outcome }: Result): boolean => outcome === "missing";
  const lines = [
    ...results.filter((own) => !isMissing(own)).map(resultHtml),
    ...missingHtml(results.filter(isMissing)),
  ];
  const cells = [
    escaped(tested),
    lines.length === 0 ? "-" : `<ul>${lines.join("\n")}</ul>`,
    [`<span class="verdict ${VERDICT_CLASSES[verdict]}">${VERDICTS[verdict]}</span>`, ...links].join("<br>"),
  ];
  const rest = cells.map((cell, k) => `<td data-head="${HEADS[k + 1]}">${cell}</td>`).join("\n");
  return `<tr id="claim-${name}"><th scope="row">${escaped(claim)}</th>\n${rest}</tr>`;
};

const resultHtml = ({ about, text, outcome, isSingle }: Result): string => {
  const once = isSingle ? " (one run)" : "";
  return lineHtml(outcome, escaped(`${about}: ${text}${once}`));
};

/** A result behind its outcome. */
const lineHtml = (outcome: Outcome, html: string): string =>
  `<li><span class="outcome ${OUTCOME_CLASSES[outcome]}">${outcome}</span> <span>${html}</span></li>`;

/** One line for all results that are missing, with the commands that find them. */
const missingHtml = (results: readonly Result[]): readonly string[] =>
  results.length === 0
    ? []
    : [lineHtml("missing", `${VERDICTS.missing}: ${results.map(commandHtml).join("; ")}`)];

const commandHtml = ({ about, text }: Result): string => `${escaped(about)} <code>${escaped(text)}</code>`;

const linkHtml = (findings: Findings): string => {
  const budget = findings.budget === "standard" ? "" : ` (${findings.budget})`;
  return `<a href="#${escaped(idOf(findings))}">${escaped(`${findings.experiment}${budget}`)}</a>`;
};
