/** The measurements of every step as comma-separated values. */
import type { Trainee } from "./trainee.ts";

/** A line for each step: its number, then loss in nats and error in per cent of each network. */
export const csvOf = (trainees: readonly Pick<Trainee, "name" | "losses" | "errors">[]): string => {
  const head = ["step", ...trainees.flatMap(({ name }) => [`${name}: loss`, `${name}: error`])];
  const count = Math.max(...trainees.map(({ losses }) => losses.length));
  const rows = Array.from({ length: count }, (_, k) => [
    k + 1,
    ...trainees.flatMap(({ losses, errors }) => [losses[k] ?? "", errors[k] ?? ""]),
  ]);
  return [head, ...rows].map((cells) => `${cells.join(",")}\n`).join("");
};
