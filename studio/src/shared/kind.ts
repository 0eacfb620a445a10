/** Kinds of predictions: an answer, doubt, or an input that is unlike what the network was trained on. */
import { type Prediction, unsureAbove } from "neural-sampling/web";

export type Kind = "answer" | "unsure" | "unlike";

export const kindOf = ({ verdict, entropy, probabilities }: Prediction): Kind =>
  verdict === "unlike" ? "unlike" : entropy > unsureAbove(probabilities.length) ? "unsure" : "answer";
