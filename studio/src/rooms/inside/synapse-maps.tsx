/** The synapses of a unit as maps: what comes in, the weights, and their products. */
import type { UnitSynapses } from "neural-sampling/web";
import { useCallback, useMemo } from "preact/hooks";
import { MapCanvas, type Paint } from "./map-canvas.tsx";
import { tilesOf } from "./tiles.ts";

interface SynapseMapsProps {
  readonly synapses: UnitSynapses;
  /** Shape of the outputs that they take. */
  readonly source: readonly number[];
}

/** Shape of a unit's synapses: those of a window by channel, row and column, or all outputs of the layer before. */
const shapeOf = (count: number, source: readonly number[]): readonly number[] => {
  const whole = source.reduce((product, side) => product * side, 1);
  if (count === whole || source.length < 3) return source;
  const side = Math.sqrt(count / source.at(-3)!);
  return Number.isInteger(side) ? [source.at(-3)!, side, side] : [count];
};

interface SynapseMapProps {
  readonly title: string;
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** Whether the values are of both signs about nothing, or inputs. */
  readonly isSigned: boolean;
}

const largest = (values: Float32Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

const areSpikes = (inputs: Float32Array): boolean => inputs.every((z) => Math.abs(z) === 1);

/** What is palest and what is fullest: spikes, or grey pixels from 0 to 1, or others by their range. */
const rangeOf = (inputs: Float32Array): readonly [least: number, most: number] =>
  areSpikes(inputs)
    ? [-1, 1]
    : [inputs.reduce((a, b) => Math.min(a, b), 0), inputs.reduce((a, b) => Math.max(a, b), 1)];

const SynapseMap = ({ title, values, shape, isSigned }: SynapseMapProps) => {
  const tiles = useMemo(() => tilesOf(shape), [shape.join()]);
  const paint = useCallback<Paint>(
    (painter, colours) => {
      const [least, most] = isSigned ? [-largest(values), largest(values)] : rangeOf(values);
      painter.paint(values, isSigned ? colours.signed : colours.ramp, least, most);
      return () => {};
    },
    [values, isSigned],
  );
  return (
    <figure>
      <MapCanvas {...{ tiles, paint }} count={values.length} most={16} label={title} />
      <figcaption>{title}</figcaption>
    </figure>
  );
};

export const SynapseMaps = ({ synapses, source }: SynapseMapsProps) => {
  const { inputs, weights } = synapses;
  const shape = shapeOf(weights.length, source);
  const products = useMemo(() => weights.map((w, j) => w * inputs[j]!), [weights, inputs]);
  const isWide = tilesOf(shape).size[0] > 12;
  return (
    <div class={isWide ? "synapses wide" : "synapses"}>
      <SynapseMap title="Weights w" values={weights} shape={shape} isSigned={true} />
      <SynapseMap
        title={areSpikes(inputs) ? "Spikes z that come in" : "Inputs z"}
        values={inputs}
        shape={shape}
        isSigned={false}
      />
      <SynapseMap title="Products w z" values={products} shape={shape} isSigned={true} />
    </div>
  );
};
