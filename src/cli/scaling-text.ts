/** Scores with scaled probabilities beside those without scaling, in words. */
import { grouped } from "../grouped.ts";
import {
  imagesForTemperature,
  imagesForVector,
  type ProbabilityScores,
  type ScalingBaselines,
} from "../statistics/scaling-baselines.ts";
import { table } from "./print.ts";

/** Scores without scaling and with it, a line each; one line without held-out images. */
export const scalingLines = (scaling: ScalingBaselines | null, classes: number): readonly string[] => {
  if (scaling === null) return ["scaling the probabilities: what it would change takes held-out images"];
  const { unscaled, temperature, vector } = scaling;
  return [
    "scaling the probabilities, each half of these images by a fit to the other (predictions stay unscaled):",
    table([
      row("unscaled", unscaled),
      row("temperature scaling", temperature, imagesForTemperature),
      row("vector scaling", vector, imagesForVector(classes)),
    ]),
  ];
};

const row = (name: string, scores: ProbabilityScores | null, fewest = 0): readonly string[] => [
  `  ${name}`,
  scores
    ? `NLL ${scores.nll.toFixed(4)}, ECE ${scores.ece.toFixed(4)}`
    : `takes at least ${grouped(fewest)} held-out images, with mistakes in each half`,
];
