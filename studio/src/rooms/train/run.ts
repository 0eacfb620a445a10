/** The training of this page: a network, and its twin if that is wanted, which take turns. */
import { signal } from "@preact/signals";
import {
  baseline,
  conventional,
  drawValidation,
  type ImageSplit,
  type Model,
  type OpenTrainingOptions,
  openValidation,
  parseNetwork,
  splitValidation,
  type Validation,
} from "neural-sampling/web";
import { trainingDigits } from "../../shared/digits.ts";
import { givenModel, requireGivenModel } from "../../shared/given-model.ts";
import { threadsAtHand } from "../../shared/isolation.ts";
import { forgetProgress, noteProgress } from "./lost.ts";
import { networkFor } from "./networks.ts";
import { own, requireOwn } from "./own-data.ts";
import { noiseOf, type Settings, trainingOf, twinTrainingOf, writeAddress } from "./settings.ts";
import { look, openTrainee, type Trainee, validate } from "./trainee.ts";

/** `ready`: before the start. */
export type Phase = "ready" | "opening" | "running" | "paused" | "done" | "failed";

export interface Run {
  readonly settings: Settings;
  /** The network, then its twin if there is one. */
  readonly trainees: readonly Trainee[];
  /** Steps of each. */
  readonly steps: number;
  readonly stepsOfEpoch: number;
  readonly classNames: readonly string[] | undefined;
  /** Images that are scored after every epoch. */
  readonly validation: ImageSplit | undefined;
  /** Scores them, in workers that are kept from epoch to epoch. */
  readonly scorer: Validation;
  /** Aborted by the run's end. */
  readonly ending: AbortController;
}

export const phase = signal<Phase>("ready");
export const run = signal<Run | undefined>(undefined);
export const failure = signal<unknown>(undefined);
/** Step at which the GPU of this run was lost, if it was. */
export const gpuLostAt = signal<number | undefined>(undefined);
/** Rises as the run goes on, at most ten times a second. */
export const beat = signal(0);

const BEAT_MILLISECONDS = 100;
/** Most images of a test split of the user's own that are scored after every epoch. */
const MOST_SCORED = 500;
/** Seed that draws the digits that are kept out, that of `nsm train --validation`. */
const VALIDATION_SEED = 1;

let isBeatDue = false;
const soon = (): void => {
  if (isBeatDue) return;
  isBeatDue = true;
  setTimeout(() => {
    isBeatDue = false;
    beat.value++;
    const now = run.peek();
    if (now && isUnderWay()) noteProgress({ step: stepOf(now), steps: now.steps, settings: now.settings });
  }, BEAT_MILLISECONDS);
};

const isUnderWay = (): boolean => ["opening", "running", "paused"].includes(phase.peek());

/** Steps done by the network that is ahead. */
export const stepOf = ({ trainees }: Run): number =>
  Math.max(...trainees.map(({ training }) => training.position.step));

const firstOf = (split: ImageSplit, count: number): ImageSplit =>
  count < split.count ? splitValidation(split, split.count - count).train : split;

/** Drawn, as files may list one class after the other. */
const drawnOf = (split: ImageSplit, count: number): ImageSplit =>
  count < split.count ? drawValidation(split, count, VALIDATION_SEED).validation : split;

interface Data {
  readonly train: ImageSplit;
  readonly validation?: ImageSplit;
}

const dataOf = async ({ source, images, validation }: Settings): Promise<Data> => {
  if (source === "own") {
    const { train, test } = requireOwn(own.peek());
    return { train, ...(test && { validation: drawnOf(test, MOST_SCORED) }) };
  }
  const digits = firstOf(await trainingDigits(), images);
  return validation === 0 ? { train: digits } : drawValidation(digits, validation, VALIDATION_SEED);
};

/** The network, and its parameters where it comes from a file. */
const beginningOf = (settings: Settings, train: ImageSplit): Pick<Model, "network"> & Partial<Model> =>
  settings.network === "file"
    ? requireGivenModel(givenModel.peek()).model
    : { network: parseNetwork(networkFor(settings.network, noiseOf(settings), train)) };

const openRun = async (settings: Settings): Promise<Run> => {
  const { train, validation } = await dataOf(settings);
  const { network, parameters } = beginningOf(settings, train);
  const place: OpenTrainingOptions = {
    device: "auto",
    onDeviceLost: () => {
      const now = run.peek();
      gpuLostAt.value = now ? stepOf(now) : 0;
    },
  };
  const start = { ...trainingOf(settings), ...place, ...(parameters && { parameters }) };
  const trainees = [await openTrainee("Sampling network", network, train, start, soon)];
  try {
    if (settings.twin !== "none")
      trainees.push(
        await openTrainee(
          "Conventional twin",
          settings.twin === "batch" ? conventional(network) : baseline(network, "relu"),
          train,
          { ...twinTrainingOf(settings), ...place },
          soon,
        ),
      );
  } catch (cause) {
    for (const { training: opened } of trainees) opened.close();
    throw cause;
  }
  const { steps } = trainees[0]!.training;
  return {
    ...{ settings, trainees, steps, stepsOfEpoch: steps / settings.epochs },
    classNames: train.classNames,
    validation,
    // The networks wait meanwhile: their cores are free.
    scorer: openValidation({ threads: Math.min(2, threadsAtHand()) }),
    ending: new AbortController(),
  };
};

