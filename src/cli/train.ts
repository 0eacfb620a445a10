/** nsm train: its command line. */
import type { Command } from "commander";
import { MOST_JITTER } from "../events/transforms/time-jitter.ts";
import { baselineNames } from "../networks/baselines.ts";
import { networkNames } from "../networks/catalogue.ts";
import { ENCODINGS } from "../networks/network.ts";
import { ESTIMATORS } from "../nn/estimators.ts";
import { MUON, MUON_RATE } from "../nn/muon.ts";
import { parseTraining } from "../training/configuration.ts";
import { addSubstrateInLoop } from "./chips-options.ts";
import { addNoise } from "./noise-options.ts";
import {
  addCompute,
  choice,
  decayFactor,
  finish,
  halfOpenFraction,
  nonNegativeNumber,
  numberUpTo,
  openFraction,
  path,
  positiveNumber,
  SAMPLES,
  wholeNumber,
} from "./options.ts";
import { runTrain } from "./train-run.ts";
import type { TrainFlags } from "./train-settings.ts";

export const addTrain = (program: Command): void => {
  const command = program
    .command("train")
    .summary("train a network, or resume a run")
    .description(
      "Trains a network and scores it on the whole test split. The run is a folder, which the other commands take. " +
        "Networks with a name override the defaults below; run.json records the values used.",
    )
    .argument("[network]", networkNames().join(" or "))
    .action(async (name: string | undefined, flags: TrainFlags) => {
      process.exitCode = await runTrain(name, flags);
    });
  addRunOptions(command.optionsGroup("Run:"));
  addNetworkOptions(command.optionsGroup("Network and noise:"));
  addDataOptions(command.optionsGroup("Data:"));
  addOptimizationOptions(command.optionsGroup("Optimization:"));
  addAugmentationOptions(command.optionsGroup("Augmentation:"));
  addCompute(command.optionsGroup("Computation:"));
  finish(
    command.optionsGroup("Options:"),
    "nsm train mnist-cnn --noise bernoulli --p 0.5 --epochs 15 --seed 1 --data data/mnist --out runs/a\n" +
      "nsm train --resume runs/a --epochs 30",
  ).addHelpText("after", ABOUT_NOISE);
};

/** Effects of the choice of noise, for the help text. */
const ABOUT_NOISE = `
About the noise:
  Training draws spikes by the unit law, equation (2), which knows the noise by its mean and variance only. The gain of
  every layer is learned, and takes up both: training a fresh network does not depend on the kind of noise, p or sigma,
  except that biases are measured in units of its standard deviation. What differs is how a device runs the network:
  \`nsm evaluate RUN --noise LAW\` keeps w, a and b as trained, and \`--law synapse\` draws the noise of every synapse,
  which is another law than the unit law for every noise but the Gaussian, most of all where units have few inputs.`;

const defaults = parseTraining({});

const addRunOptions = (command: Command): Command =>
  command
    .option("--out <folder>", "folder of the run, new or empty (default runs/NETWORK-NOISE-seedN)", path)
    .option("--resume <folder>", "resume the run in this folder; --epochs may extend it")
    .option("--epochs <n>", `passes over the training split (default ${defaults.epochs})`, wholeNumber(1))
    .option("--seed <n>", `random seed (default ${defaults.seed})`, wholeNumber(0))
    .option("--samples <n>", `${SAMPLES}, for the final score`, wholeNumber(1));

const addNetworkOptions = (command: Command): Command =>
  addSubstrateInLoop(addNetwork(command)).addOption(
    choice("--estimator <name>", "gradient estimator of the spikes (default erf, the paper's)", ESTIMATORS),
  );

const addNetwork = (command: Command): Command =>
  addNoise(command.option("--network <file>", "network of your own, as JSON"), "bernoulli")
    .addOption(
      choice(
        "--encoding <how>",
        "input value of a pixel: the sign of 2x - 1, x itself, or standardized by channel (default the network's)",
        ENCODINGS,
      ),
    )
    .option("--conventional", "train the network's conventional twin: rectifiers and batch normalization")
    .addOption(choice("--baseline <name>", "train a baseline of the same widths", baselineNames));

