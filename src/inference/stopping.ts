/**
 * Adaptive stopping: sample an image until its leading class is decided.
 *
 * Let m_c be class c's probability averaged over all passes there could be, and L the class with the largest mean so
 * far. For each class c a gambler bets against the hypothesis "c is the best class": before a pass, a fraction lambda
 * of the capital is put on the class L leading then,
 *
 *     K_c <- K_c (1 + lambda (p_L - p_c)),   0 <= lambda < 1.
 *
 * If c is the best, E(p_L - p_c) <= 0 whatever L is, K_c is a non-negative supermartingale, and by Ville's inequality
 * (1939) it ever reaches 1 / alpha with probability at most alpha. The image is decided when every K_c but the
 * leader's has reached 1 / alpha. A wrong decision means that the best class itself was rejected: so the label differs
 * from the label of infinitely many passes with probability at most alpha = 1 - confidence, no matter after how many
 * passes one looks. (Betting on bounded means: Waudby-Smith & Ramdas, "Estimating means of bounded random variables by
 * betting", JRSS B 86, 2024; passes are independent given the image.)
 *
 * lambda = S / (Q + 1), from the sums S of d and Q of d^2 over the past differences d = p_L - p_c: the maximiser of the
 * quadratic expansion of the growth sum log(1 + lambda d), shrunk as if one pass with d = 0 and d^2 = 1 had been seen;
 * any rule that looks only backwards keeps the guarantee. Undisputed images are decided in 7 passes at 95 % and in
 * 10 at 99 %.
 */
import { ConfigError } from "../errors.ts";
import { checkProbabilities, imagesOfRows, likeliest } from "../statistics/probabilities.ts";

/** Largest fraction bet: less than 1, so that one contrary pass cannot ruin the gambler. */
const LARGEST_BET = 0.75;

export interface StoppingRule {
  /** 1 for each image whose leading class is decided; it stays so. */
  readonly decided: Uint8Array;
  /**
   * Adds one pass and returns how many images are still undecided. A pass may leave decided images out.
   * probabilities: [rows, classes], row r belonging to image number `images[r]`, or to image r if `images` is left out.
   * Throws DataError for another number of rows or an image that is not there, NumericError for a row that is no
   * distribution.
   */
  add(probabilities: Float32Array, images?: ArrayLike<number>): number;
}

/**
 * A stopping rule for a batch of `images` images.
 * confidence: 0 < confidence < 1, for each image by itself. Throws ConfigError otherwise.
 */
export const stoppingRule = (images: number, classes: number, confidence: number): StoppingRule => {
  if (!(confidence > 0 && confidence < 1))
    throw new ConfigError("adaptive stopping", {
      given: `confidence ${confidence}`,
      expected: "a probability with 0 < confidence < 1",
      remedy: "Choose another confidence, such as 0.95.",
    });
  const goal = 1 / (1 - confidence);
  const decided = new Uint8Array(images);
  const sums = new Float64Array(images * classes);
  const capital = new Float64Array(images * classes).fill(1);
  const differences = new Float64Array(images * classes);
  const squares = new Float64Array(images * classes);
  const started = new Uint8Array(images);

  /** Plays one pass of one image; whether the image is decided after it. */
  const play = (probabilities: Float32Array, from: number, image: number): boolean => {
    const to = image * classes;
    // In the first pass nothing is bet yet (all S are 0), so the leader may come from the pass itself.
    const leader = started[image] ? likeliest(sums, to, classes) : likeliest(probabilities, from, classes);
    started[image] = 1;
    for (let c = 0; c < classes; c++) {
      const at = to + c;
      const d = probabilities[from + leader]! - probabilities[from + c]!;
      const bet = Math.min(LARGEST_BET, Math.max(0, differences[at]! / (squares[at]! + 1)));
      // A class once rejected stays so: Ville's inequality holds for the largest capital ever reached.
      if (capital[at]! < goal) capital[at]! *= 1 + bet * d;
      differences[at]! += d;
      squares[at]! += d * d;
      sums[at]! += probabilities[from + c]!;
    }
    const winner = likeliest(sums, to, classes);
    for (let c = 0; c < classes; c++) if (c !== winner && capital[to + c]! < goal) return false;
    return true;
  };

  let undecided = images;
  const add = (probabilities: Float32Array, rows?: ArrayLike<number>): number => {
    const targets = imagesOfRows(images, rows);
    checkProbabilities(probabilities, targets.length, classes);
    for (let row = 0; row < targets.length; row++) {
      const image = targets[row]!;
      if (decided[image] || !play(probabilities, row * classes, image)) continue;
      decided[image] = 1;
      undecided--;
    }
    return undecided;
  };

  return { decided, add };
};
