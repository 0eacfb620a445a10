/** Experiments, and the context that they run in. */

import type { Findings } from "./findings/findings.ts";
import type { DataFolders, DataNotes } from "./study/data.ts";
import type { Study } from "./study/study.ts";

export interface ExperimentContext extends Study {
  readonly data: DataFolders;
  readonly notes?: DataNotes | undefined;
  /** Folders of out-of-distribution images by their names in results. */
  readonly ood: DataFolders;
}

export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** The data sets that it uses if they are present, by their names in `nsm data list`. */
  readonly reads: readonly string[];
  /** Whether its results come from several runs with different seeds. */
  readonly takesSeeds?: boolean;
  /** Whether its rows have what the user says of the data sets' splits. */
  readonly takesNotes?: boolean;
  /** Whether it uses out-of-distribution images. */
  readonly takesOod?: boolean;
  readonly find: (
    context: ExperimentContext,
  ) => Promise<Pick<Findings, "rows" | "comparisons" | "figures" | "remarks">>;
}
