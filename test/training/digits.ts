/** Small data and networks on which runs take milliseconds. */
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { uniform } from "../nn/draw.ts";

/** Images of 6 x 6 pixels in three classes, which differ by the brighter third of their rows. */
export const smallSplit = (count = 22, stream = "digits"): ImageSplit => {
  const labels = Uint8Array.from({ length: count }, (_, k) => (k * 7) % 3);
  const images = Uint8Array.from(uniform(stream, count * 36, 0, 150), (pixel, k) => {
    const isBright = Math.floor((k % 36) / 12) === labels[Math.floor(k / 36)];
    return Math.floor(pixel) + (isBright ? 100 : 0);
  });
  return { name: `test, ${stream}`, images, labels, count, shape: [1, 6, 6], classes: 3, subset: false };
};

export const smallNetwork: Network = parseNetwork({
  name: "small",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { type: "conv2d", channels: 2, kernel: 3, pool: 2 },
    { type: "dense", units: 5 },
  ],
});
