/** Options of nsm evaluate. */
import type { SamplingLaw } from "../inference/pass-programs.ts";
import type { ScoredSplit } from "../training/runs/run-data.ts";
import type { ChipsFlags } from "./chips-options.ts";
import type { NoiseFlags } from "./noise-options.ts";
import type { SamplingFlags } from "./options.ts";

export interface EvaluateFlags extends SamplingFlags, NoiseFlags, ChipsFlags {
  readonly data?: string;
  readonly law?: SamplingLaw;
  readonly split?: ScoredSplit;
}
