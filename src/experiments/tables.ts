/** The paper's tables of errors. PAPER, "Results to reproduce and beat". */

import { NsmError } from "../errors.ts";
import type { BaselineName } from "../networks/baselines.ts";
import {
  cifar10Allconv,
  cifar100Allconv,
  dvsGestureAllconv,
  emnistCnn,
  mnistCnn,
  nmnistCnn,
} from "../networks/catalogue.ts";
import type { Network } from "../networks/network.ts";
import type { Noise } from "../nn/noise/noise.ts";
import { orderAgreement } from "../statistics/kendall.ts";
import type { Experiment } from "./experiment.ts";
import type { Row } from "./findings/findings.ts";
import { openData } from "./study/data.ts";
import { atSearchedRates } from "./study/learning-rate.ts";
import { BERNOULLI, compared, GAUSSIAN, type Method, stochastic } from "./study/methods.ts";
import { inSmallBatches } from "./study/small-batches.ts";
import { emptyRows, tableRows } from "./study/table.ts";

type Build = (noise: Noise) => Network;

interface Contest {
  /** Name in `nsm data list`. */
  readonly data: string;
  readonly methods: readonly Method[];
}

/**
 * The conventional network, and the two stochastic ones, with the paper's errors. `counterpart`: rectifiers alone, or with
 * batch normalization, without which ten layers of them hardly learn.
 */
const contest = (
  data: string,
  build: Build,
  [conventional, bernoulli, gaussian]: readonly [number, number, number],
  counterpart: BaselineName = "relu",
): Contest => ({
  data,
  methods: [
    compared("dCNN", build, counterpart, conventional),
    stochastic("bNSM", build, BERNOULLI, bernoulli),
    stochastic("gNSM", build, GAUSSIAN, gaussian),
  ],
});

const table = (name: string, title: string, contests: readonly Contest[]): Experiment => ({
  name,
  title,
  reads: contests.map(({ data }) => data),
  takesSeeds: true,
  takesNotes: true,
  find: async (context) => {
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const { data, methods } of contests) {
      const dataset = await openData(data, context).catch((cause: unknown) => {
        if (cause instanceof NsmError) return { problem: cause.message };
        throw cause;
      });
      if ("missing" in dataset || "problem" in dataset) {
        rows.push(...emptyRows(context, data, methods, dataset));
        continue;
      }
      const { train } = dataset;
      const searched = await atSearchedRates(context, inSmallBatches(methods, train.count), train);
      rows.push(...(await tableRows(context, dataset, searched.methods)));
      notes.push(...searched.remarks);
    }
    return { rows, figures: [], remarks: [...remarksOf(rows), ...notes] };
  },
});

/** Remarks on each data set: what differs from the paper's, the methods by error, and whether the paper's order holds. */
const remarksOf = (rows: readonly Row[]): string[] =>
  [...new Set(rows.map(({ dataset }) => dataset))].flatMap((dataset) => {
    const scored = rows.filter((row) => row.dataset === dataset && row.error !== null);
    const [first] = scored;
    const differs =
      first?.split === undefined
        ? []
        : [`${dataset}: ${first.split}. Errors do not compare with the paper's.`];
    return [...differs, ...orderOf(dataset, scored)];
  });

const orderOf = (dataset: string, scored: readonly Row[]): string[] => {
  if (scored.length < 2 || scored.some(({ isDemonstration }) => isDemonstration)) return [];
  const byError = [...scored].sort((a, b) => a.error!.mean - b.error!.mean);
  const found = byError.map(({ name, error }) => `${name} ${error!.mean.toFixed(2)}`).join("; ");
  const published = scored.filter(({ paper }) => paper !== null);
  const order = (of: (row: Row) => number): string =>
    [...published]
      .sort((a, b) => of(a) - of(b))
      .map(({ name }) => name)
      .join("; ");
  const [ours, theirs] = [order(({ error }) => error!.mean), order(({ paper }) => paper!)];
  const holds = ours === theirs ? "This is the paper's order" : `The paper's order is ${theirs}`;
  return [
    `${dataset}, errors from the least (%): ${found}. ${holds}.`,
    ...(published.length < 2 ? [] : [`${dataset}: ${agreementInWords(published)}.`]),
  ];
};

const agreementInWords = (rows: readonly Row[]): string => {
  const { agreeing, pairs, chance } = orderAgreement(
    rows.map(({ paper }) => paper!),
    rows.map(({ error }) => error!.mean),
  );
  return `${agreeing} of ${pairs} pairs of methods err in the paper's order; a random order has as many with probability ${chance.toPrecision(2)}`;
};

/** Methods that train the same network; errors of the paper's supplement. */
const methods: readonly Method[] = [
  stochastic("bNSM", mnistCnn, BERNOULLI, 0.775),
  stochastic("gNSM", mnistCnn, GAUSSIAN, 0.805),
  compared("STE: bNSM, straight-through", mnistCnn, "straight-through", 2.13),
  compared("BN: binary, erf gradient", mnistCnn, "binary-erf", 1.1),
  compared("BD: binary, straight-through", mnistCnn, "binary", 3.11),
  compared("wBD: BD, weight normalization", mnistCnn, "binary-weight-normalization", 2.72),
  compared("SN: noisy rectifier", mnistCnn, "noisy-rectifier", 2.05),
  compared("dCNN", mnistCnn, "relu", 0.88),
  compared("dCNN, batch normalization", mnistCnn, "batch-normalization", null),
  compared("dCNN, weight normalization", mnistCnn, "weight-normalization", null),
  compared("dCNN, dropout", mnistCnn, "dropout", null),
  compared("dCNN, DropConnect", mnistCnn, "drop-connect", null),
];

export const mnistTable = table("mnist-table", "MNIST: conventional network and NSMs", [
  contest("mnist", mnistCnn, [0.88, 0.775, 0.805]),
]);

export const methodsTable = table("methods-table", "MNIST: ways to train the same network", [
  { data: "mnist", methods },
]);

export const otherTables = table("data-table", "EMNIST, N-MNIST, DVS Gesture, CIFAR-10 and CIFAR-100", [
  contest("emnist", emnistCnn, [6.938, 6.185, 6.256]),
  contest("nmnist", nmnistCnn, [0.927, 0.689, 0.701]),
  contest("dvs-gesture", dvsGestureAllconv, [9.16, 8.56, 8.83], "batch-normalization"),
  contest("cifar10", cifar10Allconv, [10.47, 9.98, 10.35], "batch-normalization"),
  contest("cifar100", cifar100Allconv, [34.37, 34.85, 34.84], "batch-normalization"),
]);
