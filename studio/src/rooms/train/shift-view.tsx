/** The input of the last hidden layer: its percentiles by step, and its histogram now. */
import { Chart, type Series } from "../../shared/chart.tsx";
import { shownSteps } from "./curves.tsx";
import type { Run } from "./run.ts";
import type { Trainee } from "./trainee.ts";

const KINDS = ["first", "second"] as const;

const bands = ({ shifts, name }: Trainee, kind: string): readonly Series[] => {
  const x = shifts.map(({ step }) => step);
  const [low, middle, high] = [0, 1, 2].map((k) => shifts.map(({ shift }) => shift.percentiles[k]!));
  return [
    { name: `${name}: median`, class: kind, x, y: middle! },
    { name: "15th to 85th percentile", class: kind, x, y: low!, upper: high! },
  ];
};

const Histogram = ({ trainee, kind }: { readonly trainee: Trainee; readonly kind: string }) => {
  const { shift } = trainee.shifts.at(-1)!;
  const { low, high, shares } = shift;
  const width = (high - low) / shares.length;
  const x = shares.flatMap((_, k) => [low + k * width, low + (k + 1) * width]);
  const upper = shares.flatMap((share) => [100 * share, 100 * share]);
  return (
    <Chart
      title="Its histogram now, %"
      summary={`median ${shift.percentiles[1].toFixed(2)}, middle 70 % from ${shift.percentiles[0].toFixed(2)} to ${shift.percentiles[2].toFixed(2)}`}
      series={[{ class: kind, x, y: x.map(() => 0), upper }]}
      xLabel={trainee.training.network.neuron === "nsm" ? "input v" : "input"}
      x={[low, high]}
      y={[0, Math.max(...upper)]}
    />
  );
};

const Shift = ({ trainee, k, run }: { readonly trainee: Trainee; readonly k: number; readonly run: Run }) => {
  const kind = KINDS[k]!;
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
        series={bands(trainee, kind)}
        xLabel="step"
        x={[0, shownSteps(run)]}
        y={[-reach, reach]}
      />
      <Histogram {...{ trainee, kind }} />
    </div>
  );
};

export const Shifts = ({ run }: { readonly run: Run }) => (
  <>
    {run.trainees.map(
      (trainee, k) => trainee.shifts.length > 0 && <Shift key={trainee.name} {...{ trainee, k, run }} />,
    )}
  </>
);
