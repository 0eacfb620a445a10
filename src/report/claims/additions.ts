/** Whether additions and comparisons are enough: errors of passes in integers. */
import type { Claim } from "./claim.ts";
import { changes, SUFFICIENCY_RULE } from "./sufficiency.ts";

/** Networks of `integer`. */
const INTEGER_NETWORKS = ["bNSM, mnist-cnn", "bNSM, mnist-mlp"];

export const additions: Claim = {
  name: "additions",
  claim: "Inference takes little more than additions and comparisons.",
  tested: "Error of passes in integers, which add weights and compare sums, less that in floating point",
  rule: SUFFICIENCY_RULE,
  tests: [
    {
      ...{ experiment: "integer", about: "MNIST" },
      find: (own) =>
        changes(
          own,
          INTEGER_NETWORKS.flatMap((name) =>
            ["int8", "int4", "ternary"].map(
              (width) => [`MNIST, ${name}, ${width}`, `${name}, ${width}`, name] as const,
            ),
          ),
        ),
    },
  ],
};
