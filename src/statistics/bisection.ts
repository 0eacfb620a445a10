/** Bisection of monotone conditions. */

/**
 * Neighbouring numbers between `low` and `high` between which `holds` turns from true to false. `holds` is taken to be
 * true at `low` and false at `high`.
 */
export const crossing = (
  low: number,
  high: number,
  holds: (x: number) => boolean,
): readonly [last: number, first: number] => {
  let [last, first] = [low, high];
  for (;;) {
    const middle = (last + first) / 2;
    if (middle === last || middle === first) return [last, first];
    if (holds(middle)) last = middle;
    else first = middle;
  }
};

/** Least integer from `low` to `high` for which `holds`, which is taken to turn from false to true; `high` if none below it. */
export const firstInteger = (low: number, high: number, holds: (k: number) => boolean): number => {
  let [least, most] = [low, high];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (holds(middle)) most = middle;
    else least = middle + 1;
  }
  return least;
};