const addDataOptions = (command: Command): Command =>
  command
    .option(
      "--data <folder>",
      "data set: IDX, CIFAR, npz, event recordings, or pictures by class (default the embedded digits)",
    )
    .addOption(
      choice("--labels <which>", "labels of CIFAR-100: 100 classes or 20 groups (default fine)", [
        "fine",
        "coarse",
      ]),
    )
    .option(
      "--validation <n>",
      "training examples to keep out: scored after every epoch, by 10 samples, and at the end instead of the test split",
      wholeNumber(1),
    )
    .option("--validation-seed <n>", "random seed that draws those examples (default 1)", wholeNumber(0));

const addOptimizationOptions = (command: Command): Command =>
  command
    .option("--batch <n>", `examples per step (default ${defaults.batch})`, wholeNumber(1, 100_000))
    .option(
      "--learning-rate <rate>",
      `peak learning rate (default ${defaults.learningRate}; of muon, where it is the length of a step over that of the weights, ${MUON_RATE})`,
      positiveNumber,
    )
    .addOption(
      choice(
        "--optimizer <name>",
        `optimizer (default ${defaults.optimizer.type}); muon: Muon for weights whose scale does not matter, Adam for the rest`,
        ["adam", "sgd", "muon"],
      ),
    )
    .option("--momentum <m>", "sgd, muon: momentum (default 0.9)", halfOpenFraction)
    .option(
      "--adam-learning-rate <rate>",
      `muon: peak learning rate of Adam, for the other parameters (default ${MUON.adam.learningRate})`,
      positiveNumber,
    )
    .option(
      "--weight-decay <w>",
      "weight decay: w times the weights is added to the gradient (default 0); muon: of Adam's parameters",
      nonNegativeNumber,
    )
    .addOption(
      choice("--schedule <name>", `learning-rate schedule (default ${defaults.schedule.type})`, [
        "constant",
        "step",
        "cosine",
      ]),
    )
    .option("--step-epochs <n>", "step: epochs between two drops (default 50)", wholeNumber(1))
    .option("--step-factor <f>", "step: factor of a drop (default 0.5)", decayFactor)
    .option(
      "--warmup-steps <n>",
      "steps over which the learning rate rises from 0 (default 0)",
      wholeNumber(0),
    )
    .option("--clip-norm <norm>", "largest norm of the gradient (default none)", positiveNumber)
    .option(
      "--label-smoothing <share>",
      "share of the target that all classes have in equal parts (default 0)",
      halfOpenFraction,
    )
    .option(
      "--averaging <decay>",
      "exponential moving average of the weights, which is then the run's model (default none)",
      openFraction,
    )
    .addOption(
      choice(
        "--initialization <how>",
        "initial gains and biases: random, balanced, or fitted to a batch of data (default random)",
        ["random", "balanced", "data"],
      ),
    )
    .option(
      "--half-size-epochs <n>",
      "first epochs that train on images of half the size, in a quarter of the time (default 0)",
      wholeNumber(0),
    );

const addAugmentationOptions = (command: Command): Command =>
  command
    .option("--pad <n>", "pad images with zeros, then crop them at random", wholeNumber(0))
    .option("--flip", "mirror half of the images left to right")
    .option("--no-flip", "do not mirror, where the network's recipe does")
    .option("--cut-out <n>", "side of a random square that is blanked", wholeNumber(0))
    .option("--drop-events <p>", "recordings: probability that an event is dropped", openFraction)
    .option(
      "--time-jitter <us>",
      `recordings: standard deviation added to event times, in microseconds, at most ${MOST_JITTER}`,
      numberUpTo(MOST_JITTER),
    );
