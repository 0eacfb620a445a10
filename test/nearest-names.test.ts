/** The known names that a misspelt one may have meant. */
import { Command } from "commander";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestNames } from "../src/nearest-names.ts";

const known = ["gMinMicrosiemens", "gMaxMicrosiemens", "levels", "stuckOnShare", "stuckOffShare", "p"];

test.each<[string, readonly string[]]>([
  ["levls", ["levels"]],
  ["lveels", ["levels"]],
  ["Levels", ["levels"]],
  ["leveling", ["levels"]],
  ["gMaxMicroSiemens", ["gMaxMicrosiemens"]],
  ["gMixMicrosiemens", ["gMinMicrosiemens", "gMaxMicrosiemens"]],
  ["stuckOfShare", ["stuckOnShare", "stuckOffShare"]],
  ["drift", []],
  ["lxvxls", ["levels"]],
  ["lxvxlxxx", []],
  ["q", []],
  ["", []],
])("%s: %j", (given, names) => {
  expect(nearestNames(given, known)).toEqual(names);
});

test("none of no names, and of a very long one", () => {
  expect(nearestNames("levels", [])).toEqual([]);
  expect(nearestNames("x".repeat(1e6), known)).toEqual([]);
});

/** The options that Commander suggests for a misspelt one. */
const suggested = (given: string, names: readonly string[]): readonly string[] => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  command.helpOption(false);
  for (const name of names) command.option(`--${name}`);
  try {
    command.parse([`--${given}`], { from: "user" });
  } catch (cause) {
    const [, list = ""] = /Did you mean (?:one of )?(.*)\?\)/.exec((cause as Error).message) ?? [];
    return list
      .split(", ")
      .filter(Boolean)
      .map((name) => name.slice(2));
  }
  return [given];
};

test("they are those of the command line's options", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(name, fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (given, names) => {
      expect([...nearestNames(given, names)].sort()).toEqual([...suggested(given, names)].sort());
    }),
    { seed: 1, numRuns: 300 },
  );
});
