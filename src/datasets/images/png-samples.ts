/** PNG pictures decoded, of any depth and colour type. Node only. */

import { type DecodedPng, decode } from "fast-png";
import { damaged, type Size } from "./damage.ts";
import { upright } from "./orientation.ts";
import { type PassFile, pngParts } from "./png.ts";
import type { Samples } from "./samples.ts";

/**
 * The picture in the PNG `file`, turned upright as EXIF says; its path is for messages. Throws DataError as `pngParts`,
 * or where it is damaged.
 */
export const decodePng = (file: Uint8Array, path: string, size?: Size): Samples => {
  const { passes, orientation, width, height } = pngParts(file, path, size);
  const parts = passes.map((each) => ({ ...each, samples: decodePass(each, path) }));
  const [{ samples: first }] = parts as [(typeof parts)[0]];
  if (parts.length === 1) return upright(first, orientation);
  const { channels } = first;
  const data = new (first.data.constructor as Uint8ArrayConstructor)(width * height * channels);
  for (const { pass, samples } of parts)
    for (let y = pass.y, from = 0; y < height; y += pass.stepY)
      for (let x = pass.x; x < width; x += pass.stepX)
        for (let channel = 0; channel < channels; channel++)
          data[(y * width + x) * channels + channel] = samples.data[from++]!;
  return upright({ ...first, width, height, data }, orientation);
};

const decodePass = ({ file }: PassFile, path: string): Samples => {
  let png: DecodedPng;
  try {
    png = decode(file, { checkCrc: true });
  } catch (cause) {
    throw damaged(path, `a damaged PNG (${(cause as Error).message})`, { cause });
  }
  const samples = unpacked(png);
  return png.palette ? fromPalette(samples, png.palette, path) : withTransparency(samples, png.transparency);
};

/** Samples of less than a byte are packed, from the most significant bit on, each row in whole bytes. */
const unpacked = ({ data, width, height, channels, depth }: DecodedPng): Samples => {
  const most = 2 ** depth - 1;
  const shape = { width, height, channels: channels as Samples["channels"], most };
  if (depth >= 8) return { ...shape, data: data as Uint8Array | Uint16Array };
  const rowBits = Math.ceil((width * depth) / 8) * 8;
  const samples = new Uint8Array(width * height);
  for (let k = 0; k < samples.length; k++) {
    const column = k % width;
    const bit = ((k - column) / width) * rowBits + column * depth;
    samples[k] = (data[bit >> 3]! >> (8 - depth - (bit & 7))) & most;
  }
  return { ...shape, data: samples };
};

/** Entries of three colours, or with alpha a fourth. A palette of greys makes a grey picture. */
const fromPalette = (
  { data, ...size }: Samples,
  palette: NonNullable<DecodedPng["palette"]>,
  path: string,
): Samples => {
  const isGrey = palette.every(([red, green, blue]) => red === green && red === blue);
  const colours = isGrey ? [0] : [0, 1, 2];
  const channels = (colours.length + 1) as 2 | 4;
  const samples = new Uint8Array(data.length * channels);
  for (let k = 0, to = 0; k < data.length; k++) {
    const entry = palette[data[k]!];
    if (!entry)
      throw damaged(path, `palette entry ${data[k]} of ${palette.length}`, { expected: "a whole PNG" });
    for (const colour of colours) samples[to++] = entry[colour]!;
    samples[to++] = entry[3] ?? 255;
  }
  return { ...size, channels, most: 255, data: samples };
};

/** The one colour that is transparent, if there is one, as an alpha channel. */
const withTransparency = (picture: Samples, transparent: DecodedPng["transparency"]): Samples => {
  const { data, channels, most } = picture;
  if (!transparent || channels % 2 === 0) return picture;
  const count = data.length / channels;
  const samples = new Uint16Array(count * (channels + 1));
  for (let k = 0, to = 0; k < count; k++) {
    const pixel = data.subarray(k * channels, (k + 1) * channels);
    samples.set(pixel, to);
    to += channels;
    samples[to++] = pixel.every((value, channel) => value === transparent[channel]) ? 0 : most;
  }
  return { ...picture, channels: (channels + 1) as 2 | 4, data: samples };
};
