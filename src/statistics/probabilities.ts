/** Checks and reductions of class probabilities. */
import { DataError, NumericError } from "../errors.ts";

/**
 * Class probabilities [rows, classes], row by row. Each row is non-negative and sums to 1 up to float32
 * rounding.
 */
export type Probabilities = Float32Array | Float64Array;

/** Maximum distance of a row's sum from 1: far above float32 rounding, far below real mistakes. */
const SUM_TOLERANCE = 1e-3;

/** Index of the most probable class of the row that starts at `start`; the lowest on a tie. */
export const likeliest = (values: ArrayLike<number>, start: number, classes: number): number => {
  let best = 0;
  for (let c = 1; c < classes; c++) if (values[start + c]! > values[start + best]!) best = c;
  return best;
};

/** Share of rows [classes] whose likeliest class is the same in both. */
export const agreement = (a: Probabilities, b: Probabilities, classes: number): number => {
  const rows = a.length / classes;
  let equal = 0;
  for (let row = 0; row < rows; row++)
    if (likeliest(a, row * classes, classes) === likeliest(b, row * classes, classes)) equal++;
  return equal / rows;
};

/** Entropy -sum p log p, in nats, of the row that starts at `start`; 0 log 0 is 0. Never negative. */
export const rowEntropy = (probabilities: Probabilities, start: number, classes: number): number => {
  let entropy = 0;
  for (let c = start; c < start + classes; c++) {
    const p = probabilities[c]!;
    if (p > 0) entropy -= p * Math.log(p);
  }
  // A probability that rounding left just above 1 has a positive logarithm.
  return Math.max(0, entropy);
};

/**
 * Throws DataError unless there are `rows` rows of `classes` numbers, NumericError unless each row is a
 * distribution.
 */
export const checkProbabilities = (probabilities: Probabilities, rows: number, classes: number): void => {
  if (probabilities.length !== rows * classes)
    throw new DataError("class probabilities", {
      given: `${probabilities.length} numbers`,
      expected: `${rows} rows of ${classes} classes`,
      remedy: "Pass one row of probabilities for each image.",
    });
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let negative = false;
    for (let c = row * classes; c < (row + 1) * classes; c++) {
      sum += probabilities[c]!;
      if (probabilities[c]! < 0) negative = true;
    }
    // A NaN makes the sum NaN, for which the comparison is false.
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE) || negative)
      throw new NumericError(`class probabilities of row ${row}`, {
        given: [...probabilities.subarray(row * classes, (row + 1) * classes)].join(" "),
        expected: "numbers of at least 0 with sum 1",
        remedy: "Pass the output of a softmax, and check that the weights behind it are finite.",
      });
  }
};

/**
 * Image index of each row: `rows`, or all images in order by default. Throws DataError for an index out of
 * range.
 */
export const imagesOfRows = (images: number, rows?: ArrayLike<number>): Uint32Array => {
  const targets = new Uint32Array(rows?.length ?? images);
  for (let row = 0; row < targets.length; row++) {
    const image = rows ? rows[row]! : row;
    if (!(image >= 0 && image < images))
      throw new DataError("images of a pass", {
        given: `image ${image} in row ${row}`,
        expected: `images 0 to ${images - 1}`,
        remedy: "Give each row the index of its image in the batch.",
      });
    targets[row] = image;
  }
  return targets;
};

/** True classes, one per image. */
export type Labels = ArrayLike<number>;

/**
 * Checks probabilities against labels and returns the number of classes. Throws DataError for no images,
 * mismatched lengths or a label that is no class, NumericError for a row that is not a distribution.
 */
export const checkLabelled = (probabilities: Probabilities, labels: Labels): number => {
  const classes = probabilities.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(classes) || classes === 0)
    throw new DataError("predictions and labels", {
      given: `${probabilities.length} probabilities and ${labels.length} labels`,
      expected: "at least one label, and one row of probabilities for each",
      remedy: "Pass the labels of the same images in the same order.",
    });
  for (let i = 0; i < labels.length; i++)
    if (!Number.isInteger(labels[i]) || labels[i]! < 0 || labels[i]! >= classes)
      throw new DataError(`label of image ${i}`, {
        given: String(labels[i]),
        expected: `a class from 0 to ${classes - 1}`,
        remedy: "Check that the labels belong to the data set that the network was made for.",
      });
  checkProbabilities(probabilities, labels.length, classes);
  return classes;
};

/** 1 for each misclassified image, else 0. Checks its arguments as `checkLabelled` does. */
export const mistakes = (probabilities: Probabilities, labels: Labels): Uint8Array => {
  const classes = checkLabelled(probabilities, labels);
  return Uint8Array.from(labels, (label, i) =>
    likeliest(probabilities, i * classes, classes) === label ? 0 : 1,
  );
};

/**
 * Mean of `score` over all rows; `start` is the index of a row's first element. Checks as `checkLabelled`
 * does.
 */
export const meanScore = (
  probabilities: Probabilities,
  labels: Labels,
  score: (start: number, classes: number, label: number) => number,
): number => {
  const classes = checkLabelled(probabilities, labels);
  let total = 0;
  for (let i = 0; i < labels.length; i++) total += score(i * classes, classes, labels[i]!);
  return total / labels.length;
};
