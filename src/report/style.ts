/** Style sheet of reports, in a light and a dark scheme. */
import { FONT } from "../drawing/svg.ts";

/** Colours of texts and their backgrounds. Text has a contrast of at least 4.5 to its background. */
export interface Scheme {
  readonly text: string;
  /** Secondary text. */
  readonly faint: string;
  readonly link: string;
  readonly line: string;
  readonly ground: string;
  /** Text and background of verdicts. */
  readonly good: readonly [string, string];
  readonly part: readonly [string, string];
  readonly bad: readonly [string, string];
  readonly none: readonly [string, string];
}

export const LIGHT: Scheme = {
  ...{ text: "#1f2328", faint: "#57606a", link: "#0550ae", line: "#d0d7de" },
  ...{ ground: "#ffffff" },
  ...{ good: ["#116329", "#dafbe1"], part: ["#7d4e00", "#fff8c5"] },
  ...{ bad: ["#a40e26", "#ffebe9"], none: ["#4a535d", "#eaeef2"] },
};

export const DARK: Scheme = {
  ...{ text: "#e6edf3", faint: "#9aa4af", link: "#79b8ff", line: "#3d444d" },
  ...{ ground: "#0d1117" },
  ...{ good: ["#7ee787", "#12261e"], part: ["#e3b341", "#272115"] },
  ...{ bad: ["#ffa198", "#2d1517"], none: ["#b1bac4", "#21262d"] },
};

/** Custom properties: --text, --good and --good-ground for `good`, and so on. */
const properties = (scheme: Scheme): string =>
  Object.entries(scheme)
    .flatMap(([name, colour]) =>
      typeof colour === "string"
        ? [`--${name}: ${colour};`]
        : [`--${name}: ${colour[0]};`, `--${name}-ground: ${colour[1]};`],
    )
    .join(" ");

/** Widths at which figures have their narrow shape, and at which the cells of a claim are stacked. */
const [NARROW, STACKED] = ["(max-width: 47rem)", "(max-width: 60rem)"];

export const STYLE = `
:root { color-scheme: light dark; ${properties(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${properties(DARK)} } }
* { box-sizing: border-box; }
body { font: 15px/1.4 ${FONT}; color: var(--text); background: var(--ground);
  max-width: 76rem; margin: 1rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1, h2 { line-height: 1.2; margin: 0 0 .25rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; }
section, nav { margin-top: 1.2rem; }
p, ul, ol { margin: .3rem 0; } ul, ol { padding-left: 1.5rem; }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
.note, figcaption, caption { color: var(--faint); font-size: .82rem; font-weight: normal; }
caption { text-align: left; padding: .2rem 0; }
.alert { border-left: .3rem solid var(--bad); padding-left: .7rem; }
.box { overflow-x: auto; margin: .3rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .15rem 1.2rem .15rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { vertical-align: bottom; }
tbody th { font-weight: normal; min-width: 8rem; }
tbody th[scope="rowgroup"] { font-weight: 600; padding-top: .6rem; }
.bar { padding-left: 1rem; } .bar svg { vertical-align: middle; }
.number { text-align: right; } td.number { white-space: nowrap; } td.better, td.worse { font-weight: 600; }
.better { color: var(--good); } .worse { color: var(--bad); }
figure { margin: .3rem 0; } figure svg { display: block; width: 100%; height: auto; } .narrow { display: none; }
details { display: inline-block; margin: .2rem 1.5rem .2rem 0; } details[open] { display: block; margin-right: 0; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; width: fit-content; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; font-size: .9rem; } dd { margin: 0; }
.contents { columns: 20rem; column-gap: 1rem; font-size: .9rem; } .contents li { margin-right: 1.5rem; }
.claims { table-layout: fixed; width: 100%; font-size: .87rem; }
.claims thead th:first-child { width: 25%; } .claims thead th:last-child { width: 8rem; }
.claims tbody th { font-weight: 600; } .claims p { margin: 0; } .claims details { margin: 0; }
.claims td > ul { list-style: none; margin: 0; padding: 0; }
.claims td > ul > li { display: grid; grid-template-columns: 3.9rem 1fr; align-items: baseline; }
.verdict { display: inline-block; white-space: nowrap; font-weight: 600; padding: .05rem .5rem; border-radius: 1rem; }
.outcome { font-size: .8rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .verdict.good { background: var(--good-ground); }
.part { color: var(--part); } .verdict.part { background: var(--part-ground); }
.bad { color: var(--bad); } .verdict.bad { background: var(--bad-ground); }
.none { color: var(--none); } .verdict.none { background: var(--none-ground); }
@media (min-width: 76rem) { .box th[scope="row"] { min-width: 16rem; } }
@media screen and ${NARROW} {
  .wide { display: none; } .narrow { display: block; }
  .box th, .box td { padding-right: .8rem; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } dt { font-weight: 600; }
}
@media screen and ${STACKED} {
  .claims, .claims tbody, .claims tr, .claims th, .claims td { display: block; width: auto; padding-right: 0; }
  .claims thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .claims tr { border-bottom: 2px solid var(--line); padding: .5rem 0; }
  .claims tbody th, .claims td { border: 0; } .claims tbody th { font-size: 1rem; }
  .claims td::before { content: attr(data-head); display: block; color: var(--faint); font-size: .8rem; }
}
@media print {
  details { display: block; } details::details-content { content-visibility: visible; }
  summary { color: inherit; font-weight: 600; list-style: none; }
  .box { overflow: visible; } .box table { font-size: .72rem; } .box tbody th { min-width: 5rem; }
  .box th, .box td { padding-right: .6rem; } .bar svg { width: 6rem; }
  h2 { break-after: avoid; } figure, tr { break-inside: avoid; }
}
`;
