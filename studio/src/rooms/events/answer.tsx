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
        <p class="hint">Ten frames of the whole recording's brighter events, {prediction.samples} passes.</p>
      </>
    ) : (
      <p class="hint">It answers on a recording of {model.network.input.slice(1).join(" × ")} pixels.</p>
    )}
  </section>
);
