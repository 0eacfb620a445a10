/** Figures on a page, in a wide and a narrow shape, of which the style sheet shows one. */
import { escaped } from "../drawing/svg.ts";
import type { Figure } from "../experiments/findings/findings.ts";
import { NARROW, type Shape, WIDE } from "./shape.ts";

/** Renders a figure as SVG. */
export type Draw = (figure: Figure, shape: Shape) => string;

export const figureHtml = (figure: Figure, draw: Draw): string => `<figure>
<div class="wide">${draw(figure, WIDE)}</div>
<div class="narrow">${draw(figure, NARROW)}</div>
<figcaption><strong>${escaped(figure.title)}.</strong> ${escaped(figure.caption)}</figcaption>
</figure>`;
