/**
 * Does a network know when it may err? Its probabilities against its errors on test digits; its entropy against images
 * of another kind; its answers where it is sure enough.
 */

import type { Experiment } from "./experiment.ts";
import { mnistContenders } from "./predicting/mnist-contenders.ts";
import { outOfDistribution } from "./predicting/out-of-distribution.ts";
import { uncertaintyFindings } from "./predicting/uncertainty-findings.ts";
import { openMnist } from "./study/data.ts";

export const uncertainty: Experiment = {
  name: "uncertainty",
  title: "MNIST: does the network know when it may err?",
  reads: ["mnist", "fashion-mnist"],
  takesSeeds: true,
  takesOod: true,
  find: async (context) => {
    const data = await openMnist(context);
    // Before what takes hours, so that a wrong folder is told at once.
    const { others, left } = await outOfDistribution(context, data.test);
    const { contenders, remarks } = await mnistContenders(context, data.train);
    const found = await uncertaintyFindings(context, {
      ...{ contenders, test: data.test, others },
      passes: [1, 2, 5, 10, 20, 50, 100],
      leastCoverage: 0.8,
    });
    return { ...found, remarks: [...found.remarks, ...left, ...remarks] };
  },
};
