/** Networks to choose from: the paper's for digits, and small ones of the same kinds, with the recipe of each. */
import {
  type ImageSplit,
  mnistCnn,
  mnistMlp,
  type NetworkDescription,
  type Noise,
  recipeOf,
  type TrainingDescription,
} from "neural-sampling/web";

interface Choice {
  readonly label: string;
  readonly layers: NetworkDescription["layers"];
  /** The catalogue's network whose recipe it takes. */
  readonly recipe: string;
}

const CHOICES = {
  "small-mlp": {
    label: "Small, dense: 100-100",
    layers: [100, 100].map((units) => ({ type: "dense", units })),
    recipe: "mnist-mlp",
  },
  "mnist-mlp": {
    label: "Dense, the paper's: 300-300-300",
    layers: mnistMlp().layers,
    recipe: "mnist-mlp",
  },
  "small-cnn": {
    label: "Small, convolutional: 8c5-p2-16c5-p2-64",
    layers: [
      { type: "conv2d", channels: 8, kernel: 5, pool: 2 },
      { type: "conv2d", channels: 16, kernel: 5, pool: 2 },
      { type: "dense", units: 64 },
    ],
    recipe: "mnist-cnn",
  },
  "mnist-cnn": {
    label: "Convolutional, the paper's: 32c5-p2-64c5-p2-1024",
    layers: mnistCnn().layers,
    recipe: "mnist-cnn",
  },
} as const satisfies Readonly<Record<string, Choice>>;

type NetworkName = keyof typeof CHOICES;
/** `file`: a trained network of the user, which no link carries. */
export type NetworkChoice = NetworkName | "file";
export const NETWORKS = [...Object.keys(CHOICES), "file"] as readonly NetworkChoice[];
export const labelOf = (choice: NetworkChoice): string =>
  choice === "file" ? "From a file, trained on" : CHOICES[choice].label;

/** Recommended settings of the network; those of the library for a network from a file. */
export const recipeFor = (choice: NetworkChoice): TrainingDescription =>
  choice === "file" ? {} : recipeOf(CHOICES[choice].recipe);

/**
 * The network with that noise, for images of the split's shape and its classes. It takes the paper's signs of pixels, as
 * links that exist promise.
 */
export const networkFor = (
  choice: NetworkName,
  noise: Noise,
  { shape, classes }: Pick<ImageSplit, "shape" | "classes">,
): NetworkDescription => ({
  name: choice,
  encoding: "sign",
  input: [...shape],
  classes,
  noise,
  layers: [...CHOICES[choice].layers],
});
