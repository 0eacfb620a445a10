/** What a model says of the recording. */
import { type Prediction, unsureAbove } from "neural-sampling/web";
import type { Asked } from "./state.ts";

interface AnswerProps {
  readonly model: Asked;
  readonly prediction: Prediction | undefined;
}

export const Answer = ({ model: { file, isOfPage }, prediction }: AnswerProps) => {
  const { network, classNames } = file;
  return (
    <section class="panel answer" aria-label="Answer">
      <h3>What {network.name} says</h3>
      {prediction ? (
        <>
          <p>
            {prediction.entropy > unsureAbove(network.classes) && "It is not sure. Its first guess: "}
            <strong>{classNames?.[prediction.label] ?? prediction.label}</strong> with probability{" "}
            <span class="number">{prediction.probabilities[prediction.label]!.toFixed(3)}</span>, entropy{" "}
            <span class="number">{prediction.entropy.toFixed(2)}</span> nats.
          </p>
          <p class="hint">Of the frames above, by {prediction.samples} passes.</p>
        </>
      ) : (
        <p class="hint">
          It answers on {network.input[0]} frames of {network.input.slice(1).join(" × ")} pixels. One of
          N-MNIST takes ten binary ones of brighter events.
        </p>
      )}
      {isOfPage && (
        <p class="hint">
          It came with the page, and has learned from made recordings of digits only. Of real ones of N-MNIST
          it reads nineteen of twenty. Drop a model of your own to ask that instead.
        </p>
      )}
    </section>
  );
};
