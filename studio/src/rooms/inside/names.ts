/** Names of layers and units for people. */
import type { LayerInPass } from "neural-sampling/web";

/** "Layer 2", or "Readout". */
export const layerTitle = (layers: readonly LayerInPass[], name: string): string => {
  if (name === "readout") return "Readout";
  return `Layer ${1 + layers.findIndex((layer) => layer.name === name)}`;
};

/** "32 maps of 12 × 12", or "1024 units". */
export const shapeText = ({ shape }: Pick<LayerInPass, "shape">): string =>
  shape.length < 3 ? `${shape.at(-1)} units` : `${shape.at(-3)} maps of ${shape.at(-2)} × ${shape.at(-1)}`;

/** "map 4, row 2, column 7", or "unit 12"; counted from 1. */
export const unitText = ({ shape }: Pick<LayerInPass, "shape">, unit: number): string => {
  if (shape.length < 3) return `unit ${unit + 1}`;
  const [height, width] = [shape.at(-2)!, shape.at(-1)!];
  const place = unit % (height * width);
  const map = Math.floor(unit / (height * width));
  return `map ${map + 1}, row ${Math.floor(place / width) + 1}, column ${(place % width) + 1}`;
};
