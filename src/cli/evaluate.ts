/** nsm evaluate: scores a run on the whole test split. */
import type { Command } from "commander";
import { grouped } from "../grouped.ts";
import type { SamplingLaw } from "../inference/pass-programs.ts";
import { stepsOf } from "../training/loop.ts";
import { openRun } from "../training/runs/run.ts";
import { evaluateWithProgress } from "./evaluation.ts";
import { addCompute, addSampling, choice, defined, finish, type SamplingFlags } from "./options.ts";
import { evaluationText, print, printJson, say } from "./print.ts";
import { dataOf, type ScoredSplit } from "./run-data.ts";

interface EvaluateFlags extends SamplingFlags {
  readonly data?: string;
  readonly law?: SamplingLaw;
  readonly split?: ScoredSplit;
}

export const addEvaluate = (program: Command): void => {
  const command = program
    .command("evaluate")
    .summary("score a run on the whole test split")
    .description("Scores a run on the whole test split of its data: error, likelihood and calibration.")
    .argument("<run>", "folder of the run")
    .option("--data <folder>", "data set to score on (default the run's own)")
    .addOption(
      choice("--split <name>", "split to score (default validation if the run held one out, else test)", [
        "test",
        "validation",
      ]),
    )
    .addOption(
      choice(
        "--law <law>",
        "noise drawn per unit, or per synapse: exact, a thousand times slower (default unit)",
        ["unit", "synapse"],
      ),
    )
    .action(runEvaluate);
  finish(addCompute(addSampling(command)), "nsm evaluate runs/a --samples 100");
};

const runEvaluate = async (folder: string, flags: EvaluateFlags): Promise<void> => {
  const { samples, seed, confidence, law, device, threads } = flags;
  const run = await openRun(folder);
  const { training, data } = run.description;
  const steps = stepsOf(training, data.count);
  if (run.step < steps)
    say(`nsm: this run is at step ${grouped(run.step)} of ${grouped(steps)}; it is scored as it stands`);
  const { test } = await dataOf(run.description, flags.data, flags.split);
  const options = defined({ samples, seed, confidence, law, device, threads });
  const evaluation = await evaluateWithProgress(run, test, options);
  if (flags.json) printJson({ run: folder, network: run.network.name, step: run.step, steps, ...evaluation });
  else print(evaluationText(evaluation));
};
