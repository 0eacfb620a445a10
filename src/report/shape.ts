/** Shapes of figures. */

/** Size of a drawing, in units of its viewBox. */
export interface Shape {
  readonly width: number;
  /** Height without a legend below. */
  readonly height: number;
  /** Place of the line names. */
  readonly legend: "right" | "below";
}

/** Shape of pages and of the SVG files. */
export const WIDE: Shape = { width: 1000, height: 182, legend: "right" };

/** Shape of narrow screens, on which the wide one would be scaled down until it is illegible. */
export const NARROW: Shape = { width: 400, height: 270, legend: "below" };
