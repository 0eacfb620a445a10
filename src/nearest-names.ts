/** The known names that a misspelt one may have meant. */

/** Most edits between a name and what was meant, and the least share of letters that stay: those of the command line's options. */
const MOST_EDITS = 3;
const LEAST_SIMILARITY = 0.4;

/** The names among `known` that are nearest to `given`, all equally near; none if no name is near. Case does not count. */
export const nearestNames = (given: string, known: readonly string[]): readonly string[] => {
  const word = given.toLowerCase();
  const near = known
    .map((name) => ({ name, edits: editDistance(word, name.toLowerCase()) }))
    .filter(({ name, edits }) => {
      const length = Math.max(word.length, name.length);
      return edits <= MOST_EDITS && (length - edits) / length > LEAST_SIMILARITY;
    });
  const fewest = Math.min(...near.map(({ edits }) => edits));
  return near.filter(({ edits }) => edits === fewest).map(({ name }) => name);
};

/** A question in brackets for a message that names what is unknown; empty if no name is near. */
export const didYouMean = (given: string, known: readonly string[]): string => {
  const near = nearestNames(given, known);
  return near.length === 0 ? "" : ` (did you mean ${near.join(" or ")}?)`;
};

/**
 * Optimal string alignment distance: the fewest insertions, deletions, substitutions and swaps of neighbouring letters that
 * turn `a` into `b`; at least the difference of their lengths.
 */
const editDistance = (a: string, b: string): number => {
  // A document may have names of any length.
  if (Math.abs(a.length - b.length) > MOST_EDITS) return Math.abs(a.length - b.length);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        substitution,
        isSwap ? beforeLast[j - 2]! + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
};
