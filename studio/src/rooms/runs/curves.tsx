/** Scores of the chosen runs over each other, by epoch or by second. */
import { smoothed } from "neural-sampling/web";
import { changeSettings, numberSetting, textSetting } from "../../address.ts";
import { Chart } from "../../shared/chart/chart.tsx";
import type { Series } from "../../shared/chart/series.ts";
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

/**
 * The line of a run's measure, before it, faintly, the values that it smooths; without values where the measure was not
 * taken, or its seconds were not.
 */
const seriesOf = (
  name: string,
  colour: number,
  { value }: Measure,
  isBySecond: boolean,
  smoothing: number,
): readonly Series[] => {
  const taken = (detailOf(name)?.metrics ?? []).flatMap((epoch) => {
    const [x, y] = [isBySecond ? epoch.seconds : epoch.epoch, value(epoch)];
    return x === null || y === undefined ? [] : [{ x, y }];
  });
  const [x, y] = [taken.map((each) => each.x), taken.map((each) => each.y)];
  const line = { name, colour, mark: "marked", x, y: smoothed(y, smoothing) } as const;
  return smoothing > 0 ? [{ colour, mark: "faint", x, y }, line] : [line];
};

export const Curves = ({ names }: { readonly names: readonly string[] }) => {
  const measure = MEASURES.find(({ name }) => name === textSetting("measure")) ?? MEASURES[0];
  const isBySecond = textSetting("by") === "second";
  const smoothing = numberSetting("smoothing", 0, 0, 0.99);
  const series = names.flatMap((name, colour) => seriesOf(name, colour, measure, isBySecond, smoothing));
  const without = series.flatMap(({ name, x }) => (name !== undefined && x.length === 0 ? [name] : []));
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
      <Chart
        title={measure.label}
        height={280}
        xLabel={isBySecond ? "Seconds" : "Epoch"}
        yLabel={measure.unit}
        isCounted={!isBySecond}
        series={series}
      />
      {without.length > 0 && <p class="note">Nothing of this to show yet: {without.join(", ")}.</p>}
    </div>
  );
};
