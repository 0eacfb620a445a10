/** The bundle that `nsm` starts: whole, with every thread, and with the licences of what is in it. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "bundle");

/** Texts of the modules by their paths below bundle/. */
let modules: Map<string, string>;
beforeAll(async () => {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js"));
  modules = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
});

/** The groups of all matches in a module, and its folder. */
const found = (pattern: RegExp): readonly { readonly groups: readonly string[]; readonly from: string }[] =>
  [...modules].flatMap(([name, text]) =>
    [...text.matchAll(pattern)].map(([, ...groups]) => ({ groups, from: dirname(join(folder, name)) })),
  );

test("every file that a module imports is there, and every thread that it starts", () => {
  const imports = found(/(?:\bfrom |\bimport\()"(\.[^"]+)"/g);
  expect(imports.length).toBeGreaterThan(100);
  for (const { groups, from } of imports) expect(existsSync(join(from, groups[0]!)), groups[0]).toBe(true);
  const threads = found(/"(\.\/[\w/-]+\.js)",\s*new URL\("([^"]+)", import\.meta\.url\)/g);
  expect(threads.length).toBeGreaterThan(10);
  for (const { groups, from } of threads)
    expect(existsSync(join(from, dirname(groups[1]!), groups[0]!)), groups[0]).toBe(true);
});

test("no mark of a place is left, and data are found from the package", () => {
  expect(found(/(place in the bundle)/g)).toEqual([]);
  const data = found(/new URL\("\.\.\/\.\.\/data\/mnist-subset", new URL\("([^"]+)", import\.meta\.url\)/g);
  const places = data.map(({ groups, from }) => join(from, dirname(groups[0]!), "../../data"));
  // Chunks of the last day's builds stay.
  expect([...new Set(places)]).toEqual([join(root, "data")]);
});

test("every package in it is named with its licence", async () => {
  const licenses = await readFile(join(folder, "LICENSES"), "utf8");
  const named = [...licenses.matchAll(/^(\S+) \d+\.[\d.]+$/gm)].map(([, name]) => name!);
  const bundled = found(/^\/\/ .*node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//gm).map(({ groups }) => groups[0]!);
  expect(bundled.length).toBeGreaterThan(0);
  expect(named.sort()).toEqual([...new Set(bundled)].sort());
  // Packages without a file of their licence.
  const elsewhere = [...licenses.matchAll(/^(\S+) [\d.]+\n\n.*see THIRD-PARTY-NOTICES/gm)].map(
    ([, name]) => name,
  );
  expect(elsewhere).toEqual(["@bufbuild/protobuf"]);
  const notices = await readFile(join(root, "THIRD-PARTY-NOTICES"), "utf8");
  for (const name of elsewhere) expect(notices).toContain(`    ${name} `);
});
