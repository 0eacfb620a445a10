/** The claims of the paper (arXiv 1910.12316), in the order of its abstract. */

import { additions } from "./additions.ts";
import type { Claim } from "./claim.ts";
import { convergence } from "./convergence.ts";
import { covariateShift } from "./covariate-shift.ts";
import { normalisation } from "./normalisation.ts";
import { online } from "./online.ts";
import { quality } from "./quality.ts";
import { substrate } from "./substrate.ts";
import { sufficient } from "./sufficient.ts";
import { uncertainty } from "./uncertainty.ts";

export const CLAIMS: readonly Claim[] = [
  sufficient,
  normalisation,
  convergence,
  covariateShift,
  online,
  substrate,
  uncertainty,
  additions,
  quality,
];
