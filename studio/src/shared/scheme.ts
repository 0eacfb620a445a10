/** Whether the page is dark. Canvases, whose pixels do not follow the style sheet, are drawn again when it changes. */
import { signal } from "@preact/signals";

const query = matchMedia("(prefers-color-scheme: dark)");

export const isDark = signal(query.matches);
query.addEventListener("change", ({ matches }) => {
  isDark.value = matches;
});
