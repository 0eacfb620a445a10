/**
 * Addresses of AEDAT 2.0 by chip. The masks, axes and polarities are those of jAER's extractors: DVS128.java,
 * DavisChip.java, DVXplorer.java, DVS640.java and DVS1280x720SD.java.
 */

import type { Sensor } from "../events.ts";

/** Position of a number in an address: shift to the right, and mask after the shift. */
type Field = readonly [shift: number, mask: number];

export interface Addressing {
  readonly x: Field;
  readonly y: Field;
  /** Bit of the polarity. */
  readonly polarity: number;
  /** Value of the polarity bit of an ON event. */
  readonly on: 0 | 1;
  /** Bits that are 0 in every polarity event, but not in samples of frames and motion sensors and in triggers. */
  readonly other: number;
  /** Whether addresses count from the lower right corner; else from the upper left one. */
  readonly turned: boolean;
}

const dvs128: Addressing = {
  x: [1, 0x7f],
  y: [8, 0x7f],
  polarity: 0,
  on: 0,
  other: 0x80008000,
  turned: true,
};
const davis: Addressing = {
  x: [12, 0x3ff],
  y: [22, 0x1ff],
  polarity: 11,
  on: 1,
  other: 0x80000400,
  turned: true,
};
const dvxplorer: Addressing = { ...davis, turned: false };
const dvs640: Addressing = { x: [1, 0x3ff], y: [11, 0x3ff], polarity: 0, on: 1, other: 0, turned: true };
const dvs1280: Addressing = { x: [1, 0x7ff], y: [12, 0x3ff], polarity: 0, on: 1, other: 0, turned: true };

interface Chip {
  /** End of the chip's class name in jAER, such as eu.seebetter.ini.chips.davis.Davis346red. */
  readonly name: RegExp;
  readonly sensor: Sensor;
  readonly addressing: Addressing;
  /** Whether a header that names no chip means this one where the caller gives this size, as v2e's files need. */
  readonly bySize?: true;
}

const chips: readonly Chip[] = [
  { name: /DVS128$/i, sensor: { width: 128, height: 128 }, addressing: dvs128, bySize: true },
  { name: /DAVIS240[A-C]?$/i, sensor: { width: 240, height: 180 }, addressing: davis, bySize: true },
  { name: /DAVIS346(?!mini)\w*$/i, sensor: { width: 346, height: 260 }, addressing: davis, bySize: true },
  { name: /DVS640$/i, sensor: { width: 640, height: 480 }, addressing: dvs640, bySize: true },
  { name: /DVS1280x720SD$/i, sensor: { width: 1280, height: 720 }, addressing: dvs1280, bySize: true },
  { name: /DAVIS640(Color)?$/i, sensor: { width: 640, height: 480 }, addressing: davis },
  { name: /DVXplorer$/i, sensor: { width: 640, height: 480 }, addressing: dvxplorer },
  { name: /DAVIS128(Color)?$/i, sensor: { width: 128, height: 128 }, addressing: davis },
  { name: /DAVIS208PixelParade(Color)?$/i, sensor: { width: 208, height: 192 }, addressing: davis },
];

/** The chip of that class name, with or without its package; undefined if unknown. */
export const chipNamed = (className: string): Chip | undefined => {
  const name = className.slice(className.lastIndexOf(".") + 1);
  return chips.find((chip) => chip.name.exec(name)?.index === 0);
};

/** The chip that a recording without a chip's name is decoded as, by the size given; undefined if unknown. */
export const chipOfSize = ({ width, height }: Sensor): Chip | undefined =>
  chips.find(({ sensor, bySize }) => bySize && sensor.width === width && sensor.height === height);

/** Sizes that `chipOfSize` knows, in words. */
export const sizesInWords = (): string =>
  chips.flatMap(({ sensor, bySize }) => (bySize ? [`${sensor.width}x${sensor.height}`] : [])).join(", ");
