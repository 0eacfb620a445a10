/** HTML tables that scroll in a box of their own. */
import { escaped } from "../drawing/svg.ts";

/** Content of a cell: text, or HTML with a class. */
export type Cell = string | { readonly html: string; readonly className?: string };

export interface Line {
  readonly head: Cell;
  /** One cell for each further column. */
  readonly cells: readonly Cell[];
}

/** Lines under a common heading, if there is one. */
export interface LineGroup {
  readonly title?: string;
  readonly lines: readonly Line[];
}

export interface Table {
  readonly caption: string;
  readonly heads: readonly string[];
  /** The first column of numbers; all columns after it are numbers too. */
  readonly numbersFrom: number;
  readonly groups: readonly LineGroup[];
}

export const tableHtml = ({ caption, heads, numbersFrom, groups }: Table): string => {
  const numeric = (k: number): string => (k >= numbersFrom ? "number" : "");
  const headCells = heads.map((head, k) => cellHtml("th", head, numeric(k), ' scope="col"'));
  return `<div class="box" role="region" tabindex="0" aria-label="${escaped(caption)}"><table>
<caption>${escaped(caption)}</caption>
<thead><tr>${headCells.join("")}</tr></thead>
${groups.map((group) => bodyHtml(group, heads.length, numeric)).join("\n")}
</table></div>`;
};

const bodyHtml = (
  { title, lines }: LineGroup,
  columns: number,
  numeric: (column: number) => string,
): string => {
  const heading =
    title === undefined ? "" : `<tr><th scope="rowgroup" colspan="${columns}">${escaped(title)}</th></tr>\n`;
  const rows = lines.map(({ head, cells }) => {
    const rest = cells.map((cell, k) => cellHtml("td", cell, numeric(k + 1))).join("");
    return `<tr>${cellHtml("th", head, "", ' scope="row"')}${rest}</tr>`;
  });
  return `<tbody>\n${heading}${rows.join("\n")}\n</tbody>`;
};

const cellHtml = (element: "td" | "th", cell: Cell, className: string, attributes = ""): string => {
  const { html, className: own = "" } = typeof cell === "string" ? { html: escaped(cell) } : cell;
  const names = [className, own].filter((name) => name !== "").join(" ");
  return `<${element}${attributes}${names === "" ? "" : ` class="${names}"`}>${html}</${element}>`;
};
