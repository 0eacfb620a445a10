/** Controls of the passes: run, pause, step, speed. */
import { changeSettings } from "../../address.ts";
import { Slider } from "../../shared/slider.tsx";
import { passesText } from "./numbers.ts";
import { FASTEST, SLOWEST, setRuns } from "./settings.ts";

interface ControlsProps {
  readonly runs: boolean;
  readonly speed: number;
  readonly pass: number;
  /** Passes shown in the last second. */
  readonly rate: number | undefined;
  /** Goes to the pass so many after this one. */
  readonly onStep: (by: number) => void;
}

export const Controls = ({ runs, speed, pass, rate, onStep }: ControlsProps) => (
  <div class="passes">
    <div class="buttons">
      <button type="button" class="primary" onClick={() => setRuns(!runs)}>
        {runs ? "Pause" : "Run"}
      </button>
      <button type="button" disabled={runs || pass === 0} onClick={() => onStep(-1)}>
        Step back
      </button>
      <button type="button" disabled={runs} onClick={() => onStep(1)}>
        Step
      </button>
    </div>
    <p class="number pass">
      Pass <output>{pass}</output>
    </p>
    <div class="speed">
      <Slider
        label="Speed"
        value={speed}
        min={SLOWEST}
        max={FASTEST}
        step={1}
        text={`${passesText(speed)} a second`}
        onInput={(value) => changeSettings({ speed: String(value) })}
      />
      <p class="hint number" data-rate={rate}>
        {runs && rate !== undefined ? `${rate.toFixed(0)} shown in the last second` : "paused"}
      </p>
    </div>
  </div>
);
