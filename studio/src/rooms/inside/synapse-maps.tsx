/** The synapses of a unit as maps: what comes in, the weights, and their products. */
import type { UnitSynapses } from "neural-sampling/web";
import { useCallback, useMemo } from "preact/hooks";
import { MapCanvas, type Paint } from "./map-canvas.tsx";
import { tilesOf } from "./tiles.ts";

type Range = readonly [palest: number, fullest: number];

/** Name and colours of the inputs of a unit. */
export interface ShownInputs {
  readonly title: string;
  readonly range: Range;
}

interface SynapseMapsProps {
  readonly synapses: UnitSynapses;
  /** Shape of the outputs that they take. */
  readonly source: readonly number[];
  readonly shown: ShownInputs;
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
  /** Values that are palest and fullest; without it the values are of both signs about nothing. */
  readonly range?: Range;
}

const largest = (values: Float32Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

const SynapseMap = ({ title, values, shape, range }: SynapseMapProps) => {
  const tiles = useMemo(() => tilesOf(shape), [shape.join()]);
  const paint = useCallback<Paint>(
    (painter, colours) => {
      const most = largest(values);
      painter.paint(values, range ? colours.ramp : colours.signed, ...(range ?? ([-most, most] as const)));
      return () => {};
    },
    [values, range?.join()],
  );
  return (
    <figure>
      <MapCanvas {...{ tiles, paint }} count={values.length} most={16} label={title} />
      <figcaption>{title}</figcaption>
    </figure>
  );
};

export const SynapseMaps = ({ synapses, source, shown: { title, range } }: SynapseMapsProps) => {
  const { inputs, weights } = synapses;
  const shape = shapeOf(weights.length, source);
  const products = useMemo(() => weights.map((w, j) => w * inputs[j]!), [weights, inputs]);
  const isWide = tilesOf(shape).size[0] > 12;
  return (
    <div class={isWide ? "synapses wide" : "synapses"}>
      <SynapseMap title="Weights w" values={weights} shape={shape} />
      <SynapseMap title={title} values={inputs} shape={shape} range={range} />
      <SynapseMap title="Products w z" values={products} shape={shape} />
    </div>
  );
};
