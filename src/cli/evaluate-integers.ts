/** nsm evaluate of a run in integers. */
import { defined } from "../defined.ts";
import { UsageError } from "../errors.ts";
import type { QuantizedRun } from "../training/runs/quantized-run.ts";
import { dataOf } from "../training/runs/run-data.ts";
import type { EvaluateFlags } from "./evaluate-flags.ts";
import { evaluateWithProgress } from "./evaluation.ts";
import { optionName } from "./options.ts";
import { evaluationText, print, printJson } from "./print.ts";

/** Options that do not go with integers. */
const REFUSED = ["law", "noise", "p", "sigma", "noiseTable", "substrate"] as const;

/** Scores a run in integers beside the run that it was made of, both by the same noise. */
export const evaluateIntegers = async (run: QuantizedRun, flags: EvaluateFlags): Promise<void> => {
  const { samples, seed, confidence, device, threads } = flags;
  const stray = REFUSED.find((name) => flags[name] !== undefined);
  if (stray !== undefined)
    throw new UsageError("options", {
      given: `${optionName(stray)} for a run in integers`,
      expected: "the unit law of the noise that it was trained with, without a device",
      remedy: "Evaluate the run that was quantised.",
    });
  const { test } = await dataOf(run.description, flags.data, flags.split);
  const options = defined({ samples, seed, confidence, device, threads });
  const { network, parameters, integers, folder, step } = run;
  const float = await evaluateWithProgress({ network, parameters }, test, options);
  const own = await evaluateWithProgress({ network, parameters, integers }, test, options);
  const { name } = network;
  if (flags.json) printJson({ run: folder, network: name, step, weights: integers.weights, ...own, float });
  else
    print(
      [
        `integers, weights ${integers.weights}: ${evaluationText(own)}`,
        `float: ${evaluationText(float)}`,
      ].join("\n"),
    );
};
