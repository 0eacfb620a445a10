/** The README's example, as a user would run it: against the built package, by its name. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
beforeAll(async () => {
  // Inside the package, so that its own name resolves to it.
  await mkdir(join(root, "runs"), { recursive: true });
  folder = await mkdtemp(join(root, "runs", "readme-"));
});
afterAll(() => rm(folder, { recursive: true }));

const readReadme = (): Promise<string> => readFile(join(root, "README.md"), "utf8");

it("names only files that are there", async () => {
  const links = [...(await readReadme()).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(existsSync(join(root, link)), link).toBe(true);
});

it("leaves no place to be filled in, nor do the results", async () => {
  for (const text of [await readReadme(), await readFile(join(root, "docs", "results.md"), "utf8")])
    expect(text.replaceAll("THIRD-PARTY-NOTICES", "")).not.toMatch(/[A-Z]{3,}-[A-Z]{3,}|PLACEHOLDER|TODO/);
});

it.each<[string, number, RegExp]>([
  ["first", 0, /error: \d.*(it is a [0-9]|ask a person)/s],
  ["second", 1, /^\d+ of 1000 digits were predicted wrongly/],
])("runs the README's %s example", async (_which, at, expected) => {
  // The page for browsers is looked at by scripts/check-vite.sh.
  const examples = [...(await readReadme()).matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);
  expect(examples).toHaveLength(2);
  const file = join(folder, "example.mjs");
  await writeFile(file, examples[at]!);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: 110_000 });
  expect(stdout).toMatch(expected);
});
