/** The reliability diagram: accuracy by confidence. */
import { useWidth } from "../../shared/line-chart.tsx";
import type { Assessment } from "./documents.ts";

const HEIGHT = 280;
const MARGIN = { top: 12, right: 16, bottom: 40, left: 44 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export const ReliabilityDiagram = ({ bins }: Pick<Assessment, "bins">) => {
  const [box, width] = useWidth<HTMLDivElement>();
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const toX = (x: number): number => MARGIN.left + x * inner.width;
  const toY = (y: number): number => MARGIN.top + (1 - y) * inner.height;
  const filled = bins.filter(({ images }) => images > 0);
  const most = Math.max(1, ...bins.map(({ images }) => images));
  return (
    <figure class="line-chart">
      <figcaption>Reliability: accuracy by confidence</figcaption>
      <div ref={box}>
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          {TICKS.map((tick) => (
            <g key={tick}>
              <line class="grid" x1={MARGIN.left} x2={width - MARGIN.right} y1={toY(tick)} y2={toY(tick)} />
              <text x={MARGIN.left - 8} y={toY(tick)} dy="0.32em" text-anchor="end">
                {100 * tick}
              </text>
              <text x={toX(tick)} y={HEIGHT - MARGIN.bottom + 18} text-anchor="middle">
                {100 * tick}
              </text>
            </g>
          ))}
          <text x={MARGIN.left + inner.width / 2} y={HEIGHT - 4} text-anchor="middle">
            Confidence, %
          </text>
          {filled.map(({ lower, upper, accuracy, images }) => (
            <rect
              key={lower}
              class="bar"
              x={toX(lower) + 1}
              width={Math.max(1, toX(upper) - toX(lower) - 2)}
              y={toY(accuracy!)}
              height={toY(0) - toY(accuracy!)}
              fill-opacity={0.35 + 0.65 * (images / most)}
            />
          ))}
          <line class="diagonal" x1={toX(0)} y1={toY(0)} x2={toX(1)} y2={toY(1)} />
          {filled.map(({ lower, confidence, accuracy }) => (
            <circle key={lower} class="colour-1" cx={toX(confidence!)} cy={toY(accuracy!)} r="3" />
          ))}
        </svg>
      </div>
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
            {filled.map(({ lower, confidence, accuracy, images }) => (
              <tr key={lower}>
                <td>{(100 * confidence!).toFixed(1)}</td>
                <td>{(100 * accuracy!).toFixed(1)}</td>
                <td>{images.toLocaleString("en-US")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
};
