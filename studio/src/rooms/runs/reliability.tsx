/** The reliability diagram: accuracy by confidence. */
import type { Axis } from "../../shared/chart/axis.ts";
import { Chart } from "../../shared/chart/chart.tsx";
import type { Assessment } from "./documents.ts";

type Bins = Assessment["bins"];

/** Most opaque where most images are. */
const opacityOf = (images: number, most: number): number => 0.35 + (0.65 * images) / most;

/** A bar for each bin, as high as its accuracy, and the diagonal on which a calibrated network's would end. */
const bars = (bins: Bins, across: Axis, up: Axis) => {
  const most = Math.max(1, ...bins.map(({ images }) => images));
  return (
    <>
      {bins.map(({ lower, upper, accuracy, images }) => {
        const [left, right, top] = [across.at(100 * lower), across.at(100 * upper), up.at(100 * accuracy!)];
        return (
          <rect
            key={lower}
            class="bar"
            x={left + 1}
            width={Math.max(1, right - left - 2)}
            y={top}
            height={up.at(0) - top}
            fill-opacity={opacityOf(images, most)}
          />
        );
      })}
      <line class="diagonal" x1={across.at(0)} y1={up.at(0)} x2={across.at(100)} y2={up.at(100)} />
    </>
  );
};

const Numbers = ({ bins }: { readonly bins: Bins }) => (
  <details>
    <summary>Numbers</summary>
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Confidence, %</th>
          <th scope="col">Accuracy, %</th>
          <th scope="col">Images</th>
        </tr>
      </thead>
      <tbody>
        {bins.map(({ lower, confidence, accuracy, images }) => (
          <tr key={lower}>
            <td>{(100 * confidence!).toFixed(1)}</td>
            <td>{(100 * accuracy!).toFixed(1)}</td>
            <td>{images.toLocaleString("en-US")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);

export const ReliabilityDiagram = ({ bins }: Pick<Assessment, "bins">) => {
  const filled = bins.filter(({ images }) => images > 0);
  return (
    <Chart
      title="Reliability: accuracy by confidence"
      height={280}
      xLabel="Confidence, %"
      x={[0, 100]}
      y={[0, 100]}
      series={[
        {
          ...{ name: "Accuracy, %", colour: 1, mark: "dots" },
          x: filled.map(({ confidence }) => 100 * confidence!),
          y: filled.map(({ accuracy }) => 100 * accuracy!),
        },
      ]}
      behind={(across, up) => bars(filled, across, up)}
    >
      <Numbers bins={filled} />
    </Chart>
  );
};
