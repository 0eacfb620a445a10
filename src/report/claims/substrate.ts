/** Whether the noise of a physical substrate can serve: errors on simulated chips. */
import type { Claim } from "./claim.ts";
import { changes, SUFFICIENCY_RULE } from "./sufficiency.ts";

/** Rows of `substrate`. */
const EXACT_NSM = "NSM: exact weights";
const NSM_FOR_DEVICE = "NSM, device in the loop";

export const substrate: Claim = {
  name: "substrate",
  claim: "The noise of a physical substrate can serve as the noise of the synapses.",
  tested: "Error on simulated chips of analog devices, less that with exact weights and ideal noise",
  rule: SUFFICIENCY_RULE,
  tests: [
    {
      ...{ experiment: "substrate", about: "MNIST" },
      find: (own) =>
        changes(own, [
          ["MNIST, fefet-selector", `${NSM_FOR_DEVICE}: fefet-selector`, EXACT_NSM],
          ["MNIST, all imperfections", "NSM: all imperfections", EXACT_NSM],
          ["MNIST, all imperfections, device in the loop", `${NSM_FOR_DEVICE}: all imperfections`, EXACT_NSM],
        ]),
    },
  ],
};
