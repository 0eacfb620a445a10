/** The weights of the first layer's units as small pictures. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { isDark } from "../../shared/scheme.ts";
import type { Weights } from "./trainee.ts";

const MOST_UNITS = 40;
const COLUMNS = 10;

type Colour = readonly [number, number, number];

const colourOf = (text: string): Colour => {
  const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
};

/** Side lengths of a unit's picture: of its image for a dense layer, of its kernel for a convolution. */
const sizeOf = ({ shape }: Weights, input: readonly number[]): readonly [number, number] =>
  shape.length === 4 ? [shape[2]!, shape[3]!] : [input[1]!, input[2]!];

const draw = (canvas: HTMLCanvasElement, weights: Weights, input: readonly number[]): void => {
  const { data, shape } = weights;
  const [height, width] = sizeOf(weights, input);
  const count = Math.min(MOST_UNITS, shape[0]!);
  const stride = data.length / shape[0]!;
  const rows = Math.ceil(count / COLUMNS);
  canvas.width = COLUMNS * (width + 1) - 1;
  canvas.height = rows * (height + 1) - 1;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  const style = getComputedStyle(canvas);
  const [zero, positive, negative] = [style.backgroundColor, style.color, style.outlineColor].map(colourOf);
  for (let unit = 0; unit < count; unit++) {
    const own = data.subarray(unit * stride, unit * stride + height * width);
    const largest = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-12);
    const top = Math.floor(unit / COLUMNS) * (height + 1);
    const left = (unit % COLUMNS) * (width + 1);
    for (const [k, weight] of own.entries()) {
      const at = 4 * ((top + Math.floor(k / width)) * canvas.width + left + (k % width));
      const end = weight > 0 ? positive! : negative!;
      const share = Math.abs(weight) / largest;
      for (let c = 0; c < 3; c++) image.data[at + c] = zero![c]! + share * (end[c]! - zero![c]!);
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
};

interface FiltersProps {
  readonly name: string;
  readonly weights: Weights;
  /** Shape of the network's input. */
  readonly input: readonly number[];
}

export const Filters = ({ name, weights, input }: FiltersProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = isDark.value;
  useLayoutEffect(() => {
    draw(canvas.current!, weights, input);
  }, [weights, dark, input]);
  const count = Math.min(MOST_UNITS, weights.shape[0]!);
  return (
    <figure class="filters">
      <figcaption>First layer: {name.toLowerCase()}</figcaption>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Weights of the first ${count} of ${weights.shape[0]} units of the first layer`}
      />
    </figure>
  );
};
