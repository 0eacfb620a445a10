/** Where a run's data are. */
import type { Dataset } from "../datasets/dataset.ts";
import { openDataset } from "../datasets/open.ts";
import { drawValidation } from "../datasets/validation.ts";
import { StorageError, UsageError } from "../errors.ts";
import { isThere } from "../storage/files.ts";
import { splitChecksum } from "../training/runs/run.ts";
import type { RunDescription, ValidationDraw } from "../training/runs/run-folder.ts";
import { dataPlace } from "./data-place.ts";
import { defined } from "./options.ts";

/** What a run is scored on. */
export type ScoredSplit = "test" | "validation";

/**
 * The data without the validation split, which stands in the place of the test split unless that is asked for: nothing
 * is chosen on it.
 */
export const withValidation = (
  dataset: Dataset,
  asked: ValidationDraw | undefined,
  scored: ScoredSplit = "validation",
): Dataset => {
  if (!asked) return dataset;
  const { train, validation } = drawValidation(dataset.train, asked.count, asked.seed);
  return { ...dataset, train, test: scored === "validation" ? validation : dataset.test };
};

/**
 * The data in the folder, or of the name, that is given; else those that the run was trained on. Throws UsageError if nothing tells where.
 * A run that was trained without its validation split finds that in the place of the test split.
 */
export const dataOf = async (
  { data }: RunDescription,
  given?: string,
  scored?: ScoredSplit,
): Promise<Dataset> => {
  const folder = given === undefined ? data.folder : await dataPlace(given);
  if (given === undefined && folder !== undefined && !(await isThere(folder)))
    throw new StorageError("finding the run's data", {
      given: `no folder ${folder}, where they were`,
      expected: data.name,
      remedy: "Give the folder where they are now with --data DIR.",
    });
  if (scored === "validation" && !data.validation)
    throw new UsageError("finding the run's data", {
      given: "--split validation",
      expected: "a run that was trained with --validation",
      remedy: "Leave --split out: the test split is scored.",
    });
  const dataset = withValidation(
    await openDataset(folder, defined({ labels: data.labels })),
    data.validation,
    scored,
  );
  requireSameClasses(data.classNames, dataset.test.classNames, folder);
  // Asked for only where it matters: it takes the whole split.
  const isSame = (): boolean => splitChecksum(dataset.train) === data.sha256;
  if (data.validation && scored !== "test" && !isSame())
    throw new UsageError("finding the run's validation split", {
      given: `other data than those that it was kept out of, in ${folder}`,
      expected: `${data.name}, unchanged`,
      remedy: "Give their folder with --data, or score the test split of these with --split test.",
    });
  if (folder !== undefined || isSame()) return dataset;
  throw new UsageError("finding the run's data", {
    given: `a run on ${data.name}, which does not say where these are`,
    expected: "their folder",
    remedy: "Give it with --data DIR.",
  });
};

/** Labels mean the same only where classes of the same names stand in the same order. */
const requireSameClasses = (
  trained: readonly string[] | undefined,
  given: readonly string[] | undefined,
  folder = "the embedded digits",
): void => {
  if (!trained || !given) return;
  const at = trained.findIndex((name, label) => given[label] !== name);
  if (at < 0 && trained.length === given.length) return;
  const label = at < 0 ? trained.length : at;
  throw new UsageError(`scoring the run on ${folder}`, {
    given: `"${given[label] ?? "nothing"}" as class ${label}`,
    expected: `"${trained[label] ?? "nothing"}", as in the data that it was trained on`,
    remedy: "Give data with the same classes in the same order.",
  });
};
