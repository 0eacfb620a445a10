/**
 * npm run bench:versions -- OTHER [mnist|cifar]: compares training steps and sampling passes of this checkout with those
 * of another checkout, folder OTHER, in one process and in turns. Prints medians in milliseconds, and the median over
 * rounds of this / other. Keep the machine otherwise idle.
 */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Contestant, interleave, type Schedule, type Standing } from "./interleave.ts";

const [other, part = "mnist"] = process.argv.slice(2);
if (other === undefined || !["mnist", "cifar"].includes(part)) {
  console.error("usage: npm run bench:versions -- OTHER [mnist|cifar]");
  process.exit(2);
}

/** The modules of a checkout that are compared: their paths and names must be the same in both. */
const checkout = async (folder: string) => {
  const load = (path: string) => import(pathToFileURL(resolve(folder, path)).href);
  return {
    ours: (await load("bench/ours.ts")) as typeof import("./ours.ts"),
    runtime: (await load("src/runtime/node.ts")) as typeof import("../src/runtime/node.ts"),
    catalogue: (await load("src/networks/catalogue.ts")) as typeof import("../src/networks/catalogue.ts"),
    baselines: (await load("src/networks/baselines.ts")) as typeof import("../src/networks/baselines.ts"),
  };
};
type Checkout = Awaited<ReturnType<typeof checkout>>;

const [these, those] = [await checkout(fileURLToPath(new URL("..", import.meta.url))), await checkout(other)];

const BATCH = 100;
const QUICK: Schedule = { warmUp: 5, rounds: 24, steps: 8 };
const LARGE: Schedule = { warmUp: 1, rounds: 8, steps: 1 };

const compare = async (
  name: string,
  schedule: Schedule,
  make: (version: Checkout) => Promise<Contestant>,
): Promise<void> => {
  // Ratios are to the first contestant.
  const [before, own] = await interleave([await make(those), await make(these)], schedule);
  const ms = ({ ms: { median } }: Standing): string => `${median.toFixed(2).padStart(8)} ms`;
  console.log(
    `${name.padEnd(38)} this ${ms(own!)}   other ${ms(before!)}   ratio ${own!.ratio.median.toFixed(3)}`,
  );
};

const training =
  (threads: number, network: (version: Checkout) => ReturnType<Checkout["catalogue"]["mnistCnn"]>) =>
  (version: Checkout): Promise<Contestant> =>
    version.ours.trainingContestant(version.runtime.createEngine({ threads }), network(version), BATCH);

if (part === "mnist") {
  for (const threads of [2, 1]) {
    const step = (name: string) => `${name} step, ${threads} thread${threads === 1 ? "" : "s"}`;
    await compare(
      step("mnist-cnn"),
      QUICK,
      training(threads, ({ catalogue }) => catalogue.mnistCnn()),
    );
    await compare(
      step("mnist-cnn rectifiers"),
      QUICK,
      training(threads, ({ baselines, catalogue }) => baselines.baseline(catalogue.mnistCnn(), "relu")),
    );
    await compare(
      step("mnist-mlp"),
      QUICK,
      training(threads, ({ catalogue }) => catalogue.mnistMlp()),
    );
  }
  await compare("mnist-cnn sampling pass, 2 threads", QUICK, ({ ours, runtime, catalogue }) =>
    ours.samplingContestant(runtime.createEngine({ threads: 2 }), catalogue.mnistCnn(), BATCH),
  );
} else {
  await compare(
    "cifar10-allconv step, 2 threads",
    LARGE,
    training(2, ({ catalogue }) => catalogue.cifar10Allconv()),
  );
  await compare(
    "cifar10-allconv rectifiers step",
    LARGE,
    training(2, ({ baselines, catalogue }) =>
      baselines.baseline(catalogue.cifar10Allconv(), "batch-normalization"),
    ),
  );
}
process.exit(0);
