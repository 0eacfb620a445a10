/** Pictures of the examples of data sets. Node only. */

import type { ImageSplit } from "./dataset.ts";
import { drawImage } from "./draw-image.ts";
import { noExample } from "./example-index.ts";
import type { DrawableExample, Split } from "./format.ts";
import { findFormat, openDataset } from "./open.ts";

/** A picture of an example of a data set. */
export interface DrawnExample {
  /** Name of the data set. */
  readonly name: string;
  readonly label: number;
  /** Null where classes have no names. */
  readonly className: string | null;
  /** SVG. */
  readonly picture: string;
}

/**
 * The example at `index`, from 0, of a split of the data set in `folder`: its image, or for event recordings its frames
 * and its event rate. Throws as `openDataset`, and ConfigError if there is no such example.
 */
export const drawExample = async (folder: string, split: Split, index: number): Promise<DrawnExample> => {
  const { format, place } = await findFormat(folder);
  const found = await (format.example?.(place, split, index) ?? imageExample(place, split, index));
  const { name, label, classNames } = found;
  const className = classNames?.[label] ?? null;
  const what = className === null ? `label ${label}` : `${className} (label ${label})`;
  const words = `${split === "train" ? "training" : "test"} example ${index}: ${what}`;
  return { name, label, className, picture: found.draw(words) };
};

const imageExample = async (folder: string, split: Split, index: number): Promise<DrawableExample> => {
  const dataset = await openDataset(folder);
  const { name } = dataset;
  const { images, labels, shape, count, classNames } = dataset[split] as ImageSplit;
  if (!(Number.isInteger(index) && index >= 0 && index < count)) throw noExample(name, split, index, count);
  const size = shape.reduce((product, side) => product * side, 1);
  const pixels = images.subarray(index * size, (index + 1) * size);
  const caption = `${name}, ${shape[2]} \u00d7 ${shape[1]} pixels`;
  const draw = (words: string): string =>
    drawImage({ pixels, shape, title: words[0]!.toUpperCase() + words.slice(1), caption });
  return { name, label: labels[index]!, classNames, draw };
};
