/** What a model says of the recording. */
import type { Prediction } from "neural-sampling/web";
import { kindOf } from "../../shared/kind.ts";
import type { Asked } from "./state.ts";

interface AnswerProps {
  readonly model: Asked;
  readonly prediction: Prediction | undefined;
}

/** Words before the likeliest class, by the kind of prediction. */
const DOUBTS = {
  answer: "",
  unsure: "It is not sure. The likeliest: ",
  unlike: "Unlike what it was trained on. The likeliest: ",
} as const;

export const Answer = ({ model: { file, isOfPage }, prediction }: AnswerProps) => {
  const { network, classNames } = file;
  return (
    <section class="panel answer" aria-label="Answer">
      <h3>What {network.name} says</h3>
      {prediction ? (
        <>
          <p>
            {DOUBTS[kindOf(prediction)]}
            <strong>{classNames?.[prediction.label] ?? prediction.label}</strong> with probability{" "}
            <span class="number">{prediction.probabilities[prediction.label]!.toFixed(3)}</span>, entropy{" "}
            <span class="number">{prediction.entropy.toFixed(2)}</span> nats.
          </p>
          <p class="hint">Of the frames above, by {prediction.samples} Monte Carlo passes.</p>
        </>
      ) : (
        <p class="hint">
          It answers on {network.input[0]} frames of {network.input.slice(1).join(" × ")} pixels. One of
          N-MNIST takes ten binary ones of brighter events, cut into equal times.
        </p>
      )}
      {isOfPage && (
        <p class="hint">
          This network came with the page. It was trained on made recordings alone, and errs more often on
          real ones than a network that has seen those. Drop a model of your own to ask that one.
        </p>
      )}
    </section>
  );
};
