/** Images of another kind than digits: what a network that knows its limits should be unsure of. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { openImages } from "../../datasets/images-only.ts";
import { drawnImages } from "../../datasets/subset.ts";
import { ConfigError, NsmError } from "../../errors.ts";
import type { Images } from "../../networks/images.ts";
import { blurred, noiseImages } from "../digits/perturb.ts";
import type { ExperimentContext } from "../experiment.ts";
import { openData } from "../study/data.ts";

/** Of the blur's normal distribution, in pixels. */
const BLUR = 3;

/** What is looked at whatever the user names. */
const BUILT_IN = {
  fashion: "Fashion-MNIST",
  noise: "uniform noise",
  blurred: `digits blurred by ${BLUR} pixels`,
} as const;

interface OtherKinds {
  readonly others: readonly Images[];
  /** What was left out, in words. */
  readonly left: readonly string[];
}

/**
 * Fashion-MNIST where it is here, what the user named, and what is made of the digits. Throws ConfigError for a name that
 * one of the others has and for images of another shape than the digits', and as `openImages`.
 */
export const otherKinds = async (context: ExperimentContext, test: ImageSplit): Promise<OtherKinds> => {
  refuseTaken(Object.keys(context.ood));
  const fashion = await fashionImages(context);
  const named: Images[] = [];
  for (const [name, folder] of Object.entries(context.ood)) {
    const images = await openImages(folder);
    requireShape(name, images, test);
    named.push({ ...drawnImages(images, context.budget.images, 1), name });
  }
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

/** It is wanted, not needed: where it is not here, or damaged, why. */
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

/** Two sets of one name could not be told apart in the report. */
const refuseTaken = (names: readonly string[]): void => {
  const builtIn: readonly string[] = Object.values(BUILT_IN);
  const taken = names.find((name) => builtIn.includes(name));
  if (taken === undefined) return;
  throw new ConfigError("images of another kind", {
    given: `the name "${taken}"`,
    expected: `another name than ${builtIn.join(", ")}, which are there without being named`,
    remedy: "Call them otherwise; where Fashion-MNIST lies is said by --data fashion-mnist=FOLDER.",
  });
};

const requireShape = (name: string, images: Images, { shape }: ImageSplit): void => {
  if (images.shape.join() === shape.join()) return;
  throw new ConfigError(`images of another kind, ${name}`, {
    given: `images of ${images.shape.join(" x ")}`,
    expected: `${shape.join(" x ")}, as the network takes them`,
    remedy: "Scale them to that size.",
  });
};
