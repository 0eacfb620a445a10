/** Reader of bytes that come in pieces of any size. */

export interface PieceReader {
  /** The next `count` bytes, fewer only at the end of the data. */
  readonly read: (count: number) => Promise<Uint8Array>;
  /** Fills `target` with the next bytes, and returns their number. */
  readonly fill: (target: Uint8Array) => Promise<number>;
  /** Bytes read so far. */
  readonly position: () => number;
  /** Stops the pieces where they are no longer wanted. */
  readonly close: () => Promise<void>;
}

export const pieceReader = (pieces: AsyncIterable<Uint8Array>): PieceReader => {
  const source = pieces[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let position = 0;
  const fill = async (target: Uint8Array): Promise<number> => {
    let filled = 0;
    while (filled < target.length) {
      if (rest.length === 0) {
        const { done, value } = await source.next();
        if (done) break;
        rest = value;
      }
      const part = rest.subarray(0, target.length - filled);
      target.set(part, filled);
      rest = rest.subarray(part.length);
      filled += part.length;
    }
    position += filled;
    return filled;
  };
  return {
    fill,
    read: async (count) => {
      const target = new Uint8Array(count);
      return target.subarray(0, await fill(target));
    },
    position: () => position,
    close: async () => {
      await source.return?.();
    },
  };
};
