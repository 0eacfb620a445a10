/** Reading of SVG in tests. */

import { type DecodedPng, decode } from "fast-png";
import { expect } from "vitest";

/** The PNG images in an SVG document, in order. */
export const imagesIn = (drawn: string): DecodedPng[] =>
  [...drawn.matchAll(/href="data:image\/png;base64,([^"]*)"/g)].map(([, base64]) =>
    decode(Buffer.from(base64!, "base64")),
  );

/**
 * Fails unless the text is well-formed XML as our figures use it: closed elements, quoted attributes, escaped
 * text.
 */
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
