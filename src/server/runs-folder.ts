/** The runs in a folder and the folders in it, by their path below it. Nothing outside the folder is read. */
import type { Dirent } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { isThere } from "../storage/files.ts";
import { runFile } from "../training/runs/run-folder.ts";
import { notFound, Refused } from "./refused.ts";

/** Depth of folders that are searched, and runs that are found, at most. */
const DEPTH = 4;
const MOST_RUNS = 1000;
/** Folders that are opened in one search, at most. */
const MOST_FOLDERS = 10_000;

export interface FoundRuns {
  /** Paths below the folder, with slashes, in order. */
  readonly names: readonly string[];
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/** Whether a path lies in a folder, both without links. */
const isInside = (folder: string, path: string): boolean => path.startsWith(folder + sep);

const entriesOf = (folder: string): Promise<readonly Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);

/** The folders in `folder` that hold a run.json, and are not inside another. Links and hidden folders are left out. */
export const findRuns = async (folder: string): Promise<FoundRuns> => {
  const names: string[] = [];
  let opened = 0;
  let isCut = false;
  const search = async (place: string, depth: number): Promise<void> => {
    if (names.length >= MOST_RUNS || opened >= MOST_FOLDERS) {
      isCut = true;
      return;
    }
    opened++;
    const entries = await entriesOf(place);
    if (depth > 0 && entries.some((entry) => entry.name === "run.json")) {
      names.push(relative(folder, place).split(sep).join("/"));
      return;
    }
    if (depth === DEPTH) return;
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
    for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1)))
      await search(join(place, name), depth + 1);
  };
  await search(folder, 0);
  return { names, isCut };
};

/** Whether a name can be that of a new run: a path of folders, none of them hidden or a step upward. */
const isRunName = (name: string): boolean =>
  name.length <= 200 && name.split("/").every((part) => /^[\w@+=-][\w@+=., -]*$/.test(part));

const refuseName = (given: string, expected: string): never => {
  throw new Refused(400, "the name of a run", { given, expected, remedy: "Choose another name." });
};

/**
 * The path for a new run of that name. Throws Refused for a name that none can have, that is taken, or under which `findRuns`
 * would not find the run: too deep, inside another run, or below a link, which may lead out of `folder`.
 */
export const placeOfNewRun = async (folder: string, name: string): Promise<string> => {
  const shown = JSON.stringify(name.slice(0, 200));
  if (!isRunName(name)) refuseName(shown, "letters, digits, spaces and . , _ - + = @, and / between folders");
  const parts = name.split("/");
  if (parts.length > DEPTH) refuseName(shown, `a run at most ${DEPTH} folders deep`);
  for (let k = 1; k < parts.length; k++) {
    const around = parts.slice(0, k);
    const outer = join(resolve(folder), ...around);
    const entry = await lstat(outer).catch(() => undefined);
    if (!entry) break;
    const given = `${name}, where ${around.join("/")} is`;
    if (!entry.isDirectory()) refuseName(`${given} a link or a file`, "a path of folders");
    if (await isThere(runFile(outer))) refuseName(`${given} a run`, "a place outside other runs");
  }
  const place = join(resolve(folder), ...parts);
  if (await lstat(place).catch(() => undefined))
    throw new Refused(409, "starting a training", {
      given: `the name ${name}, which is taken`,
      expected: "the name of a new run",
      remedy: "Choose another name, or resume that run.",
    });
  return place;
};

/** Whether `findRuns` may find a run of that name. */
const canBeFound = (name: string): boolean =>
  name.split("/").every((part) => part !== "" && !part.startsWith("."));

/**
 * The path of the run of that name. Throws Refused if there is none, and if it or a file of it is a link that leads out of
 * `folder`.
 */
export const requireRun = async (folder: string, name: string): Promise<string> => {
  const absent = (): never =>
    notFound("finding the run", `no run ${name}`, `the folder of a run in ${folder}`);
  if (!canBeFound(name)) absent();
  const place = join(folder, ...name.split("/"));
  const [root, real] = await Promise.all([realpath(folder), realpath(place)]).catch(absent);
  if (!isInside(root, real)) refuseLink(name, folder);
  if (!(await entriesOf(real)).some((entry) => entry.name === "run.json"))
    notFound("finding the run", `${name}, which has no run.json`, `the folder of a run in ${folder}`);
  await refuseLinks(root, real, name);
  await refuseLinks(root, join(real, "checkpoints"), name);
  return real;
};

/**
 * Throws Refused for a link among the files directly in `place` that leads out of `root`. Both are paths without links;
 * `isMeant`: the files that matter.
 */
export const refuseLinks = async (
  root: string,
  place: string,
  name: string,
  isMeant: (file: string) => boolean = () => true,
): Promise<void> => {
  const links = (await entriesOf(place)).filter((entry) => entry.isSymbolicLink() && isMeant(entry.name));
  for (const link of links) {
    const target = await realpath(join(place, link.name)).catch(() => "");
    if (!isInside(root, target)) refuseLink(`${name}/${link.name}`, root);
  }
};

const refuseLink = (name: string, folder: string): never => {
  throw new Refused(403, "reading the run", {
    given: `${name}, a link that leads out of ${folder}`,
    expected: "files in that folder",
    remedy: "Copy what it leads to, or start the studio with the folder that it is in.",
  });
};
