/** What a model says of the recording. */
import type { ModelFile, Prediction } from "neural-sampling/web";

interface AnswerProps {
  readonly model: ModelFile;
  readonly prediction: Prediction | undefined;
}

export const Answer = ({ model, prediction }: AnswerProps) => (
  <section class="panel answer" aria-label="Answer">
    <h3>What {model.network.name} says</h3>
    {prediction ? (
      <>
        <p>
          <strong>{model.classNames?.[prediction.label] ?? prediction.label}</strong> with probability{" "}
          <span class="number">{prediction.probabilities[prediction.label]!.toFixed(3)}</span>, entropy{" "}
          <span class="number">{prediction.entropy.toFixed(2)}</span> nats.
        </p>
        <p class="hint">Of the frames above, by {prediction.samples} passes.</p>
      </>
    ) : (
      <p class="hint">
        It answers on {model.network.input[0]} frames of {model.network.input.slice(1).join(" × ")} pixels.
        One of N-MNIST takes ten binary ones of brighter events.
      </p>
    )}
  </section>
);
