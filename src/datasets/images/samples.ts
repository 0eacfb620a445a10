/** Pictures as decoders give them, and as networks take them. */

/** A decoded picture: of each pixel its samples one behind the other, row by row from the top left. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 red, green and blue, 4 these and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Each 0 to `most`. */
  readonly data: Uint8Array | Uint16Array;
  readonly most: number;
}

/** Planes of one grey, or of red, green and blue. */
export type Channels = 1 | 3;

/** The planes that hold all of the picture. */
export const channelsOf = ({ channels }: Samples): Channels => (channels <= 2 ? 1 : 3);

/**
 * Writes the picture into `out`, [wanted, height, width], 0 to 255. Where it is transparent it shows a black ground.
 * Colours become their luma, grey becomes three equal colours.
 */
export const writePlanes = (picture: Samples, wanted: Channels, out: Uint8Array): void => {
  const { data, channels, most, width, height } = picture;
  const pixels = width * height;
  const colours = channelsOf(picture);
  const hasAlpha = channels % 2 === 0;
  const toBytes = 255 / (most * most);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    const weight = (hasAlpha ? data[at + colours]! : most) * toBytes;
    if (colours === 1 || wanted === 1) {
      const grey = colours === 1 ? data[at]! : luma(data[at]!, data[at + 1]!, data[at + 2]!);
      const value = Math.round(grey * weight);
      for (let plane = 0; plane < wanted; plane++) out[plane * pixels + pixel] = value;
    } else {
      for (let plane = 0; plane < 3; plane++)
        out[plane * pixels + pixel] = Math.round(data[at + plane]! * weight);
    }
  }
};

/** Luma of ITU-R BT.601, on the values as stored. */
const luma = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;
