/** The keyboard's pen: arrow keys move it, the space bar sets it down and lifts it. */
import { PLACES, type Point } from "./drawing.ts";

/** Places of a step, and of one with the shift key. */
const [STEP, LONG_STEP] = [8, 32];

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const within = (place: number): number => Math.min(PLACES - 1, Math.max(0, place));

/** Where the pen goes from `at` while these keys are held; undefined where none is an arrow. */
export const movedBy = (held: ReadonlySet<string>, [x, y]: Point, isLong: boolean): Point | undefined => {
  const arrows = [...held].flatMap((key) => (isArrow(key) ? [ARROWS[key]!] : []));
  if (arrows.length === 0) return undefined;
  const step = isLong ? LONG_STEP : STEP;
  const sum = (axis: 0 | 1): number => step * arrows.reduce((total, arrow) => total + arrow[axis], 0);
  return [within(x + sum(0)), within(y + sum(1))];
};

export const isArrow = (key: string): boolean => Object.hasOwn(ARROWS, key);
