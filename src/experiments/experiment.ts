/** An experiment: what it asks, and how it finds out. */

import type { Findings } from "./findings/findings.ts";
import type { DataFolders } from "./study/data.ts";
import type { Study } from "./study/study.ts";

export interface ExperimentContext extends Study {
  readonly data: DataFolders;
  /** Folders of images of another kind, by what to call them. */
  readonly ood: DataFolders;
}

export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** The data sets that it takes where they are, by their names in `nsm data list`. */
  readonly reads: readonly string[];
  /** Whether its numbers come from several runs that differ by their seeds; else from one, or from none. */
  readonly takesSeeds?: boolean;
  /** Whether it looks at images of another kind. */
  readonly takesOod?: boolean;
  readonly find: (
    context: ExperimentContext,
  ) => Promise<Pick<Findings, "rows" | "comparisons" | "figures" | "remarks">>;
}
