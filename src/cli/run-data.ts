/** Where a run's data are. */
import type { Dataset } from "../datasets/dataset.ts";
import { openDataset } from "../datasets/open.ts";
import { UsageError } from "../errors.ts";
import { splitChecksum } from "../training/run.ts";
import type { RunDescription } from "../training/run-folder.ts";

/** The data in `folder`; without one, those that the run was trained on. Throws UsageError if nothing tells where. */
export const dataOf = async ({ data }: RunDescription, folder = data.folder): Promise<Dataset> => {
  const dataset = await openDataset(folder);
  if (folder !== undefined || splitChecksum(dataset.train) === data.sha256) return dataset;
  throw new UsageError("finding the run's data", {
    given: `a run on ${data.name}, which does not say where these are`,
    expected: "their folder",
    remedy: "Give it with --data DIR.",
  });
};
