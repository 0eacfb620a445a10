/** A stochastic layer: a grid of its units by their probabilities of firing, and their spikes beside it. */
import type { LayerInPass } from "neural-sampling/web";
import { useMemo, useState } from "preact/hooks";
import { Cell } from "./cell.tsx";
import { type Box, MapCanvas, type Paint } from "./map-canvas.tsx";
import type { Watch } from "./player.ts";
import { cellsOf, pixelOf, type Tiles } from "./tiles.ts";

interface LayerMapProps {
  readonly layer: LayerInPass;
  readonly title: string;
  readonly tiles: Tiles;
  readonly watch: Watch;
  /** The layer's unit that is explained, if it is one of this layer. */
  readonly selected: number | undefined;
  readonly frames: readonly Box[];
  readonly nameOf: (unit: number) => string;
  readonly onUnit: (unit: number) => void;
}

/** Frame around one unit. */
const frameOf = (tiles: Tiles, unit: number): Box => {
  const [x, y] = pixelOf(tiles, unit);
  return { x: x - 0.25, y: y - 0.25, width: 1.5, height: 1.5 };
};

/** Probabilities of firing and spikes of a stochastic layer. */
export const LayerMap = (props: LayerMapProps) => {
  const { layer, title, tiles, watch, selected, frames, nameOf, onUnit } = props;
  const count = layer.shape.reduce((product, side) => product * side, 1);
  const [unit, setUnit] = useState(selected ?? 0);
  if (selected !== undefined && selected !== unit) setUnit(selected);
  const [rows, columns] = cellsOf(tiles);
  const [means, spikes] = useMemo(() => {
    const paintOf =
      (values: "mean" | "spikes"): Paint =>
      (painter, colours) =>
        watch(({ traced }) => painter.paint(traced.layers[layer.name]![values], colours.ramp, -1, 1));
    return [paintOf("mean"), paintOf("spikes")];
  }, [layer, watch]);
  const framed = selected === undefined ? frames : [...frames, frameOf(tiles, selected)];
  const common = { tiles, count, frames: framed, onUnit };
  return (
    <div class="pair">
      <p class="caption" aria-hidden="true">
        Probability of firing
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: of thousands of units one is an element */}
      <div role="grid" aria-label={`${title}: units`} aria-rowcount={rows} aria-colcount={columns}>
        <MapCanvas {...common} paint={means}>
          <Cell {...{ tiles, count, unit, onUnit }} isSelected={selected === unit} name={nameOf(unit)} />
        </MapCanvas>
      </div>
      <p class="caption" aria-hidden="true">
        Spikes of this pass
      </p>
      <MapCanvas {...common} paint={spikes} label={`${title}: spikes of this pass`} />
    </div>
  );
};