/** The step of the next look: often in the first 200 steps, which the paper's figure shows. */
const nextLook = (step: number): number => {
  const every = step < 10 ? 1 : step < 200 ? 5 : 25;
  return step + every - (step % every);
};

/** Step to which the networks go together before they are looked at again. */
const nextHalt = ({ steps, stepsOfEpoch }: Run, step: number): number =>
  Math.min(steps, nextLook(step), step + stepsOfEpoch - (step % stepsOfEpoch));

let turn: Promise<void> = Promise.resolve();

/** Number of times that the training was told to go on or to pause: each ends what the one before it began. */
let orders = 0;

const lookAtAll = async ({ trainees }: Run): Promise<void> => {
  for (const trainee of trainees) await look(trainee);
  soon();
};

/** Scores all networks at the end of an epoch, as `nsm train --validation` does. */
const validateAll = async (now: Run, step: number): Promise<void> => {
  const { trainees, validation, scorer, stepsOfEpoch, ending } = now;
  if (!validation || step % stepsOfEpoch !== 0) return;
  for (const trainee of trainees) {
    await validate(trainee, validation, scorer, ending.signal);
    soon();
  }
};

/** Trains all networks to the step `until`, in turns, as long as `goesOn`. */
const advance = async (now: Run, until: number, goesOn: () => boolean): Promise<void> => {
  for (let step = stepOf(now); goesOn() && trailing(now) < until; step = stepOf(now)) {
    const halt = trailing(now) < step ? step : Math.min(until, nextHalt(now, step));
    for (const { training } of now.trainees)
      if (goesOn() && training.position.step < halt) await training.run(halt - training.position.step);
    if (trailing(now) < halt || run.peek() !== now) break;
    await lookAtAll(now);
    await validateAll(now, halt);
  }
};

/** Steps done by the network that is behind: a pause may come between the two. */
const trailing = ({ trainees }: Run): number =>
  Math.min(...trainees.map(({ training }) => training.position.step));

const fail = (cause: unknown): void => {
  failure.value = cause;
  phase.value = "failed";
  forgetProgress();
};

/** Goes on to the step `until`; pauses there, or ends. */
const goOn = (now: Run, until: number): void => {
  phase.value = "running";
  const own = ++orders;
  const goesOn = (): boolean => run.peek() === now && own === orders;
  turn = turn.then(async () => {
    try {
      await advance(now, until, goesOn);
      if (run.peek() !== now) return;
      const isDone = trailing(now) === now.steps;
      if (isDone) {
        forgetProgress();
        now.scorer.close();
      }
      if (goesOn()) phase.value = isDone ? "done" : "paused";
      soon();
    } catch (cause) {
      if (run.peek() === now) fail(cause);
    }
  });
};

/** Opens a run with these settings and trains, or executes its first step alone. */
export const start = async (settings: Settings, steps = Number.POSITIVE_INFINITY): Promise<void> => {
  reset();
  phase.value = "opening";
  writeAddress(settings);
  opening++;
  const [own, order] = [opening, orders];
  try {
    const opened = await openRun(settings);
    if (own !== opening) {
      for (const { training } of opened.trainees) training.close();
      return;
    }
    run.value = opened;
    await lookAtAll(opened);
    if (run.peek() !== opened) return;
    // The room may have been left meanwhile.
    if (order === orders) goOn(opened, Math.min(opened.steps, steps));
    else phase.value = "paused";
  } catch (cause) {
    if (own === opening) fail(cause);
  }
};

/** Number of calls of `start` and `reset`: an opening that another overtook is closed. */
let opening = 0;

export const pause = (): void => {
  orders++;
  if (phase.peek() !== "running") return;
  phase.value = "paused";
  for (const { training } of run.peek()?.trainees ?? []) void training.pause();
};

/** Goes on after a pause: to the end, or by so many steps. */
export const resume = (steps = Number.POSITIVE_INFINITY): void => {
  const now = run.peek();
  if (now && phase.peek() === "paused") goOn(now, Math.min(now.steps, stepOf(now) + steps));
};

/** Ends the run and forgets it. */
export const reset = (): void => {
  opening++;
  const ended = run.peek();
  run.value = undefined;
  phase.value = "ready";
  failure.value = undefined;
  gpuLostAt.value = undefined;
  forgetProgress();
  ended?.ending.abort();
  ended?.scorer.close();
  for (const { training } of ended?.trainees ?? []) training.close();
};
