/** Scores of the chosen runs over each other, by epoch or by second. */
import { smoothed } from "neural-sampling/web";
import { changeSettings, numberSetting, textSetting } from "../../address.ts";
import { type Line, LineChart } from "../../shared/line-chart.tsx";
import { Slider } from "../../shared/slider.tsx";
import type { Epoch } from "./documents.ts";
import { detailOf } from "./live.ts";

interface Measure {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly value: (epoch: Epoch) => number | undefined;
}

const MEASURES: readonly [Measure, ...Measure[]] = [
  { name: "loss", label: "Training loss", unit: "nats", value: ({ loss }) => loss },
  { name: "error", label: "Training error", unit: "%", value: ({ error }) => error },
  {
    name: "validation-loss",
    label: "Validation loss",
    unit: "nats",
    value: ({ validation }) => validation?.loss,
  },
  {
    name: "validation-error",
    label: "Validation error",
    unit: "%",
    value: ({ validation }) => validation?.error,
  },
  { name: "nll", label: "Validation NLL", unit: "nats", value: ({ validation }) => validation?.nll },
  { name: "ece", label: "Validation ECE", unit: "0 to 1", value: ({ validation }) => validation?.ece },
  { name: "learning-rate", label: "Learning rate", unit: "", value: ({ learningRate }) => learningRate },
];

/** The line of a run's measure; without points where it was not taken, or its seconds were not. */
const lineOf = (
  name: string,
  colour: number,
  { value }: Measure,
  isBySecond: boolean,
  smoothing: number,
): Line => {
  const behind = (detailOf(name)?.metrics ?? []).flatMap((epoch) => {
    const [x, y] = [isBySecond ? epoch.seconds : epoch.epoch, value(epoch)];
    return x === null || y === undefined ? [] : [{ x, y }];
  });
  const ys = smoothed(
    behind.map(({ y }) => y),
    smoothing,
  );
  const points = behind.map(({ x }, k) => ({ x, y: ys[k]! }));
  return { name, colour, points, ...(smoothing > 0 && { behind }) };
};

export const Curves = ({ names }: { readonly names: readonly string[] }) => {
  const measure = MEASURES.find(({ name }) => name === textSetting("measure")) ?? MEASURES[0];
  const isBySecond = textSetting("by") === "second";
  const smoothing = numberSetting("smoothing", 0, 0, 0.99);
  const lines = names.map((name, colour) => lineOf(name, colour, measure, isBySecond, smoothing));
  const without = lines.filter(({ points }) => points.length === 0).map(({ name }) => name);
  return (
    <div class="curves">
      <div class="settings">
        <label>
          Measure
          <select
            value={measure.name}
            onChange={({ currentTarget }) => changeSettings({ measure: currentTarget.value })}
          >
            {MEASURES.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          By
          <select
            value={isBySecond ? "second" : "epoch"}
            onChange={({ currentTarget }) => changeSettings({ by: currentTarget.value })}
          >
            <option value="epoch">epoch</option>
            <option value="second">second of training</option>
          </select>
        </label>
        <Slider
          {...{ label: "Smoothing", value: smoothing, min: 0, max: 0.99, step: 0.01 }}
          text={smoothing === 0 ? "none" : smoothing.toFixed(2)}
          onInput={(value) => changeSettings({ smoothing: value === 0 ? undefined : String(value) })}
        />
      </div>
      <LineChart
        title={measure.label}
        xLabel={isBySecond ? "Seconds" : "Epoch"}
        yLabel={measure.unit}
        isCounted={!isBySecond}
        lines={lines}
      />
      {without.length > 0 && <p class="note">Nothing of this to show yet: {without.join(", ")}.</p>}
    </div>
  );
};
