/** nsm predict: classifies pictures and recordings, with uncertainty. */
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { counted } from "../grouped.ts";
import { sample } from "../inference/node.ts";
import type { Prediction } from "../inference/prediction.ts";
import { UNSURE_SHARE, unsureAbove } from "../inference/unsure.ts";
import type { Model } from "../networks/model.ts";
import { sayIfUnjudged } from "./calibration-text.ts";
import { FAILURE, reportOf } from "./failure.ts";
import { isInIntegers, openAnyRun } from "./open-run.ts";
import { addCompute, addSampling, closedFraction, finish, type SamplingFlags } from "./options.ts";
import { type Example, isFailed, readPictures } from "./pictures.ts";
import { print, printJson, say, table } from "./print.ts";

/** Other classes are named from this probability on. */
const WORTH_NAMING = 0.1;

interface PredictFlags extends SamplingFlags {
  readonly unsure?: number;
  readonly resize?: boolean;
  readonly invert?: boolean;
}

export const addPredict = (program: Command): void => {
  const command = program
    .command("predict")
    .summary("classify pictures or recordings, with uncertainty")
    .description(
      "Classifies pictures or recordings and tells how sure each prediction is. Pictures are taken as the training " +
        "images are: MNIST's ink is white on black, so dark ink on a bright ground needs --invert; a note says so " +
        "where the border tells. The orientation that a camera stores (EXIF) is honoured. A recording is an .npz file " +
        "that `nsm data convert --to frames` made with the options of the training data; an .npz file with an array " +
        "x, such as train.npz, gives all examples in it. A file that cannot be read is reported, the others are " +
        "predicted, and the exit status is 1.",
    )
    .argument("<run>", "folder of the run")
    .argument("<images...>", "PNG, JPEG or .npz files, or folders with such files in them")
    .option("--resize", "scale pictures to the network's input size; proportions are kept")
    .option("--invert", "invert pictures: for dark ink on a bright ground")
    .option(
      "--unsure <share>",
      `entropy above which a prediction is unsure, as a share of log(classes) (default ${UNSURE_SHARE})`,
      closedFraction,
    )
    .action(async (folder: string, files: readonly string[], flags: PredictFlags) => {
      process.exitCode = await runPredict(folder, files, flags);
    });
  finish(
    addCompute(addSampling(command)),
    "nsm predict runs/a digit.png --samples 100\n" +
      "nsm predict runs/a scans --resize --invert\n" +
      "nsm predict runs/events recording.npz",
  );
};

/** Runs the command; returns the exit status. */
const runPredict = async (
  folder: string,
  files: readonly string[],
  { unsure, resize, invert, json, ...sampling }: PredictFlags,
): Promise<number> => {
  const run = await openAnyRun(folder);
  const judge = judgeOf(run, unsure);
  if (unsure !== undefined && run.calibration?.refer)
    say(
      "nsm: --unsure takes the place of the threshold that the run is calibrated with: its promise does not hold",
    );
  const read = await readPictures(files, run, defined({ resize, invert }));
  const examples = read.filter((each): each is Example => !isFailed(each));
  const failures = read.filter(isFailed);
  // Without a single example the command fails as any other does, with one error.
  const reported = examples.length > 0 ? failures : failures.slice(0, -1);
  for (const { error } of reported) say(`nsm: ${error.message}`);
  if (examples.length === 0) throw failures.at(-1)!.error;
  const images = examples.map(({ pixels }) => pixels);
  const predictions = await sample(run, images, defined(sampling));
  if (!isInIntegers(run)) sayIfUnjudged(run, predictions[0]!.verdict !== null);
  const found = new Map(examples.map((example, k) => [example, predictions[k]!]));
  const { classNames } = run.description.data;
  const nameOf = (label: number): string => classNames?.[label] ?? `${label}`;
  if (json)
    printJson(
      read.map((each) =>
        isFailed(each)
          ? { file: each.file, error: reportOf(each.error) }
          : {
              ...each.place,
              ...found.get(each)!,
              ...judge(found.get(each)!),
              ...(classNames && { className: nameOf(found.get(each)!.label) }),
            },
      ),
    );
  else print(table(examples.map((each) => columns(inWords(each), found.get(each)!, nameOf, judge))));
  return failures.length > 0 ? FAILURE : 0;
};

const inWords = ({ place: { file, index } }: Example): string =>
  index === undefined ? file : `${file}, example ${index}`;

type NameOf = (label: number) => string;

/** Whether a prediction is unsure, and the entropy above which it counts as such (null: none does). */
interface Judgement {
  readonly unsure: boolean;
  readonly threshold: number | null;
  /** The threshold as a share of log(classes), where no calibration set it. */
  readonly share?: number;
}

/** Judges predictions by `--unsure`, else by the run's calibration, else by the default share. */
const judgeOf =
  ({ network, calibration }: Model, unsure: number | undefined): ((prediction: Prediction) => Judgement) =>
  ({ verdict, entropy }) => {
    if (verdict !== null && unsure === undefined && calibration?.refer)
      return { unsure: verdict !== "answer", threshold: calibration.refer.threshold };
    const [share, threshold] = [unsure ?? UNSURE_SHARE, unsureAbove(network.classes, unsure)];
    return { unsure: entropy > threshold || verdict === "unlike", threshold, share };
  };

const columns = (
  file: string,
  prediction: Prediction,
  nameOf: NameOf,
  judge: (prediction: Prediction) => Judgement,
): string[] => [
  file,
  nameOf(prediction.label),
  `probability ${prediction.probabilities[prediction.label]!.toFixed(3)}`,
  `entropy ${prediction.entropy.toFixed(3)}`,
  `mutual information ${prediction.mutualInformation!.toFixed(3)}`,
  counted(prediction.samples, "sample"),
  ...(prediction.set
    ? [
        prediction.set.length === 0
          ? "no class is likely enough"
          : `one of ${prediction.set.map(nameOf).join(", ")}`,
      ]
    : []),
  ...(prediction.verdict === "unlike"
    ? ["unlike anything it was trained on"]
    : judge(prediction).unsure
      ? [doubts(prediction, nameOf)]
      : []),
];

/** Words for a prediction that is not sure. */
const doubts = ({ label, probabilities }: Prediction, nameOf: NameOf): string => {
  const others = probabilities
    .map((probability, other) => ({ probability, other }))
    .filter(({ probability, other }) => other !== label && probability >= WORTH_NAMING)
    .sort((a, b) => b.probability - a.probability)
    .map(({ probability, other }) => `${nameOf(other)} (${probability.toFixed(2)})`);
  return others.length === 0 ? "not sure" : `not sure: may be ${others.join(" or ")}`;
};
