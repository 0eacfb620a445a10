/** The experiments by name. */
import { ConfigError } from "../errors.ts";
import { cifar } from "./cifar.ts";
import { convergence } from "./convergence.ts";
import { covariateShift } from "./covariate-shift.ts";
import { depth } from "./depth.ts";
import { cifarDetectors, detectors, nmnistDetectors } from "./detectors.ts";
import { encoding } from "./encoding.ts";
import { estimators } from "./estimators.ts";
import type { Experiment } from "./experiment.ts";
import { firing } from "./firing.ts";
import { integer } from "./integer.ts";
import { online } from "./online.ts";
import { pooling } from "./pooling.ts";
import { rotation } from "./rotation.ts";
import { substrate } from "./substrate.ts";
import { methodsTable, mnistTable, otherTables } from "./tables.ts";
import { uncertainty } from "./uncertainty.ts";
import { weightDrift } from "./weight-drift.ts";

export const EXPERIMENTS: readonly Experiment[] = [
  mnistTable,
  methodsTable,
  otherTables,
  covariateShift,
  weightDrift,
  convergence,
  depth,
  cifar,
  uncertainty,
  detectors,
  cifarDetectors,
  nmnistDetectors,
  encoding,
  rotation,
  online,
  pooling,
  integer,
  substrate,
  estimators,
  firing,
];

/** The experiment of that name; all of them for "all". Throws ConfigError for another name. */
export const experimentsOf = (name: string): readonly Experiment[] => {
  if (name === "all") return EXPERIMENTS;
  const found = EXPERIMENTS.find((experiment) => experiment.name === name);
  if (found) return [found];
  throw new ConfigError("reproduce", {
    given: `"${name}"`,
    expected: `${EXPERIMENTS.map((experiment) => experiment.name).join(", ")} or all`,
    remedy: "See `nsm reproduce list`.",
  });
};
