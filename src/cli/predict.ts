/** nsm predict: what a run takes pictures and recordings for, and how sure it is. */
import type { Command } from "commander";
import { readImage } from "../datasets/images/read-image.ts";
import { readFrames } from "../datasets/read-frames.ts";
import { counted } from "../grouped.ts";
import { sample } from "../inference/node.ts";
import type { Prediction } from "../inference/prediction.ts";
import type { Network } from "../networks/network.ts";
import { openRun } from "../training/runs/run.ts";
import { addSampling, defined, finish, type SamplingFlags } from "./options.ts";
import { print, printJson, table } from "./print.ts";

/** A network is called unsure above this entropy, in nats: that of two classes at 0.8 and 0.2. */
const UNSURE = 0.5;

/** Other classes are named from this probability on. */
const WORTH_NAMING = 0.1;

export const addPredict = (program: Command): void => {
  const command = program
    .command("predict")
    .summary("say what pictures or recordings show, and how sure that is")
    .description(
      "Says what pictures or recordings show, and how sure that is. Ink is white on black, as in MNIST. A recording is " +
        "given as the .npz file that `nsm data convert --to frames` makes of it, by the options that the training data " +
        "were converted by; an .npz file with an array x, as train.npz has, gives all the examples in it.",
    )
    .argument("<run>", "folder of the run")
    .argument("<images...>", "PNG, JPEG or .npz files in the size of the network's input")
    .action(runPredict);
  finish(
    addSampling(command),
    "nsm predict runs/a digit.png --samples 100\nnsm predict runs/events recording.npz",
  );
};

const runPredict = async (folder: string, files: readonly string[], flags: SamplingFlags): Promise<void> => {
  const { samples, seed, confidence, device, threads } = flags;
  const run = await openRun(folder);
  const examples = (await Promise.all(files.map((file) => examplesIn(file, run.network.input)))).flat();
  const images = examples.map(({ pixels }) => pixels);
  const predictions = await sample(run, images, defined({ samples, seed, confidence, device, threads }));
  const { classNames } = run.description.data;
  const nameOf = (label: number): string => classNames?.[label] ?? `${label}`;
  if (flags.json)
    printJson(
      predictions.map((prediction, k) => ({
        ...examples[k]!.place,
        ...prediction,
        ...(classNames && { className: nameOf(prediction.label) }),
      })),
    );
  else
    print(
      table(predictions.map((prediction, k) => columns(inWords(examples[k]!.place), prediction, nameOf))),
    );
};

interface Example {
  /** The file, and which of its examples where it may have several. */
  readonly place: { readonly file: string; readonly index?: number };
  readonly pixels: Uint8Array;
}

const examplesIn = async (file: string, input: Network["input"]): Promise<readonly Example[]> => {
  if (!/\.npz$/i.test(file)) return [{ place: { file }, pixels: await readImage(file, input) }];
  const examples = await readFrames(file, input);
  return examples.map((pixels, index) => ({
    place: { file, ...(examples.length > 1 && { index }) },
    pixels,
  }));
};

const inWords = ({ file, index }: Example["place"]): string =>
  index === undefined ? file : `${file}, example ${index}`;

type NameOf = (label: number) => string;

const columns = (file: string, prediction: Prediction, nameOf: NameOf): string[] => [
  file,
  nameOf(prediction.label),
  `probability ${prediction.probabilities[prediction.label]!.toFixed(3)}`,
  `entropy ${prediction.entropy.toFixed(3)}`,
  `mutual information ${prediction.mutualInformation.toFixed(3)}`,
  counted(prediction.samples, "sample"),
  doubts(prediction, nameOf),
];

/** Words for a prediction that is not sure. */
const doubts = ({ label, probabilities, entropy }: Prediction, nameOf: NameOf): string => {
  if (entropy <= UNSURE) return "";
  const others = probabilities
    .map((probability, other) => ({ probability, other }))
    .filter(({ probability, other }) => other !== label && probability >= WORTH_NAMING)
    .sort((a, b) => b.probability - a.probability)
    .map(({ probability, other }) => `${nameOf(other)} (${probability.toFixed(2)})`);
  return others.length === 0 ? "not sure" : `not sure: may be ${others.join(" or ")}`;
};
