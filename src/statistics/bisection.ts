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
