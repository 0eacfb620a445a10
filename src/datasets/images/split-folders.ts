/** Folders of pictures that are almost a data set: what is missing, and what to rename. Node only. */

import { join } from "node:path";
import type { Explanation } from "../../errors.ts";
import { namesIn } from "../folder.ts";
import { isPictureName } from "./decode-image.ts";
import { mostNames } from "./names-in-words.ts";

/** Names of folders of splits, other than train and test. */
const trainNames = /^train(ing)?(set|_set)?\/$/i;
const testNames = /^(test(ing)?|val(id(ation)?)?|eval|dev)(set|_set)?\/$/i;

const expected = "train/ and test/, each with a folder of pictures for each class";

/**
 * Why a folder with these names is no data set though pictures lie in it, and what to do. Undefined where it has train/
 * and test/ by class, or no pictures in its folders' folders.
 */
export const adviceOnSplits = async (
  folder: string,
  names: ReadonlySet<string>,
): Promise<Explanation | undefined> => {
  const all = [...names].filter((name) => name.endsWith("/")).sort();
  if (names.has("train/") && names.has("test/")) return adviceOnTest(folder, all);
  const training = named(all, "train/", trainNames);
  const testing = named(all, "test/", testNames);
  if (training !== undefined && (await holdsClasses(join(folder, training)))) {
    if (testing === undefined)
      return {
        given: `a folder with ${training} and without test/`,
        expected,
        remedy: "Move some pictures of each class from train/CLASS to test/CLASS.",
      };
    const renamed = [
      ...(training === "train/" ? [] : [`${training} to train/`]),
      ...(testing === "test/" ? [] : [`${testing} to test/`]),
    ];
    return {
      given: `pictures in ${training} and ${testing}`,
      expected,
      remedy: `Rename ${renamed.join(" and ")}.`,
    };
  }
  if (training === undefined && (await holdsPictures(folder, names)))
    return {
      given: "pictures in folders without train/ and test/",
      expected,
      remedy: "Move most pictures of each class to train/CLASS and the others to test/CLASS.",
    };
  return undefined;
};

/** For a folder with train/ and test/, where the pictures of test/ have no classes and those of another folder have. */
const adviceOnTest = async (folder: string, all: readonly string[]): Promise<Explanation | undefined> => {
  const other = all.find((name) => name !== "test/" && testNames.test(name));
  const inTest = await namesIn(join(folder, "test"));
  const isUnsorted = [...inTest].some(isPictureName) && ![...inTest].some((name) => name.endsWith("/"));
  if (other === undefined || !isUnsorted || !(await holdsClasses(join(folder, other)))) return undefined;
  return {
    given: `pictures by class in ${other} and pictures without classes in test/`,
    expected,
    remedy: `Rename test/ to another name, then ${other} to test/.`,
  };
};

/** The folder of that name, or the first whose name is like it. */
const named = (all: readonly string[], usual: string, like: RegExp): string | undefined =>
  all.includes(usual) ? usual : all.find((name) => like.test(name));

const holdsClasses = async (folder: string): Promise<boolean> =>
  holdsPictures(folder, await namesIn(folder).catch(() => new Set<string>()));

/** Whether one of the first folders among `names`, which lie in `folder`, holds pictures. */
export const holdsPictures = async (folder: string, names: ReadonlySet<string>): Promise<boolean> => {
  const folders = [...names].filter((name) => name.endsWith("/")).sort();
  for (const inner of folders.slice(0, mostNames)) {
    const inside = await namesIn(join(folder, inner)).catch(() => new Set<string>());
    if ([...inside].some(isPictureName)) return true;
  }
  return false;
};
