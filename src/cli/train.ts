/** nsm train: what its command line looks like. */
import type { Command } from "commander";
import { MOST_JITTER } from "../events/transforms/time-jitter.ts";
import { baselineNames } from "../networks/baselines.ts";
import { networkNames } from "../networks/catalogue.ts";
import { ESTIMATORS } from "../nn/estimators.ts";
import { parseTraining } from "../training/configuration.ts";
import {
  anyNumber,
  choice,
  decayFactor,
  finish,
  momentumFraction,
  nonNegativeNumber,
  numberUpTo,
  openFraction,
  positiveNumber,
  SAMPLES,
  wholeNumber,
} from "./options.ts";
import { runTrain } from "./train-run.ts";
import type { TrainFlags } from "./train-settings.ts";

export const addTrain = (program: Command): void => {
  const defaults = parseTraining({});
  const command = program
    .command("train")
    .summary("train a network, or go on with a run")
    .description(
      "Trains a network and scores it on the whole test split. The run is a folder, which the other commands take. " +
        "Networks of the paper start from settings that suit them, where those below give other defaults: run.json " +
        "has what was taken.",
    )
    .argument("[network]", networkNames().join(" or "))
    .option("--network <file>", "a network of your own, as JSON")
    .addOption(
      choice("--noise <law>", "noise of the synapses (default bernoulli)", ["bernoulli", "gaussian"]),
    )
    .option("--p <p>", "Bernoulli: probability that a synapse transmits (default 0.5)", anyNumber)
    .option("--sigma <s>", "Gaussian: standard deviation (default 1)", anyNumber)
    .option("--epochs <n>", `passes through the training split (default ${defaults.epochs})`, wholeNumber(1))
    .option("--batch <n>", `examples a step (default ${defaults.batch})`, wholeNumber(1, 100_000))
    .option("--seed <n>", `of everything random (default ${defaults.seed})`, wholeNumber(0))
    .option("--learning-rate <rate>", `at its highest (default ${defaults.learningRate})`, positiveNumber)
    .addOption(choice("--optimizer <name>", `(default ${defaults.optimizer.type})`, ["adam", "sgd"]))
    .option("--momentum <m>", "of sgd (default 0.9)", momentumFraction)
    .option("--weight-decay <w>", "added times the weights to the gradient (default 0)", nonNegativeNumber)
    .addOption(
      choice("--schedule <name>", `of the learning rate (default ${defaults.schedule.type})`, [
        "constant",
        "step",
        "cosine",
      ]),
    )
    .option("--step-epochs <n>", "step: epochs from one drop to the next (default 50)", wholeNumber(1))
    .option("--step-factor <f>", "step: what the rate is multiplied by (default 0.5)", decayFactor)
    .option("--warmup-steps <n>", "steps over which the rate rises from 0 (default 0)", wholeNumber(0))
    .option("--clip-norm <norm>", "largest norm of the gradient (default none)", positiveNumber)
    .addOption(
      choice("--initialization <how>", "gains and biases, fitted to a batch with data (default random)", [
        "random",
        "balanced",
        "data",
      ]),
    )
    .option(
      "--half-size-epochs <n>",
      "epochs, the first ones, on images of half the size: convolutional networks learn faster (default 0)",
      wholeNumber(0),
    )
    .option(
      "--pad <n>",
      "augmentation: zeros around an image, which is then cropped at random",
      wholeNumber(0),
    )
    .option("--flip", "augmentation: mirror half of the images left to right")
    .option("--no-flip", "leave that out where the network's recipe has it")
    .option("--cut-out <n>", "augmentation: side of a square that is blanked", wholeNumber(0))
    .option(
      "--drop-events <p>",
      "augmentation of recordings: probability that an event is dropped",
      openFraction,
    )
    .option(
      "--time-jitter <us>",
      `augmentation of recordings: deviation added to times, at most ${MOST_JITTER}`,
      numberUpTo(MOST_JITTER),
    )
    .option("--conventional", "train the network's conventional twin: rectifiers and batch normalization")
    .addOption(
      choice("--baseline <name>", "train a network of the same widths to compare with", baselineNames),
    )
    .addOption(
      choice("--estimator <name>", "of the gradient through spikes (default erf, the paper's)", ESTIMATORS),
    )
    .option(
      "--data <folder>",
      "a data set: IDX, CIFAR, npz, event recordings, or pictures by class (default the embedded digits)",
    )
    .addOption(
      choice("--labels <which>", "of CIFAR-100: its 100 classes, or their 20 groups (default fine)", [
        "fine",
        "coarse",
      ]),
    )
    .option("--validation <n>", "training examples to score on instead of the test split", wholeNumber(1))
    .option("--validation-seed <n>", "which ones those are (default 1)", wholeNumber(0))
    .option("--out <folder>", "the run's folder, new or empty (default runs/NETWORK-NOISE-seedN)")
    .option("--samples <n>", SAMPLES, wholeNumber(1))
    .option("--resume <folder>", "go on with the run there; --epochs may ask for more")
    .action(async (name: string | undefined, flags: TrainFlags) => {
      process.exitCode = await runTrain(name, flags);
    });
  finish(
    command,
    "nsm train mnist-cnn --noise bernoulli --p 0.5 --epochs 15 --seed 1 --data data/mnist --out runs/a\n" +
      "nsm train --resume runs/a --epochs 30",
  );
};
