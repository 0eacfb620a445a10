/** JPEG pictures decoded: grey, colours or colours for print, baseline or progressive. Node only. */

import type { Size } from "./damage.ts";
import type { Frame } from "./jpeg-frame.ts";
import { jpegParts, withPlace } from "./jpeg-parts.ts";
import { decodeScans, type Plane } from "./jpeg-scans.ts";
import { samplesOf } from "./jpeg-transform.ts";
import { upright } from "./orientation.ts";
import type { Samples } from "./samples.ts";

/**
 * The picture in the JPEG `file`, turned upright as EXIF says; its path is for messages. Colours stored at a lower
 * resolution are repeated; those for print (CMYK) become red, green and blue. Throws DataError where the file is
 * damaged, or not of the size given. Damage within the coded pixels of a JPEG, which has no checksum, may pass for a
 * picture.
 */
export const decodeJpeg = (file: Uint8Array, path: string, size?: Size): Samples => {
  const { frame, segments, transform, orientation } = jpegParts(file, path, size);
  const planes = withPlace(path, () => decodeScans(file, segments, frame)).map((plane) =>
    lookUp(plane, frame),
  );
  return upright(pictureOf(planes, frame, transform), orientation);
};

/** Samples of a component, to be looked up by the pixel. */
interface Lookup {
  readonly data: Uint8Array;
  /** Place of each column in a row. */
  readonly columns: Uint32Array;
  /** Place of the first sample of each row. */
  readonly rows: Uint32Array;
}

const lookUp = (plane: Plane, { width, height, mostAcross, mostDown }: Frame): Lookup => {
  const { horizontal, vertical } = plane.component;
  const { width: rowBytes, data } = samplesOf(plane);
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let x = 0; x < width; x++) columns[x] = (x * horizontal) / mostAcross;
  for (let y = 0; y < height; y++) rows[y] = Math.floor((y * vertical) / mostDown) * rowBytes;
  return { data, columns, rows };
};

const pictureOf = (planes: readonly Lookup[], frame: Frame, transform: number | undefined): Samples => {
  const { width, height, components } = frame;
  const size = { width, height, most: 255 };
  const [first, second, third, black] = planes as [Lookup, Lookup, Lookup, Lookup | undefined];
  if (planes.length === 1) return { ...size, channels: 1, data: gathered(first, frame) };
  const isPlain =
    transform === undefined
      ? black !== undefined || String.fromCharCode(...components.map(({ id }) => id)) === "RGB"
      : transform === 0;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const [row1, row2, row3] = [first.rows[y]!, second.rows[y]!, third.rows[y]!];
    for (let x = 0; x < width; x++, to += 3) {
      const one = first.data[row1 + first.columns[x]!]!;
      const two = second.data[row2 + second.columns[x]!]!;
      const three = third.data[row3 + third.columns[x]!]!;
      if (isPlain) {
        data[to] = one;
        data[to + 1] = two;
        data[to + 2] = three;
      } else writeColour(one, two - 128, three - 128, data, to);
    }
  }
  if (black) printed(data, gathered(black, frame), transform);
  return { ...size, channels: 3, data };
};

/** The samples of a component at every pixel. */
const gathered = ({ data, columns, rows }: Lookup, { width, height }: Frame): Uint8Array => {
  const pixels = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = rows[y]!;
    for (let x = 0; x < width; x++) pixels[to++] = data[row + columns[x]!]!;
  }
  return pixels;
};

/** Red, green and blue of a luma and two differences of colour (ITU-T T.871, 7). */
const writeColour = (luma: number, blue: number, red: number, out: Uint8Array, at: number): void => {
  out[at] = clamped(luma + 1.402 * red);
  out[at + 1] = clamped(luma - 0.3441363 * blue - 0.71413636 * red);
  out[at + 2] = clamped(luma + 1.772 * blue);
};

const clamped = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/**
 * Makes red, green and blue of colours for print, in place: what the inks leave of white. Adobe stores how much is left
 * (255 less the ink), in YCCK (transform 2) for black alone; without its segment the inks themselves are stored.
 */
const printed = (colours: Uint8Array, black: Uint8Array, transform: number | undefined): void => {
  const isInk = { colours: transform !== 0, black: transform === undefined };
  for (let k = 0; k < colours.length; k++) {
    const stored = black[Math.floor(k / 3)]!;
    const light = isInk.black ? 255 - stored : stored;
    colours[k] = Math.round(((isInk.colours ? 255 - colours[k]! : colours[k]!) * light) / 255);
  }
};
