/** The measurements of every step as comma-separated values. */
import type { Trainee } from "./trainee.ts";

/** Scores of the images that are kept out. */
const SCORES = ["loss", "error", "nll", "ece"] as const;

type Measured = Pick<Trainee, "name" | "losses" | "errors" | "validations">;

/**
 * A line for each step: its number, then of each network loss in nats, error in per cent, and at the end of an epoch the
 * scores of the images that are kept out.
 */
export const csvOf = (trainees: readonly Measured[]): string => {
  const head = [
    "step",
    ...trainees.flatMap(({ name }) => [
      ...[`${name}: loss`, `${name}: error`],
      ...SCORES.map((score) => `${name}: validation ${score}`),
    ]),
  ];
  const count = Math.max(...trainees.map(({ losses }) => losses.length));
  const rows = Array.from({ length: count }, (_, k) => [
    k + 1,
    ...trainees.flatMap(({ losses, errors, validations }) => {
      const scores = validations.find(({ step }) => step === k + 1)?.scores;
      return [losses[k] ?? "", errors[k] ?? "", ...SCORES.map((score) => scores?.[score] ?? "")];
    }),
  ]);
  return [head, ...rows].map((cells) => `${cells.join(",")}\n`).join("");
};
