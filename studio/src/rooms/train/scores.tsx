/** Scores of the images that are kept out, after the last epoch. */
import { grouped } from "../../shared/given-files.ts";
import type { Run } from "./run.ts";

export const Scores = ({ run: { trainees, validation, stepsOfEpoch } }: { readonly run: Run }) => {
  const scored = trainees.flatMap(({ name, validations }) => {
    const last = validations.at(-1);
    return last ? [{ name, ...last }] : [];
  });
  if (!validation) return null;
  return (
    <section class="panel scores" aria-label="Held-out images">
      <table>
        <caption>{grouped(validation.count)} held-out images, after every epoch</caption>
        <thead>
          <tr>
            <th scope="col">Network</th>
            <th scope="col">Error</th>
            <th scope="col">NLL, nats</th>
            <th scope="col">ECE</th>
          </tr>
        </thead>
        <tbody>
          {scored.map(({ name, step, scores: { samples, error, nll, ece } }) => (
            <tr key={name}>
              <th scope="row">
                {name}, epoch {step / stepsOfEpoch},{" "}
                {samples === 1 ? "one pass" : `mean of ${samples} passes`}
              </th>
              <td>{error.toFixed(2)} %</td>
              <td>{nll.toFixed(4)}</td>
              <td>{ece.toFixed(4)}</td>
            </tr>
          ))}
          {scored.length === 0 && (
            <tr>
              <td colSpan={4}>Waits for the end of the first epoch.</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
};
