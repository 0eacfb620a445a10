/** What the conventional twin says: one answer, without passes. */
import type { Chosen } from "../../shared/chosen-model.ts";
import { percent } from "./answer.tsx";
import type { Seen } from "./passes.ts";

interface TwinProps {
  readonly seen: Seen | undefined;
  readonly isBusy: boolean;
  /** The twin that is being made ready, if any. */
  readonly coming: Chosen | undefined;
}

export const Twin = ({ seen, isBusy, coming }: TwinProps) => (
  <section class="twin" aria-label="Conventional twin" aria-busy={isBusy}>
    <h2>Its conventional twin</h2>
    {seen ? (
      <>
        <p class="twin-answer">
          <strong>{seen.prediction.label}</strong> probability{" "}
          {percent(Math.max(...seen.prediction.probabilities))}
        </p>
        <svg viewBox="0 0 100 24" aria-hidden="true" preserveAspectRatio="none">
          {seen.prediction.probabilities.map((p, digit) => (
            <rect
              key={String(digit)}
              x={10 * digit + 1.5}
              y={24 - 23 * p - 1}
              width="7"
              height={23 * p + 1}
            />
          ))}
        </svg>
        <p class="twin-digits" aria-hidden="true">
          {seen.prediction.probabilities.map((_, digit) => (
            <span key={String(digit)}>{digit}</span>
          ))}
        </p>
      </>
    ) : (
      <p class="hint">{isBusy ? "It is being made ready …" : "Waits for a digit."}</p>
    )}
    {seen && coming?.chip && <p class="hint">Its chip is being made …</p>}
    <p class="hint">The same layers of rectifiers, batch-normalized: no noise, so one pass and no spread.</p>
  </section>
);
