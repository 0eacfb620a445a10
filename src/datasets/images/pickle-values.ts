/** Numbers and text as pickles write them. */

import { PickleError } from "./pickle-machine.ts";

export const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A whole number that is exact here. */
export const whole = (text: string): number => {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new PickleError(`the number ${JSON.stringify(text.slice(0, 20))}`);
};

/** 00 and 01 stand for the truth values. */
export const integer = (text: string): number | boolean =>
  text === "00" || text === "01" ? text === "01" : whole(text);

/** raw-unicode-escape: only \uXXXX and \UXXXXXXXX stand for something else than themselves. */
export const unescaped = (text: string): string =>
  text.replace(/\\u([\da-f]{4})|\\U(000[\da-f]{5}|0010[\da-f]{4})/gi, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );

/** A quoted string without escapes, of which names in data have none. */
export const quoted = (text: string): Uint8Array => {
  const match = /^'([^'\\]*)'$|^"([^"\\]*)"$/.exec(text);
  if (!match) throw new PickleError("a string that is not quoted, or has escapes");
  return Buffer.from(match[1] ?? match[2]!, "latin1");
};

/** Two's complement, the lowest byte first. */
export const long = (bytes: Uint8Array): number => {
  if (bytes.length > 8) throw new PickleError(`a number of ${bytes.length} bytes`);
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return whole(`${BigInt.asIntN(8 * bytes.length, value)}`);
};

export const float = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
