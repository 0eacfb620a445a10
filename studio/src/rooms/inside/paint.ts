/** Painting of maps: one ImageData a map. */
import type { Ramp } from "./colours.ts";
import { pixelOf, type Tiles } from "./tiles.ts";

export interface Painter {
  /** Paints the values of the units, in their order, each from `least` to `most`. */
  paint(values: ArrayLike<number>, ramp: Ramp, least: number, most: number): void;
}

/** `count`: number of units. */
export const painterOn = (canvas: HTMLCanvasElement, tiles: Tiles, count: number): Painter => {
  const context = canvas.getContext("2d")!;
  const [width, height] = tiles.size;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const places = Uint32Array.from({ length: count }, (_, unit) => {
    const [x, y] = pixelOf(tiles, unit);
    return y * width + x;
  });
  return {
    paint(values, ramp, least, most) {
      const scale = most > least ? 255 / (most - least) : 0;
      for (let k = 0; k < places.length; k++) {
        const level = Math.round((values[k]! - least) * scale);
        pixels[places[k]!] = ramp[Math.max(0, Math.min(255, level))]!;
      }
      context.putImageData(image, 0, 0);
    },
  };
};
