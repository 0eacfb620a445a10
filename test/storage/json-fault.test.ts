import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonFault } from "../../src/storage/json-fault.ts";

test.each([
  ['{\n  "a": 1,\n  "b" 2\n}', "line 3, column 7: expected a colon"],
  ['{\n  "a": 1,\n}', "line 3, column 1: expected a name in quotation marks"],
  ['{"a": [1, 2', "line 1, column 12: expected a comma or ]"],
  ['{"a": 01}', "line 1, column 8: expected a comma or }"],
  ["", "line 1, column 1: expected a value"],
  ['{"a": 1}\n}', "line 2, column 1: expected the end of the file"],
  ["\n\n  nul", "line 3, column 3: expected a value"],
])("%j: %s", (text, fault) => expect(jsonFault(text)).toBe(fault));

test("strings may be long", () => {
  const long = "\\u00e9x".repeat(2 ** 21);
  expect(jsonFault(`{"a": "${"x".repeat(15_000_000)}", "${long}": 1}`)).toBe(undefined);
  expect(jsonFault(`["${long}]`)).toBe("line 1, column 2: expected a value");
});

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test("documents have none, and damaged ones have one, by JSON.parse", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "1", "\\"), (text, place, other) => {
      expect(jsonFault(text)).toBe(undefined);
      const at = place % (text.length + 1);
      const damaged = text.slice(0, at) + other + text.slice(at + 1);
      expect(jsonFault(damaged) === undefined).toBe(parses(damaged));
    }),
  );
});
