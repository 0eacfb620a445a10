/** Decoding of the bytes of a recording into chunks of events, for formats whose words can be decoded one by one. */

import type { ByteSource } from "../../files/byte-source.ts";
import { allocateEvents, type Events, eventRange } from "../events.ts";
import { truncated } from "./damage.ts";

/** Bytes read at once: enough that decoding dominates, too few to matter in memory. */
const pieceBytes = 1 << 20;

export interface Decoded {
  /** The events before the damage, where there is any. */
  readonly events: Events;
  /** Number of bytes decoded; more than were given where the rest is to be skipped unread. */
  readonly used: number;
  /** Error to be thrown once the events were handed out. */
  readonly damage?: unknown;
}

/**
 * Decodes whole words from the start of `bytes`, which lie at `offset` in the file. State that later words depend on is
 * kept between calls. `used` is 0 where not one word is whole. The decoders write their events themselves: a shared
 * function for that would keep the count and the last time in memory, and decoding would take 1.5 times as long.
 */
export type Decode = (bytes: DataView, offset: number) => Decoded;

/**
 * The events of the bytes from `start` on, in memory independent of their number. A word that straddles two reads is
 * read again, whole. Events before damage are handed out before the error is thrown. Throws DataError where the bytes
 * end within a word, described as `word` in the message.
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
      const { events, used, damage } = decode(view, at);
      if (events.t.length > 0) yield events;
      if (damage !== undefined) throw damage;
      if (used === 0) break;
      at += used;
    }
    if (at === before) throw truncated(source, at, word);
  }
}

/** The first `count` events: the same memory if most of it is in use, else a copy of that size. */
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
