/** Images that were stored column by column. */

/** Transposes each image of `images`, [count, rows, columns], in place: it is [count, columns, rows] afterwards. */
export const transposeImages = (images: Uint8Array, rows: number, columns: number): void => {
  const stored = new Uint8Array(rows * columns);
  for (let start = 0; start < images.length; start += stored.length) {
    stored.set(images.subarray(start, start + stored.length));
    let to = start;
    for (let column = 0; column < columns; column++) {
      for (let from = column; from < stored.length; from += columns) images[to++] = stored[from]!;
    }
  }
};
