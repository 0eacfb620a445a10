/** Numbers of images by which detectors are chosen and judged. */
import type { Budget } from "../study/budgets.ts";

export interface Shares {
  /** Training images of which the choice of a detector holds some out. */
  readonly chosenBy: number;
  /** Most training images that detectors are fitted to. */
  readonly fitted: number;
  /** Most test images, and most images of each other set. */
  readonly scored: number;
}

const ALL = Number.POSITIVE_INFINITY;

/** Too few to conclude anything: whether everything works. */
const QUICK: Shares = { chosenBy: 1000, fitted: 300, scored: 100 };

/** The shares of a budget: few images at the quick one, all at others, or as many as `standard` has at the standard one. */
export const sharesOf = ({ name }: Pick<Budget, "name">, standard: Partial<Shares> = {}): Shares =>
  name === "quick"
    ? QUICK
    : { chosenBy: ALL, fitted: ALL, scored: ALL, ...(name === "standard" && standard) };
