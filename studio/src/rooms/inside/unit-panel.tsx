/** The unit that was chosen: its synapses, and equation (3) with its numbers. */
import { explainUnit, type LayerInPass, type Model } from "neural-sampling/web";
import { useMemo, useState } from "preact/hooks";
import { Equation } from "./equation.tsx";
import { layerTitle, unitText } from "./names.ts";
import { numberText, passesText } from "./numbers.ts";
import { pixelRange } from "./picture.tsx";
import type { Shown } from "./player.ts";
import type { Selection } from "./settings.ts";
import { type ShownInputs, SynapseMaps } from "./synapse-maps.tsx";

interface UnitPanelProps {
  readonly model: Model;
  readonly layers: readonly LayerInPass[];
  readonly selection: Selection;
  readonly shown: Shown;
}

/** Shape of the outputs of a layer, or of the picture. */
const shapeOf = ({ network }: Model, layers: readonly LayerInPass[], name: string): readonly number[] =>
  layers.find((layer) => layer.name === name)?.shape ?? network.input;

const SPIKES = "Spikes z that come in";
const INPUTS = "Inputs z";

/** Name and colours of the inputs of a unit, the same in every pass: by the layer they come from, not by their values. */
const shownInputs = (
  { network }: Model,
  layers: readonly LayerInPass[],
  { traced }: Shown,
  from: string,
): ShownInputs => {
  if (from === "input")
    return { title: network.encoding === "sign" ? SPIKES : INPUTS, range: pixelRange(network) };
  if (layers.find(({ name }) => name === from)?.isStochastic) return { title: SPIKES, range: [-1, 1] };
  const outputs = traced.outputs[from]!;
  const [least, most] = [Math.min, Math.max].map((of) => outputs.reduce((a, b) => of(a, b), 0));
  return { title: INPUTS, range: [least!, most!] };
};

const PartChoice = (props: {
  readonly count: number;
  readonly part: number;
  readonly onPart: (part: number) => void;
}) => (
  <fieldset class="parts">
    <legend>Unit of the window</legend>
    {Array.from({ length: props.count }, (_, k) => (
      <button
        key={String(k)}
        type="button"
        aria-pressed={k === props.part}
        aria-label={`Unit ${k + 1} of the window`}
        onClick={() => props.onPart(k)}
      >
        {k + 1}
      </button>
    ))}
  </fieldset>
);

export const UnitPanel = ({ model, layers, selection, shown }: UnitPanelProps) => {
  const { layer: name, unit } = selection;
  const explained = useMemo(() => explainUnit(model, shown.traced, name, unit), [model, shown, name, unit]);
  const [chosen, setPart] = useState<number | undefined>(undefined);
  const layer = layers.find((each) => each.name === name)!;
  const likeliest = explained.units.reduce(
    (best, { potential }, k) => (potential > explained.units[best]!.potential ? k : best),
    0,
  );
  const part = Math.min(chosen ?? likeliest, explained.units.length - 1);
  const sum = explained.units[part]!;
  const isReadout = name === "readout";
  const title = isReadout
    ? `Readout, class ${unit}`
    : `${layerTitle(layers, name)}, ${unitText(layer, unit)}`;
  return (
    <section class="panel unit" aria-labelledby="unit-title" data-layer={name} data-unit={unit}>
      <h3 id="unit-title">{title}</h3>
      <p class="hint">
        {explained.draw
          ? `Fired in ${shown.fired[name]![unit]} of ${passesText(shown.seen)} seen.`
          : isReadout
            ? `Probability in this pass ${numberText(shown.traced.probabilities[unit]!)}: the softmax of the sums.`
            : `Output in this pass ${numberText(explained.output)}.`}
      </p>
      <SynapseMaps
        synapses={sum.synapses}
        source={shapeOf(model, layers, sum.synapses.from)}
        shown={shownInputs(model, layers, shown, sum.synapses.from)}
      />
      {explained.units.length > 1 && (
        <PartChoice count={explained.units.length} part={part} onPart={setPart} />
      )}
      <Equation {...{ explained, part }} />
    </section>
  );
};
