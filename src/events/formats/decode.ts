/** From the bytes of a recording to chunks of events: what every format of fixed words has in common. */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Events, eventRange } from "../events.ts";
import { cutShort } from "./damage.ts";

/** How much is read at once: enough that the decoding takes the time, little enough to be nothing in memory. */
const pieceBytes = 1 << 20;

export interface Decoded {
  readonly events: Events;
  /** How many bytes this was; more than there were where the rest is to be skipped unread. */
  readonly used: number;
}

/**
 * Decodes whole words off the start of `bytes`, which are those at `offset` of the file; what later words depend on is
 * kept from call to call. Uses 0 bytes where not one word is whole. Throws DataError.
 */
export type Decode = (bytes: DataView, offset: number) => Decoded;

/**
 * The events of the bytes from `start` on, in memory that does not depend on how many there are. A word that straddles
 * two reads is read again, whole. Throws DataError where the bytes end within a word, which is `word` in the error.
 */
export async function* decodeAll(
  source: ByteSource,
  start: number,
  decode: Decode,
  word: string,
): AsyncGenerator<Events> {
  let at = start;
  while (at < source.size) {
    const piece = await source.read(at, at + pieceBytes);
    const before = at;
    for (let from = 0; from < piece.length; from = at - before) {
      const view = new DataView(piece.buffer, piece.byteOffset + from, piece.length - from);
      const { events, used } = decode(view, at);
      if (used === 0) break;
      at += used;
      if (events.t.length > 0) yield events;
    }
    if (at === before) throw cutShort(source, at, word);
  }
}

/** The first `count` of `events`: the same memory if most of it is in use, else a copy that holds no more than that. */
export const firstOf = (events: Events, count: number): Events => {
  const part = eventRange(events, 0, count);
  if (count > events.t.length / 2) return part;
  const copy = allocateEvents(count);
  copy.t.set(part.t);
  copy.x.set(part.x);
  copy.y.set(part.y);
  copy.polarity.set(part.polarity);
  return copy;
};
