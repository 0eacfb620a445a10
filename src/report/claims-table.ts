/** The table of the paper's claims: what was tested, with which result, and a verdict computed from the findings. */
import { escaped } from "../drawing/svg.ts";
import type { Findings } from "../experiments/findings/findings.ts";
import { counted } from "../grouped.ts";
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

const HEADS = ["Claim", "Tested, result with interval", "Verdict, section"];

/** Order in which a claim's results are listed. */
const OUTCOMES: readonly Outcome[] = ["for", "against", "open"];

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
  const lines = [
    ...OUTCOMES.flatMap((outcome) => outcomeHtml(outcome, of(outcome, results))),
    ...missingHtml(of("missing", results)),
  ];
  const list = lines.length === 0 ? "-" : `<ul>${lines.join("\n")}</ul>`;
  const cells = [
    `<p class="note">${escaped(tested)}</p>\n${list}`,
    [`<span class="verdict ${VERDICT_CLASSES[verdict]}">${VERDICTS[verdict]}</span>`, ...links].join("<br>"),
  ];
  const rest = cells.map((cell, k) => `<td data-head="${HEADS[k + 1]}">${cell}</td>`).join("\n");
  return `<tr id="claim-${name}"><th scope="row">${escaped(claim)}</th>\n${rest}</tr>`;
};

const of = (outcome: Outcome, results: readonly Result[]): readonly Result[] =>
  results.filter((own) => own.outcome === outcome);

/** One line for all results of an outcome: the first is visible, the others are folded behind it. */
const outcomeHtml = (outcome: Outcome, results: readonly Result[]): readonly string[] => {
  if (results.length === 0) return [];
  const [first, ...others] = results.map(resultText);
  return [
    lineHtml(outcome, `${escaped(first!)}\n${folded(counted(others.length, "more result"), listOf(others))}`),
  ];
};

const resultText = ({ about, text, isSingle }: Result): string =>
  `${about}: ${text}${isSingle ? " (one run)" : ""}`;

/** A line behind its outcome. */
const lineHtml = (outcome: Outcome, html: string): string =>
  `<li><span class="outcome ${OUTCOME_CLASSES[outcome]}">${outcome}</span> <div>${html}</div></li>`;

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
