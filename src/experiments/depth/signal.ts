/** Signal by depth of stochastic networks, before and after training. Node only. */
import * as z from "zod";
import type { ImageSplit } from "../../datasets/dataset.ts";
import { signalByDepth } from "../../inference/node.ts";
import type { LayerSignal } from "../../inference/signal/moments.ts";
import { parseTraining } from "../../training/configuration.ts";
import { modelAtStart } from "../../training/runs/model-at-start.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import type { Figure } from "../findings/findings.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { engineOf } from "../study/provenance.ts";
import { type Study, seedsOf } from "../study/study.ts";
import { curvePoint, mean, meansInWords } from "../study/summarize.ts";

const TIMES = ["start", "end"] as const;

export interface MethodSignal {
  readonly name: string;
  /** Signal of the layers before the first step, for each seed. */
  readonly start: readonly (readonly LayerSignal[])[];
  /** Signal of the layers of the trained network, for each seed. */
  readonly end: readonly (readonly LayerSignal[])[];
}

const quantity = z.number().optional();
const schema = z.array(
  z.strictObject({
    name: z.string(),
    ...{ correlation: quantity, spread: quantity, potential: quantity, slope: quantity },
    gradientCosine: quantity,
  }),
) as unknown as z.ZodType<readonly LayerSignal[]>;

/** Signal of a method's runs of all seeds, on `images` training images. */
export const signalOf = async (
  study: Study,
  method: Method,
  train: ImageSplit,
  images: number,
): Promise<MethodSignal> => {
  const found: Record<(typeof TIMES)[number], (readonly LayerSignal[])[]> = { start: [], end: [] };
  for (const seed of seedsOf(study))
    for (const time of TIMES) found[time].push(await measured(study, method, train, images, seed, time));
  return { name: method.name, ...found };
};

const measured = (
  study: Study,
  method: Method,
  train: ImageSplit,
  images: number,
  seed: number,
  time: (typeof TIMES)[number],
): Promise<readonly LayerSignal[]> => {
  const trial = trialOf(study, method, train, seed);
  const { network, training, title } = trial;
  const key = {
    ...{ network, training: parseTraining(training), data: splitChecksum(train) },
    ...{ images, time },
  };
  return study.cached("signal", key, schema, async () => {
    study.signal.throwIfAborted();
    const engine = engineOf(study);
    const model =
      time === "end"
        ? (await study.trained(trial)).run
        : await modelAtStart(network, train, { ...training, ...engine });
    study.say(`${title}: signal by depth at the ${time}`);
    // Batch normalization has no running statistics before the first step.
    const mode = time === "end" ? "inference" : "train";
    return (await signalByDepth(model, train, { images, seed, mode, ...engine })).layers;
  });
};

type Quantity = Exclude<keyof LayerSignal, "name">;

interface Measure {
  readonly quantity: Quantity;
  readonly title: string;
  readonly label: string;
  /** Layers that are counted along x. */
  readonly layers: "neurons" | "weights";
}

const MEASURES: readonly Measure[] = [
  {
    ...{ quantity: "correlation", title: "Correlation of two passes by layer" },
    ...{ label: "correlation of samples", layers: "neurons" },
  },
  { quantity: "spread", title: "Spread of v by layer", label: "spread of v", layers: "neurons" },
  { quantity: "slope", title: "Slope dE(z)/dv by layer", label: "slope", layers: "neurons" },
  {
    ...{ quantity: "gradientCosine", title: "Cosine of the gradients of two passes by layer" },
    ...{ label: "cosine of gradients", layers: "weights" },
  },
];

/** Layers along x: those with neurons have a correlation, those with weights a cosine of gradients. */
const countedLayers = (layers: readonly LayerSignal[], by: Measure["layers"]): readonly LayerSignal[] =>
  layers.filter((layer) => layer[by === "neurons" ? "correlation" : "gradientCosine"] !== undefined);

/** A figure for each quantity. */
export const signalFigures = (
  signals: readonly MethodSignal[],
  images: number,
  context: { readonly seeds: number },
): readonly Figure[] =>
  MEASURES.map(({ quantity: own, title, label, layers }) => ({
    ...{ name: `signal-${own === "gradientCosine" ? "cosine" : own}`, title },
    caption: `${images} training images; ${layers === "neurons" ? "layers with neurons, the stem first" : "layers with weights, the stem first and the readout last"}; at the start with batch statistics, at the end with running ones; ${meansInWords(context)}.`,
    x: { label: `layer with ${layers}`, scale: "whole" },
    y: { label },
    series: signals.flatMap((signal) =>
      TIMES.map((time) => ({
        name: `${signal.name}, ${time}`,
        points: pointsOf(
          signal[time].map((each) => countedLayers(each, layers)),
          own,
        ),
      })),
    ),
  }));

const pointsOf = (seeds: readonly (readonly LayerSignal[])[], own: Quantity) =>
  seeds[0]!.flatMap((layer, k) =>
    layer[own] === undefined
      ? []
      : [
          curvePoint(
            k + 1,
            seeds.map((layers) => layers[k]![own]!),
          ),
        ],
  );

/** Correlation in the last layer with neurons, and cosine in the first with weights, at the start and at the end. */
export const signalInWords = ({ name, ...signal }: MethodSignal): string => {
  const at = (own: "correlation" | "gradientCosine", place: 0 | -1): string => {
    const by = own === "correlation" ? "neurons" : "weights";
    return TIMES.map((time) =>
      mean(signal[time].map((layers) => countedLayers(layers, by).at(place)![own]!)).toFixed(3),
    ).join(" at the start, ");
  };
  return `${name}: correlation of two passes in the last layer with neurons ${at("correlation", -1)} at the end; cosine of two gradients in the stem ${at("gradientCosine", 0)} at the end.`;
};
