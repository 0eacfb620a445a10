/** nsm evaluate: scores a run on the whole test split. */
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { counted, grouped } from "../grouped.ts";
import { withoutOutcomes } from "../inference/decisions.ts";
import type { Model } from "../networks/model.ts";
import { modelUnderNoise } from "../networks/under-noise.ts";
import { stepsOf } from "../training/loop.ts";
import { dataOf } from "../training/runs/run-data.ts";
import { decisionsText, sayIfUnjudged } from "./calibration-text.ts";
import { addChips, chipsDeviceOf, LEARNING_RATE, lessonsOf, recalibrationOf } from "./chips-options.ts";
import { chipsText, evaluateChipsWithProgress } from "./evaluate-chips.ts";
import type { EvaluateFlags } from "./evaluate-flags.ts";
import { evaluateIntegers } from "./evaluate-integers.ts";
import { evaluateWithProgress } from "./evaluation.ts";
import { addNoise, noiseOf } from "./noise-options.ts";
import { noiseText } from "./noise-text.ts";
import { isInIntegers, openAnyRun } from "./open-run.ts";
import { addCompute, addSampling, choice, finish } from "./options.ts";
import { type EvaluationReport, evaluationText, print, printJson, say } from "./print.ts";

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
  finish(
    addChips(addNoise(addCompute(addSampling(command)), "the run's own")),
    "nsm evaluate runs/a --samples 100\nnsm evaluate runs/a --noise bernoulli --p 0.3\nnsm evaluate runs/a --substrate pcm --chips 10",
  );
};

const decisionsOf = ({ calibration }: Model, { decisions }: EvaluationReport): readonly string[] =>
  calibration && decisions ? [decisionsText(decisions, calibration)] : [];

/** The evaluation on images that the thresholds come from. */
const withoutOutcomesIn = ({ decisions, ...rest }: EvaluationReport): EvaluationReport => ({
  ...rest,
  ...(decisions && { decisions: withoutOutcomes(decisions) }),
});

/** Preparation of each chip before it was scored, in words. */
const preparedText = (recalibrated: number, learned: number): string | undefined => {
  if (recalibrated > 0) return `recalibrated on ${counted(recalibrated, "image")}`;
  return learned > 0 ? `after learning ${counted(learned, "image")}` : undefined;
};

const runEvaluate = async (folder: string, flags: EvaluateFlags): Promise<void> => {
  const { samples, seed, confidence, law, device, threads } = flags;
  const substrate = await chipsDeviceOf(flags);
  const run = await openAnyRun(folder);
  if (isInIntegers(run)) return evaluateIntegers(run, flags);
  const { training, data } = run.description;
  const steps = stepsOf(training, data.count);
  if (run.step < steps)
    say(`nsm: this run is at step ${grouped(run.step)} of ${grouped(steps)}; it is scored as it stands`);
  const { train, test } = await dataOf(run.description, flags.data, flags.split);
  const options = defined({ samples, seed, confidence, law, device, threads });
  const { name } = run.network;
  if (substrate) {
    const { chips, seconds } = flags;
    const recalibrateOn = recalibrationOf(run.network, train, flags);
    const lessons = lessonsOf(train, flags);
    const { learningRate = LEARNING_RATE } = flags;
    const chosen = defined({ chips, seconds, recalibrateOn, samples, seed, confidence, device, threads });
    const found = await evaluateChipsWithProgress(
      run,
      substrate,
      test,
      chosen,
      lessons && { lessons, learningRate },
    );
    if (run.calibration) say("nsm: no verdicts: this run is calibrated for exact weights");
    const recalibrated = recalibrateOn?.count ?? 0;
    const learned = lessons?.count ?? 0;
    if (flags.json)
      printJson({
        run: folder,
        network: name,
        step: run.step,
        steps,
        ...found,
        seed: seed ?? 1,
        recalibrated,
        learned,
        ...(lessons && { learningRate }),
      });
    else print(chipsText(found, preparedText(recalibrated, learned)));
    return;
  }
  const noise = await noiseOf(flags);
  const model = noise ? modelUnderNoise(run, noise) : run;
  if (noise)
    say(
      `nsm: evaluated under ${noiseText(noise)}, trained under ${noiseText(run.network.noise)}: w, a and b are kept`,
    );
  const found = await evaluateWithProgress(model, test, options);
  if (!noise) sayIfUnjudged(run, found.decisions !== undefined);
  else if (run.calibration) say("nsm: no verdicts: this run is calibrated for its own noise");
  const isCalibratedOn = data.validation !== undefined && flags.split !== "test";
  const evaluation = isCalibratedOn ? withoutOutcomesIn(found) : found;
  if (evaluation.decisions && isCalibratedOn)
    say("nsm: the thresholds come from these images; --split test shows whether they hold on others");
  if (flags.json)
    printJson({ run: folder, network: name, step: run.step, steps, ...(noise && { noise }), ...evaluation });
  else print([evaluationText(evaluation), ...decisionsOf(model, evaluation)].join("\n"));
};
