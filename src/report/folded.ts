/** Parts of a page that are folded away until they are opened; no script is needed. */
import { escaped } from "../drawing/svg.ts";

/** A folded part; nothing if it is empty. */
export const folded = (summary: string, html: string): string =>
  html.trim() === "" ? "" : `<details>\n<summary>${escaped(summary)}</summary>\n${html}\n</details>`;

/** A list of sentences; nothing if there are none. */
export const listOf = (sentences: readonly string[]): string =>
  sentences.length === 0
    ? ""
    : `<ul class="note">\n${sentences.map((own) => `<li>${escaped(own)}</li>`).join("\n")}\n</ul>`;
