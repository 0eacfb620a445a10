/** The input of the last hidden layer: its percentiles by step, and its histogram now. */
import { Chart } from "../../shared/chart/chart.tsx";
import type { Series } from "../../shared/chart/series.ts";
import { shownSteps } from "./curves.tsx";
import type { Run } from "./run.ts";
import type { Trainee } from "./trainee.ts";

const bands = ({ shifts, name }: Trainee, colour: number): readonly Series[] => {
  const x = shifts.map(({ step }) => step);
  const [low, middle, high] = [0, 1, 2].map((k) => shifts.map(({ shift }) => shift.percentiles[k]!));
  return [
    { name: `${name}: median`, colour, mark: "line", x, y: middle! },
    { name: "15th to 85th percentile", colour, mark: "band", x, y: low!, upper: high! },
  ];
};

const Histogram = ({ trainee, colour }: { readonly trainee: Trainee; readonly colour: number }) => {
  const { shift } = trainee.shifts.at(-1)!;
  const { low, high, shares } = shift;
  const width = (high - low) / shares.length;
  const x = shares.map((_, k) => low + (k + 0.5) * width);
  const y = shares.map((share) => 100 * share);
  return (
    <Chart
      title="Its histogram now, %"
      summary={`median ${shift.percentiles[1].toFixed(2)}, middle 70 % from ${shift.percentiles[0].toFixed(2)} to ${shift.percentiles[2].toFixed(2)}`}
      series={[{ name: `${trainee.name}: share of the inputs`, colour, mark: "bars", x, y }]}
      xLabel={trainee.training.network.neuron === "nsm" ? "input v" : "input"}
      x={[low, high]}
      y={[0, Math.max(...y)]}
    />
  );
};

interface ShiftProps {
  readonly trainee: Trainee;
  readonly colour: number;
  readonly run: Run;
}

const Shift = ({ trainee, colour, run }: ShiftProps) => {
  const { shifts } = trainee;
  const reach = shifts.reduce(
    (most, { shift }) => shift.percentiles.reduce((a, p) => Math.max(a, Math.abs(p)), most),
    0.5,
  );
  const [low, middle, high] = shifts.at(-1)!.shift.percentiles;
  return (
    <div class="pair">
      <Chart
        title="Input of the last hidden layer"
        summary={`${trainee.name}, now median ${middle.toFixed(2)}, middle 70 % from ${low.toFixed(2)} to ${high.toFixed(2)}`}
        series={bands(trainee, colour)}
        xLabel="step"
        x={[0, shownSteps(run)]}
        y={[-reach, reach]}
      />
      <Histogram {...{ trainee, colour }} />
    </div>
  );
};

export const Shifts = ({ run }: { readonly run: Run }) => (
  <>
    {run.trainees.map(
      (trainee, colour) =>
        trainee.shifts.length > 0 && <Shift key={trainee.name} {...{ trainee, colour, run }} />,
    )}
  </>
);
