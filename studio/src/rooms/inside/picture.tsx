/** The picture that the passes are of, and the choice of another. */
import { encodingTable, type ImageSplit, type LayerInPass, type Network } from "neural-sampling/web";
import { useMemo } from "preact/hooks";
import { Slider } from "../../shared/slider.tsx";
import { type Box, MapCanvas, type Paint } from "./map-canvas.tsx";
import { shortNumberText } from "./numbers.ts";
import type { Watch } from "./player.ts";
import { showDigit } from "./settings.ts";
import { tilesOf } from "./tiles.ts";

interface PictureProps {
  readonly network: Network;
  readonly digits: ImageSplit;
  readonly digit: number;
  /** Whether a drawing is shown in its place. */
  readonly isDrawn: boolean;
  readonly watch: Watch;
  readonly frames: readonly Box[];
}

/** Input of a black and of a white pixel of a digit. */
export const pixelRange = (network: Network): readonly [black: number, white: number] => {
  const table = encodingTable(network);
  return [table.at(0)!, table.at(-1)!];
};

const pixelsText = (network: Network): string => {
  const [black, white] = pixelRange(network).map(shortNumberText);
  return network.encoding === "sign"
    ? `pixels of ${black} and +${white}`
    : `pixels from ${black} to ${white}`;
};

/** The input as the network sees it. */
export const Picture = ({ network, digits, digit, isDrawn, watch, frames }: PictureProps) => {
  const shape = network.input;
  const tiles = useMemo(() => tilesOf(shape), [shape]);
  const count = shape.reduce((product, side) => product * side, 1);
  const paint = useMemo<Paint>(
    () => (painter, colours) =>
      watch(({ traced }) => painter.paint(traced.outputs.input!, colours.ramp, ...pixelRange(network))),
    [watch, network],
  );
  const label = digits.labels[digit];
  return (
    <div class="picture-row">
      <MapCanvas
        {...{ tiles, count, paint, frames }}
        most={6}
        label={`${isDrawn ? "The drawing" : `A ${label}`}, in ${pixelsText(network)}`}
      />
      <div class="choice">
        <Slider
          label="Test digit"
          value={digit}
          min={0}
          max={digits.count - 1}
          step={1}
          text={isDrawn ? "the drawing from Draw" : `${digit}, a ${label}`}
          onInput={showDigit}
        />
        <div class="buttons">
          <button type="button" disabled={digit === 0} onClick={() => showDigit(digit - 1)}>
            Previous
          </button>
          <button type="button" disabled={digit === digits.count - 1} onClick={() => showDigit(digit + 1)}>
            Next
          </button>
        </div>
      </div>
    </div>
  );
};

/** Frames of a region of rows and columns in every map. */
export const framesOf = (
  region: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number },
  shape: LayerInPass["shape"],
): readonly Box[] => {
  const { maps, height, width, columns } = tilesOf(shape);
  return Array.from({ length: maps }, (_, k) => ({
    x: (k % columns) * (width + 1) + region.left,
    y: Math.floor(k / columns) * (height + 1) + region.top,
    width: region.right - region.left,
    height: region.bottom - region.top,
  }));
};
