/** Imports between the files of src/, and the rooms that the files belong to. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * The rooms from lowest to highest: a file imports only files of its own room and of lower rooms. A room is a
 * folder of src/. Files directly in src/ belong to `ground`, or to `api` if they are entry points.
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
  "integer",
  "files",
  "substrate",
  "events",
  "datasets",
  "loading",
  "detectors",
  "inference",
  "calibration",
  "training",
  "export",
  "experiments",
  "report",
  "server",
  "cli",
  "api",
] as const;

export type Room = (typeof ROOMS)[number];

/** Entry points: files that users import and no other file does. */
const API: readonly string[] = ["index.ts", "web.ts"];

/** The imports of each file, by path below src/: values, types, modules of threads and lazy imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Import and export declarations, `import(..)`, and modules from which a thread or a sandbox is started. */
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

/** Reads the imports between the files of the folder `source`. */
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

/** The room of a file. Throws Error for a folder that is not a room. */
export const roomOf = (file: string): Room => {
  if (API.includes(file)) return "api";
  const folder = file.includes("/") ? file.slice(0, file.indexOf("/")) : "ground";
  const room = ROOMS.find((each) => each === folder);
  if (room) return room;
  throw new Error(`${file} stands in no room: add ${folder} to ROOMS in scripts/import-graph.ts`);
};

/** Import cycles: strongly connected components of more than one file (Tarjan 1972). */
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

/** Number of imports between each pair of rooms. */
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
