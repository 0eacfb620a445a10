/** The answer: probabilities of this pass and their mean over the passes seen. */
import { percentText } from "./numbers.ts";
import type { Shown } from "./player.ts";

interface ReadoutProps {
  readonly shown: Shown;
  readonly classNames: readonly string[];
  readonly selected: number | undefined;
  readonly onUnit: (unit: number) => void;
}

export const Readout = ({ shown, classNames, selected, onUnit }: ReadoutProps) => (
  <ul class="readout">
    {classNames.map((name, k) => {
      const now = shown.traced.probabilities[k]!;
      const mean = shown.probabilities[k]! / shown.seen;
      return (
        <li key={name}>
          <button type="button" aria-pressed={k === selected} onClick={() => onUnit(k)}>
            <span>
              <span class="hidden-text">Class </span>
              {name}
            </span>
            <span class="track">
              <span class="mean" style={{ width: `${100 * mean}%` }} />
              <span class="now" style={{ left: `${100 * now}%` }} />
            </span>
            <span class="number">{percentText(mean)}</span>
            <span class="hidden-text">on average, {percentText(now)} in this pass</span>
          </button>
        </li>
      );
    })}
  </ul>
);
