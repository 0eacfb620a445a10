/** nsm calibrate: fits a detector to a run's training data, and finds thresholds that keep promises. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { type Calibrated, calibrateWithPredictions } from "../calibration/calibrate.ts";
import { PROMISE_CONFIDENCE, UNLIKE_SHARE } from "../calibration/thresholds.ts";
import { defined } from "../defined.ts";
import { DEFAULT_DETECTOR, DEFAULT_OF_RECTIFIERS } from "../detectors/default.ts";
import { DETECTOR_NAMES, type DetectorName } from "../detectors/kinds.ts";
import { type ScalingBaselines, scalingBaselines } from "../statistics/scaling-baselines.ts";
import { saveCalibration } from "../training/runs/calibration-file.ts";
import { openDamagedRun } from "../training/runs/run.ts";
import { dataOf } from "../training/runs/run-data.ts";
import { calibrationDocument, calibrationLines } from "./calibration-text.ts";
import {
  addCompute,
  type ComputeFlags,
  choice,
  finish,
  openFraction,
  openPercentage,
  refuseStray,
  wholeNumber,
} from "./options.ts";
import { bytesText, print, printJson, say } from "./print.ts";
import { createBar } from "./progress.ts";
import { scalingLines } from "./scaling-text.ts";

interface CalibrateFlags extends ComputeFlags {
  readonly data?: string;
  readonly detector?: DetectorName;
  readonly unlike?: number;
  readonly error?: number;
  readonly cover?: number;
  readonly sets?: number;
  readonly confidence?: number;
  readonly samples?: number;
  readonly seed?: number;
}

export const addCalibrate = (program: Command): void => {
  const command = program
    .command("calibrate")
    .summary("find out when a run should not answer")
    .description(
      "Fits a detector of images unlike the training data, and finds thresholds from which predictions are referred to " +
        "a person, on examples that the run was not trained on (train it with --validation). Both are kept in the run: " +
        "predict, evaluate and export use them. Also tells what temperature and vector scaling would make of the " +
        "probabilities, which stay as they are.",
    )
    .argument("<run>", "folder of the run")
    .option("--data <folder>", "data set that it was trained on (default where it was)")
    .addOption(
      choice(
        "--detector <name>",
        `kind of detector (default ${DEFAULT_DETECTOR}; ${DEFAULT_OF_RECTIFIERS} for rectifiers without batch normalization)`,
        DETECTOR_NAMES,
      ),
    )
    .option(
      "--unlike <percent>",
      `share of familiar images that may count as unlike the training data (default ${100 * UNLIKE_SHARE}, or less for --cover)`,
      openPercentage,
    )
    .option("--error <percent>", "promise: largest share of wrong answers", openPercentage)
    .option(
      "--cover <percent>",
      "promise: smallest share of familiar images that are answered",
      openPercentage,
    )
    .option("--sets <level>", "promise: sets of classes that hold the right one, such as 0.99", openFraction)
    .option(
      "--confidence <c>",
      `confidence of --error and --cover (default ${PROMISE_CONFIDENCE})`,
      openFraction,
    )
    .option("--samples <n>", "Monte Carlo passes per image (default 100)", wholeNumber(1))
    .option("--seed <n>", "random seed of the noise (default 1)", wholeNumber(0))
    .action(runCalibrate);
  finish(
    addCompute(command),
    "nsm calibrate runs/a --error 0.5\nnsm calibrate runs/a --cover 95 --sets 0.99 --samples 20",
  );
};

const runCalibrate = async (folder: string, flags: CalibrateFlags): Promise<void> => {
  const { data, json, unlike, error, cover, ...rest } = flags;
  if (error === undefined && cover === undefined) refuseStray(flags, ["confidence"], "--error or --cover");
  // A calibration that is there is replaced, also a damaged one.
  const { run } = await openDamagedRun(folder);
  const { validation } = run.description.data;
  const dataset = await dataOf(run.description, data, validation ? "validation" : "test");
  // Promises are refused without images held out.
  if (!validation && error === undefined && cover === undefined && rest.sets === undefined)
    say(
      "nsm: this run held no examples out: thresholds come from training examples, which it knows, and more than asked " +
        "will be refused; --validation of train holds some out",
    );
  const bar = createBar("calibrating {bar} {value}/{total} images  {eta_formatted} left");
  let calibrated: Calibrated;
  try {
    calibrated = await calibrateWithPredictions(
      run,
      { train: dataset.train, ...(validation && { heldOut: dataset.test }) },
      {
        ...defined({ unlike: share(unlike), error: share(error), cover: share(cover), ...rest }),
        onProgress: bar.draw,
      },
    );
  } finally {
    bar.stop();
  }
  const { calibration } = calibrated;
  const file = await saveCalibration(folder, run, calibration);
  const { size: bytes } = await stat(file);
  const scaling = baselinesOf(calibrated);
  if (json) printJson({ run: folder, file, bytes, ...calibrationDocument(calibration), scaling });
  else
    print(
      [
        ...calibrationLines(calibration),
        ...scalingLines(scaling, run.network.classes),
        `${file}: ${bytesText(bytes)}`,
      ].join("\n"),
    );
};

/** Scores by the scaling baselines; null without held-out images, as the network knows those that it was trained on. */
const baselinesOf = ({ calibration, found, labels }: Calibrated): ScalingBaselines | null =>
  calibration.isHeldOut ? scalingBaselines(found.probabilities, labels) : null;

const share = (percent: number | undefined): number | undefined =>
  percent === undefined ? undefined : percent / 100;
