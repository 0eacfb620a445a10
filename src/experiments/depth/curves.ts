/** Error on held-out images after each epoch of training. Node only. */
import * as z from "zod";
import { CheckpointError } from "../../errors.ts";
import { parseTraining } from "../../training/configuration.ts";
import { splitChecksum } from "../../training/runs/run.ts";
import { VALIDATION_SAMPLES } from "../../training/validation.ts";
import type { Figure } from "../findings/findings.ts";
import { type Method, trialOf } from "../study/methods.ts";
import { type Study, seedsOf } from "../study/study.ts";
import { curvePoint, mean, meansInWords } from "../study/summarize.ts";
import type { DepthData } from "./data.ts";

/** Error in per cent after a number of steps. */
interface Scored {
  readonly step: number;
  readonly error: number;
}

const schema: z.ZodType<readonly Scored[]> = z.array(z.strictObject({ step: z.int(), error: z.number() }));

export interface Curve {
  readonly name: string;
  /** Errors along a run, for each seed. */
  readonly seeds: readonly (readonly Scored[])[];
}

/** The curve of a method, whose runs are trained unless they are done. */
export const curveOf = async (study: Study, method: Method, data: DepthData): Promise<Curve> => {
  const seeds: (readonly Scored[])[] = [];
  for (const seed of seedsOf(study)) seeds.push(await scoredEpochs(study, method, data, seed));
  return { name: method.name, seeds };
};

const scoredEpochs = (
  study: Study,
  method: Method,
  { train, validation }: DepthData,
  seed: number,
): Promise<readonly Scored[]> => {
  const trial = trialOf(study, method, train, seed);
  const { network, training } = trial;
  const key = {
    ...{ network, training: parseTraining(training), trainedOn: splitChecksum(train) },
    scoredOn: splitChecksum(validation),
  };
  return study.cached("error-of-epochs", key, schema, async () => {
    const { run } = await study.trained({ ...trial, validation });
    return run.epochs.map(({ step, validation: scores }) => {
      if (scores) return { step, error: scores.error };
      throw new CheckpointError(`the run in ${run.folder}`, {
        given: `no validation scores at step ${step}`,
        expected: "those of every epoch",
        remedy: "Move that run elsewhere: the experiment makes its own.",
      });
    });
  });
};

export const curvesFigure = (
  curves: readonly Curve[],
  { count }: { readonly count: number },
  context: { readonly seeds: number },
): Figure => ({
  name: "steps",
  title: "Error on held-out images against training steps",
  caption: `${count} images, ${VALIDATION_SAMPLES} passes an image; ${meansInWords(context)}.`,
  x: { label: "step" },
  y: { label: "error (%)" },
  series: curves.map(({ name, seeds }) => ({
    name,
    points: meansOf(seeds).map(({ step }, k) =>
      curvePoint(
        step,
        seeds.map((own) => own[k]!.error),
        0,
      ),
    ),
  })),
});

/** The curve of the means over seeds. */
const meansOf = (seeds: Curve["seeds"]): readonly Scored[] =>
  seeds[0]!.map(({ step }, k) => ({ step, error: mean(seeds.map((own) => own[k]!.error)) }));

/** Last errors of a network and its twin, and when their means first come to the larger one. */
export const pairInWords = ([own, twin]: readonly [Curve, Curve]): string => {
  const curves = [own, twin].map(({ seeds }) => meansOf(seeds));
  const last = curves.map((curve) => curve.at(-1)!.error);
  const goal = Math.max(...last);
  const steps = curves.map((curve) => curve.find(({ error }) => error <= goal)!.step);
  const [first, second] = last.map((error) => error.toFixed(2));
  return `After the last step, by ${VALIDATION_SAMPLES} passes: ${own.name} ${first} %, ${twin.name} ${second} %. The first comes to ${goal.toFixed(2)} % by step ${steps[0]}, the second by step ${steps[1]}.`;
};
