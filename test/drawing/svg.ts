/** Reading pictures in tests. */

import { type DecodedPng, decode } from "fast-png";
import { expect } from "vitest";

/** The PNG images in a picture, in order. */
export const imagesIn = (drawn: string): DecodedPng[] =>
  [...drawn.matchAll(/href="data:image\/png;base64,([^"]*)"/g)].map(([, base64]) =>
    decode(Buffer.from(base64!, "base64")),
  );

/** Fails unless the text is XML as our pictures use it: elements that close, quoted attributes, no stray sign. */
export const requireWellFormed = (drawn: string): void => {
  const open: string[] = [];
  const rest = drawn.replace(
    /<(\/?)([a-z]+)((?: [a-z0-9-]+="[^"<&]*")*)(\/?)>/gi,
    (_, closes: string, name: string, __, empty: string) => {
      if (closes) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name);
      return "";
    },
  );
  expect(open).toEqual([]);
  expect(rest.replace(/&#\d+;/g, "")).not.toMatch(/[<&]/);
  expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
};
