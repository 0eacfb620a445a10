/** Finds the data of a run. Node only. */
import type { Dataset } from "../../datasets/dataset.ts";
import { dataPlace } from "../../datasets/fetching/data-place.ts";
import { openDataset } from "../../datasets/open.ts";
import { drawValidation } from "../../datasets/validation.ts";
import { defined } from "../../defined.ts";
import { StorageError, UsageError } from "../../errors.ts";
import { isThere } from "../../storage/files.ts";
import { splitChecksumInSlices } from "./run.ts";
import type { RunDescription, ValidationDraw } from "./run-folder.ts";

/** The split that a run is scored on. */
export type ScoredSplit = "test" | "validation";

/**
 * Holds the validation split out of the training split. It replaces the test split, which nothing is chosen on, unless
 * that is asked for.
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
 * The data set given by folder or name, else the one that the run was trained on. For a run that held a validation
 * split out, that split replaces the test split. Throws UsageError if the data set cannot be found or is another one.
 */
export const dataOf = async (
  { data }: Pick<RunDescription, "data">,
  given?: string,
  scored?: ScoredSplit,
): Promise<Dataset> => {
  const folder = given === undefined ? data.folder : await dataPlace(given);
  if (given === undefined && folder !== undefined && !(await isThere(folder)))
    throw new StorageError("finding the run's data", {
      given: `no folder ${folder}, where the data were`,
      expected: data.name,
      remedy: "Give their present folder with --data DIR.",
    });
  if (scored === "validation" && !data.validation)
    throw new UsageError("finding the run's data", {
      given: "--split validation",
      expected: "a run that was trained with --validation",
      remedy: "Leave --split out to score the test split.",
    });
  const dataset = withValidation(
    await openDataset(folder, defined({ labels: data.labels })),
    data.validation,
    scored,
  );
  requireSameClasses(`scoring the run on ${folder ?? "the embedded digits"}`, data, dataset.test);
  // Computed only where it is needed: it reads the whole split.
  const isSame = async (): Promise<boolean> => (await splitChecksumInSlices(dataset.train)) === data.sha256;
  if (data.validation && scored !== "test" && !(await isSame()))
    throw new UsageError("finding the run's validation split", {
      given: `other data than those that it was held out of, in ${folder}`,
      expected: `${data.name}, unchanged`,
      remedy: "Give the folder of the original data with --data, or score this test split with --split test.",
    });
  if (folder !== undefined || (await isSame())) return dataset;
  throw new UsageError("finding the run's data", {
    given: `a run on ${data.name}, which does not record their folder`,
    expected: "their folder",
    remedy: "Give the folder with --data DIR.",
  });
};

/**
 * Throws UsageError unless the classes of a run's data and of a split have the same names in the same order, if they
 * have names: labels are their indices. `subject` begins the message.
 */
export const requireSameClasses = (
  subject: string,
  { classNames: trained }: RunDescription["data"],
  { classNames: given }: Dataset["test"],
): void => {
  if (!trained || !given) return;
  const at = trained.findIndex((name, label) => given[label] !== name);
  if (at < 0 && trained.length === given.length) return;
  const label = at < 0 ? trained.length : at;
  throw new UsageError(subject, {
    given: `class ${label} named "${given[label] ?? "nothing"}"`,
    expected: `"${trained[label] ?? "nothing"}", as in the training data`,
    remedy: "Give data with the same classes in the same order.",
  });
};
