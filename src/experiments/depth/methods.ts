/** Methods of the experiment on depth: the paper's rule, the recipe with populations and Muon, and its variants. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { AugmentationDescription } from "../../loading/augmentation.ts";
import { conventional } from "../../networks/catalogue.ts";
import type { Population } from "../../nn/population.ts";
import type { TrainingDescription } from "../../training/configuration.ts";
import type { Method } from "../study/methods.ts";
import { type Form, networkOf } from "./networks.ts";
import type { Scale } from "./scale.ts";

/** Label smoothing and decay of the averaged weights of the variants that have them. */
const SMOOTHING = 0.1;
const DECAY = 0.995;

/** Largest range of a population's thresholds, in units of v, and largest distance of two of them. */
const RANGE = 5.25;
const SPACING = 1;

/** Optimisers with the first learning rates of their search. */
const BY = {
  Adam: { training: { optimizer: { type: "adam" } }, firstRates: [1e-3, 2e-3, 4e-3] },
  Muon: { training: { optimizer: { type: "muon" } }, firstRates: [0.025, 0.05, 0.1] },
} as const;

/** A population's size with its method. */
export interface SizedMethod {
  readonly size: number;
  readonly method: Method;
}

/** A method, and the one that it differs from in one ingredient. Without `firstRates` it learns at that one's rate. */
export interface Variant {
  readonly method: Method;
  readonly base: Method;
}

export interface DepthMethods {
  /** Each stochastic network and its conventional counterpart, trained by the same optimiser. The last is the recipe. */
  readonly pairs: readonly (readonly [Method, Method])[];
  readonly recipe: Method;
  /** Methods with one ingredient exchanged. */
  readonly variants: readonly Variant[];
  /** The recipe and its variants that differ in the size of the populations, smallest first. */
  readonly sizes: readonly SizedMethod[];
}

/** One-sided thresholds: the highest is 0. */
const populationOf = (size: number): Population => ({
  size,
  spacing: Math.min(SPACING, RANGE / Math.max(1, size - 1)),
});

/** Methods for images of the split. */
export const methodsFor = (
  scale: Scale,
  split: Pick<ImageSplit, "shape" | "classes">,
  augmentation: AugmentationDescription | undefined,
): DepthMethods => {
  const { warmupSteps } = scale;
  const deep: Form = { name: "depth-deep", ...scale.deep, mean: true };
  const shallow: Form = { name: "depth-shallow", ...scale.shallow, mean: false };
  const common: TrainingDescription = { warmupSteps, ...(augmentation && { augmentation }) };
  const method = (name: string, form: Form, by: keyof typeof BY, rest: TrainingDescription = {}): Method => ({
    ...{ name, network: networkOf(form, split), paper: null },
    ...BY[by],
    training: { ...common, ...BY[by].training, ...rest },
  });
  /** The paper's rule: single neurons and the balanced start. */
  const byRule = (name: string, form: Form): Method =>
    method(name, form, "Adam", { initialization: "balanced" });
  const twin = (name: string, form: Form, by: keyof typeof BY): Method => {
    const own = method(name, form, by);
    return { ...own, network: conventional(own.network) };
  };

  const population = populationOf(scale.population);
  const wide: Form = { ...shallow, name: "depth-population", population };
  const recipe = method("shallow populations, Muon", wide, "Muon");
  const narrow: Form = { ...deep, name: "depth-population", population };
  const recipeDeep = method("recipe, deep", narrow, "Muon");
  const shortened: Form = { ...narrow, name: "depth-residual", shortcuts: true };
  const residual = method("deep populations with shortcuts, Muon", shortened, "Muon");
  /** A variant of `base` that learns at its rate. */
  const variant = (base: Method, name: string, form: Form, rest: TrainingDescription = {}): Variant => {
    const { firstRates: _, ...own } = method(`recipe, ${name}`, form, "Muon", rest);
    return { base, method: own };
  };
  const others = scale.otherPopulations.map((size) => ({
    size,
    ...variant(recipe, size === 1 ? "single neurons" : `populations of ${size}`, {
      ...wide,
      population: populationOf(size),
    }),
  }));
  const ablations = [
    variant(recipeDeep, "deep, centred", { ...narrow, centred: true }),
    variant(recipe, "symmetric thresholds", { ...wide, population: { ...population, offset: 0 } }),
    variant(recipe, "average pooling", { ...wide, poolMeansBy: "average" }),
    variant(recipe, "maximum of means", { ...wide, poolMeansBy: "maximum" }),
    variant(recipe, "balanced start", wide, { initialization: "balanced" }),
    variant(recipe, "label smoothing", wide, { labelSmoothing: SMOOTHING }),
    variant(recipe, "averaged weights", wide, { averaging: { decay: DECAY } }),
  ];
  return {
    pairs: [
      [byRule("deep NSM, Adam", deep), twin("deep dCNN, Adam", deep, "Adam")],
      [method("deep NSM, Muon", deep, "Muon"), twin("deep dCNN, Muon", deep, "Muon")],
      [residual, twin("deep dCNN with shortcuts, Muon", shortened, "Muon")],
      [byRule("shallow NSM, Adam", shallow), twin("shallow dCNN, Adam", shallow, "Adam")],
      [recipe, twin("shallow dCNN, Muon", shallow, "Muon")],
    ],
    recipe,
    variants: [
      { base: recipe, method: recipeDeep },
      { base: recipeDeep, method: residual },
      { base: recipe, method: method("recipe, Adam", wide, "Adam") },
      ...others,
      ...(scale.ablates ? ablations : []),
    ],
    sizes: [...others, { size: scale.population, method: recipe }].sort((a, b) => a.size - b.size),
  };
};
