/** Out-of-distribution images: images other than digits, of which a network should be unsure. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { openImages } from "../../datasets/images-only.ts";
import { blurred, noiseImages } from "../../datasets/perturb.ts";
import { drawnImages } from "../../datasets/subset.ts";
import { ConfigError, NsmError } from "../../errors.ts";
import type { Images } from "../../networks/images.ts";
import type { ExperimentContext } from "../experiment.ts";
import { openData } from "../study/data.ts";

/** Standard deviation of the blur, in pixels. */
const BLUR = 3;

/** Sets that are always included. */
const BUILT_IN = {
  fashion: "Fashion-MNIST",
  noise: "uniform noise",
  blurred: `digits blurred by ${BLUR} pixels`,
} as const;

interface OutOfDistribution {
  readonly others: readonly Images[];
  /** Remarks on sets that were left out. */
  readonly left: readonly string[];
}

/**
 * Fashion-MNIST if present, the user's sets, uniform noise and blurred digits. Throws ConfigError for a name of a built-in
 * set and for images of another shape than the digits', and as `openImages`.
 */
export const outOfDistribution = async (
  context: ExperimentContext,
  test: ImageSplit,
): Promise<OutOfDistribution> => {
  refuseTaken(Object.keys(context.ood));
  const named: Images[] = [];
  for (const [name, folder] of Object.entries(context.ood)) {
    const images = await openImages(folder);
    requireShape(name, images, test);
    named.push({ ...drawnImages(images, context.budget.testImages, 1), name });
  }
  const fashion = await fashionImages(context);
  return {
    others: [
      ...("left" in fashion ? [] : [fashion]),
      ...named,
      { ...noiseImages(test.count, test.shape), name: BUILT_IN.noise },
      { ...blurred(test, BLUR), name: BUILT_IN.blurred },
    ],
    left: "left" in fashion ? [`Without Fashion-MNIST: ${fashion.left}`] : [],
  };
};

/** Fashion-MNIST's test images, or the reason why they are missing: the experiment goes without. */
const fashionImages = async (context: ExperimentContext): Promise<Images | { readonly left: string }> => {
  const opened = await openData("fashion-mnist", context).catch((cause: unknown) => {
    if (cause instanceof NsmError) return { left: cause.message };
    throw cause;
  });
  if ("left" in opened) return opened;
  return "missing" in opened
    ? { left: `\`${opened.missing}\` gets it.` }
    : { ...opened.test, name: BUILT_IN.fashion };
};

/** Refuses names of built-in sets: the report could not tell two sets of one name apart. */
const refuseTaken = (names: readonly string[]): void => {
  const builtIn: readonly string[] = Object.values(BUILT_IN);
  const taken = names.find((name) => builtIn.includes(name));
  if (taken === undefined) return;
  throw new ConfigError("out-of-distribution images", {
    given: `the name "${taken}"`,
    expected: `another name than ${builtIn.join(", ")}, which are there without being named`,
    remedy: "Call them otherwise; --data NAME=FOLDER says where data sets lie.",
  });
};

const requireShape = (name: string, images: Images, { shape }: ImageSplit): void => {
  if (images.shape.join() === shape.join()) return;
  throw new ConfigError(`out-of-distribution images, ${name}`, {
    given: `images of ${images.shape.join(" x ")}`,
    expected: `${shape.join(" x ")}, as the network takes them`,
    remedy: "Scale them to that size.",
  });
};
