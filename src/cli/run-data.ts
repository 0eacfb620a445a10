/** Where a run's data are. */
import type { Dataset } from "../datasets/dataset.ts";
import { openDataset } from "../datasets/open.ts";
import { drawValidation } from "../datasets/validation.ts";
import { UsageError } from "../errors.ts";
import { splitChecksum } from "../training/run.ts";
import type { RunDescription, Validation } from "../training/run-folder.ts";

/** The data without the validation split, which stands for the test split: nothing is chosen on that. */
export const withValidation = (dataset: Dataset, asked: Validation | undefined): Dataset => {
  if (!asked) return dataset;
  const { train, validation } = drawValidation(dataset.train, asked.count, asked.seed);
  return { ...dataset, train, test: validation };
};

/**
 * The data in `folder`; without one, those that the run was trained on. Throws UsageError if nothing tells where.
 * A run that was trained without its validation split finds that in the place of the test split.
 */
export const dataOf = async (
  description: RunDescription,
  folder = description.data.folder,
): Promise<Dataset> => {
  const { data } = description;
  const dataset = withValidation(await openDataset(folder), data.validation);
  if (folder !== undefined || splitChecksum(dataset.train) === data.sha256) return dataset;
  throw new UsageError("finding the run's data", {
    given: `a run on ${data.name}, which does not say where these are`,
    expected: "their folder",
    remedy: "Give it with --data DIR.",
  });
};
