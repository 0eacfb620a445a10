/**
 * Which detector suits which neurons: small networks of the widths of mnist-cnn, trained on embedded digits for eight epochs;
 * AUROC of held-out digits against made images. Prints, for each network, the means and the areas by kind of images.
 *     npx tsx scripts/detectors-by-network.ts SEED KIND..., such as 1 nsm relu batch-normalization
 */
import { mnist } from "../src/datasets/mnist.ts";
import { firstImages } from "../src/datasets/subset.ts";
import { splitValidation } from "../src/datasets/validation.ts";
import { madeImages } from "../src/experiments/detectors/made-images.ts";
import { detectionsOf } from "../src/experiments/predicting/detector-scores.ts";
import { BERNOULLI, compared, type Method, stochastic } from "../src/experiments/study/methods.ts";
import { mean } from "../src/experiments/study/summarize.ts";
import { type BaselineName, baselineNames } from "../src/networks/baselines.ts";
import { mnistCnn } from "../src/networks/catalogue.ts";
import { train } from "../src/training/runs/run.ts";

const EPOCHS = 8;
const [HELD_OUT, FITTED] = [1000, 5000];
const SHOWN = ["energy", "relative-mahalanobis", "mahalanobis", "nearest-neighbour", "entropy"] as const;

const methodOf = (kind: string): Method => {
  if (kind === "nsm") return stochastic(kind, mnistCnn, BERNOULLI, null);
  if ((baselineNames as readonly string[]).includes(kind))
    return compared(kind, mnistCnn, kind as BaselineName, null);
  throw new Error(`${kind}: expected nsm or ${baselineNames.join(" or ")}`);
};

const [seed, ...kinds] = process.argv.slice(2);
const { train: digits } = await mnist();
const { train: learned, validation } = splitValidation(digits, HELD_OUT);
const others = madeImages(validation, "digits");
console.log(`images: ${others.map(({ name }) => name).join(", ")}`);

for (const kind of kinds) {
  const { network, training } = methodOf(kind);
  const run = await train(network, learned, { ...training, epochs: EPOCHS, seed: Number(seed), threads: 1 });
  const found = await detectionsOf(
    {
      ...{ threads: 1, signal: new AbortController().signal, say: () => {} },
      cached: (_name, _key, _schema, compute) => compute(),
    },
    { name: kind, seed: Number(seed), members: [], models: async () => [run] },
    firstImages(learned, FITTED),
    validation,
    others,
  );
  for (const detector of SHOWN) {
    const areas = found.map((detections) => detections[detector]!.auroc);
    console.log(
      `${kind} ${detector}: mean ${mean(areas).toFixed(3)}; ${areas.map((area) => area.toFixed(3)).join(" ")}`,
    );
  }
}
