/** Loss and error by step. */
import { Chart } from "../../shared/chart/chart.tsx";
import type { Series } from "../../shared/chart/series.ts";
import { type Run, stepOf } from "./run.ts";
import { smooth } from "./smooth.ts";
import type { Trainee } from "./trainee.ts";

const DECAY = 0.95;

/** Every step as a faint line, their moving average as a strong one. */
const lines = (trainee: Trainee, colour: number, values: readonly number[]): readonly Series[] => {
  const x = values.map((_, step) => step + 1);
  return [
    { colour, mark: "faint", x, y: values },
    { name: trainee.name, colour, mark: "line", x, y: smooth(values, DECAY) },
  ];
};

/** Scores of the images that are kept out, as dots. */
const dots = ({ name, validations }: Trainee, colour: number, score: "nll" | "error"): readonly Series[] =>
  validations.length === 0
    ? []
    : [
        {
          name: `${name}, held out`,
          ...{ colour, mark: "dots" },
          x: validations.map(({ step }) => step),
          y: validations.map(({ scores }) => scores[score]),
        },
      ];

/** The latest of values in words: what the chart says at its right end. */
const latest = (
  trainees: readonly Trainee[],
  of: (trainee: Trainee) => readonly number[],
  unit: string,
): string =>
  trainees
    .map((trainee) => `${trainee.name} ${smooth(of(trainee), DECAY).at(-1)?.toFixed(2) ?? "not yet"}${unit}`)
    .join(", ");

const most = (series: readonly (readonly number[])[], least: number): number =>
  series.reduce((top, values) => values.reduce((a, b) => Math.max(a, b), top), least);

/** Steps that the charts show: all so far, and a fifth as many more. */
export const shownSteps = (run: Run): number =>
  Math.min(run.steps, Math.max(20, Math.ceil(1.2 * stepOf(run))));

export const Curves = ({ run }: { readonly run: Run }) => {
  const { trainees } = run;
  const x = [0, shownSteps(run)] as const;
  const lossTop = most(
    trainees.flatMap(({ losses, validations }) => [
      smooth(losses, 0.5),
      validations.map(({ scores }) => scores.nll),
    ]),
    0.1,
  );
  return (
    <div class="pair">
      <Chart
        title="Loss, nats; dots: NLL of held-out images"
        summary={latest(trainees, ({ losses }) => losses, " nats")}
        series={trainees.flatMap((trainee, k) => [
          ...lines(trainee, k, trainee.losses),
          ...dots(trainee, k, "nll"),
        ])}
        xLabel="step"
        x={x}
        y={[0, lossTop]}
      />
      <Chart
        title="Error, %"
        summary={latest(trainees, ({ errors }) => errors, " %")}
        series={trainees.flatMap((trainee, k) => [
          ...lines(trainee, k, trainee.errors),
          ...dots(trainee, k, "error"),
        ])}
        xLabel="step"
        x={x}
        y={[0, 100]}
      />
    </div>
  );
};
