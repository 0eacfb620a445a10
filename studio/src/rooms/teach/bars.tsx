/** Probabilities of the classes as bars, and the doubt in words. */
import type { Guess } from "./learner.ts";

interface BarsProps {
  readonly names: readonly string[];
  readonly prediction: Guess;
}

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

export const Bars = ({ names, prediction }: BarsProps) => {
  const { probabilities, label, entropy, mutualInformation } = prediction;
  return (
    <>
      <ul class="class-bars">
        {names.map((name, k) => (
          <li key={k} class={k === label ? "chosen" : undefined}>
            <span class="class-name">{name}</span>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${100 * (probabilities[k] ?? 0)}%` }} />
            </span>
            <span class="number">{percent(probabilities[k] ?? 0)}</span>
          </li>
        ))}
      </ul>
      <p class="hint number">
        Entropy {entropy.toFixed(2)} nats
        {mutualInformation !== null && `, mutual information ${mutualInformation.toFixed(2)}`}
      </p>
    </>
  );
};
