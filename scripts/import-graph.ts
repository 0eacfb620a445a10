/** Imports between the files of src/, and the rooms that these stand in. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * The rooms from the lowest to the highest: a file imports files of its own room and of rooms before it. A room is a
 * folder of src/; its files are in `ground` where they lie in src/ itself, and in `api` where nothing imports them.
 */
export const ROOMS = [
  "ground",
  "onnx",
  "threads",
  "storage",
  "drawing",
  "random",
  "statistics",
  "tensor",
  "runtime",
  "nn",
  "networks",
  "files",
  "events",
  "datasets",
  "loading",
  "inference",
  "training",
  "integer",
  "substrate",
  "export",
  "experiments",
  "report",
  "server",
  "cli",
  "api",
] as const;

export type Room = (typeof ROOMS)[number];

/** Files that users import, and that nothing else does. */
const API: readonly string[] = ["index.ts", "web.ts"];

/** Paths below src/, and for each the paths that it imports: values, types, modules of threads and lazy imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Import and export declarations, `import(..)`, and modules that a thread or a sandbox is started from. */
const REFERENCES = [
  /\bfrom "(\.[^"]+)"/g,
  /^import "(\.[^"]+)"/gm,
  /\bimport\("(\.[^"]+)"\)/g,
  /"(\.\.?\/[^"]+)\.js"/g,
];

const importsOf = (file: string, text: string): string[] => {
  const found = REFERENCES.flatMap((pattern) => [...text.matchAll(pattern)].map(([, path]) => path!));
  const paths = found.map((path) => posix.join(posix.dirname(file), path.replace(/(\.ts)?$/, ".ts")));
  return [...new Set(paths)].sort();
};

/** The imports between the files of the folder `source`. */
export const readImports = (source: string): ImportGraph => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts"))
    .sort();
  return new Map(
    files.map((file) => [
      file,
      importsOf(file, readFileSync(join(source, file), "utf8")).filter((path) => files.includes(path)),
    ]),
  );
};

/** The room of a file. Throws Error for a folder that is no room. */
export const roomOf = (file: string): Room => {
  if (API.includes(file)) return "api";
  const folder = file.includes("/") ? file.slice(0, file.indexOf("/")) : "ground";
  const room = ROOMS.find((each) => each === folder);
  if (room) return room;
  throw new Error(`${file} stands in no room: add ${folder} to ROOMS in scripts/import-graph.ts`);
};

/** Groups of files that import each other, directly or by way of others (strongly connected components, Tarjan 1972). */
export const circles = (graph: ImportGraph): readonly (readonly string[])[] => {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file)).sort();
    if (circle.length > 1) found.push(circle);
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
};

/** Imports from a lower room to a higher one. */
export const upwardImports = (graph: ImportGraph): readonly { from: string; to: string }[] =>
  [...graph].flatMap(([from, imported]) =>
    imported
      .filter((to) => ROOMS.indexOf(roomOf(to)) > ROOMS.indexOf(roomOf(from)))
      .map((to) => ({ from, to })),
  );

/** How many imports lead from one room to another, for each pair with any. */
export const roomImports = (
  graph: ImportGraph,
): readonly { readonly from: Room; readonly to: Room; readonly count: number }[] =>
  ROOMS.flatMap((from) =>
    ROOMS.map((to) => {
      const count = [...graph]
        .filter(([file]) => roomOf(file) === from)
        .reduce((sum, [, imported]) => sum + imported.filter((file) => roomOf(file) === to).length, 0);
      return { from, to, count };
    }).filter(({ to, count }) => to !== from && count > 0),
  );
