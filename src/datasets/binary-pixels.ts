/** Arrays of 0 and 1 are binary frames, whose pixels become 0 and 255 as those of pictures. */

/** The largest value; a loop, for there may be hundreds of millions. */
export const largest = (values: Uint8Array | Uint16Array): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) if (values[k]! > most) most = values[k]!;
  return most;
};

/** Makes 255 of 1, in place. */
export const light = (pixels: Uint8Array): void => {
  for (let k = 0; k < pixels.length; k++) pixels[k]! *= 255;
};
