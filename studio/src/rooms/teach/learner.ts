/** The learner of a lesson: it is opened, taught what it does not know, and made to forget what the lesson no longer has. */
import {
  type NetworkDescription,
  type OnlineScore,
  openOnlineLearner,
  type Prediction,
  resumeOnlineLearner,
  type WebOnlineLearner,
} from "neural-sampling/web";
import { samplingModel } from "../../shared/models.ts";
import { type Example, isPrefix, type Lesson, startsAlike } from "./lesson.ts";

/** Learning rates of trained layers and of random weights, by mistakes on drawings of four figures: scripts/teach-rates.ts. */
const RATE = { digits: 0.001, nothing: 0.0005 };

/** What the learner said of an example before it learned it. */
export type Guess = Pick<Prediction, "label" | "probabilities" | "entropy" | "mutualInformation">;

export interface Taught {
  readonly lesson: Lesson;
  readonly learner: WebOnlineLearner;
  readonly guesses: ReadonlyMap<Example, Guess>;
  readonly score: OnlineScore;
  /** Whether the last thing it did was to learn the last example, so that it can take that back. */
  readonly canUndo: boolean;
}

const NAME = "Teach: ";

/** The network's name lists the classes, so that a saved learner knows them. */
export const networkName = (names: readonly string[]): string =>
  NAME + names.map((name) => name.replaceAll(",", " ")).join(", ");

/** Names of the classes of a saved learner; numbers where its name lists none. */
export const namesIn = ({ name, classes }: { readonly name: string; readonly classes: number }): string[] => {
  const names = name.startsWith(NAME) ? name.slice(NAME.length).split(", ") : [];
  return Array.from({ length: classes }, (_, k) => names[k] ?? String(k + 1));
};

/** A network that knows the strokes of digits: its layers are trained, its readout starts from zeros. */
const fromDigits = async (names: readonly string[]): Promise<WebOnlineLearner> => {
  const { network, parameters } = await samplingModel();
  const description: NetworkDescription = { ...network, name: networkName(names), classes: names.length };
  const width = parameters["readout.weight"]!.length / network.classes;
  const own = {
    ...parameters,
    "readout.weight": new Float32Array(names.length * width),
    "readout.bias": new Float32Array(names.length),
  };
  return openOnlineLearner({ network: description, parameters: own }, { learningRate: RATE.digits });
};

const fromNothing = (names: readonly string[]): Promise<WebOnlineLearner> =>
  openOnlineLearner(
    {
      network: {
        name: networkName(names),
        encoding: "real",
        input: [1, 28, 28],
        classes: names.length,
        layers: [300, 300].map((units) => ({ type: "dense", units })),
      },
    },
    { learningRate: RATE.nothing },
  );

/** A learner before the first example of the lesson. */
const openLearner = async ({ names, start, base }: Lesson): Promise<Taught["learner"]> => {
  if (base) return resumeOnlineLearner(base);
  return start === "digits" ? fromDigits(names) : fromNothing(names);
};

const openTaught = async (lesson: Lesson): Promise<Taught> => {
  const learner = await openLearner(lesson);
  return {
    lesson: { ...lesson, examples: [] },
    ...{ learner, guesses: new Map(), score: learner.score(), canUndo: false },
  };
};

const learnOne = async (taught: Taught, example: Example): Promise<Taught> => {
  const { learner, guesses, lesson } = taught;
  const guess = await learner.learn(example.pixels, example.label);
  return {
    ...taught,
    lesson: { ...lesson, examples: [...lesson.examples, example] },
    guesses: new Map([...guesses, [example, guess]]),
    score: learner.score(),
    canUndo: true,
  };
};

const undoLast = async (taught: Taught): Promise<Taught> => {
  const { learner, lesson } = taught;
  await learner.undo();
  const examples = lesson.examples.slice(0, -1);
  return { ...taught, lesson: { ...lesson, examples }, score: learner.score(), canUndo: false };
};

/** Whether the lesson is what was taught but for the last example. */
const isOneLess = ({ lesson: taught }: Taught, lesson: Lesson): boolean =>
  lesson.examples.length === taught.examples.length - 1 && isPrefix(lesson.examples, taught.examples);

export interface Progress {
  readonly done: number;
  readonly due: number;
}

/**
 * Makes a learner one that was taught the lesson and nothing else: it learns what is missing, takes back the last example, or
 * starts anew. The same lesson gives the same learner.
 */
export const taughtBy = async (
  before: Taught | undefined,
  lesson: Lesson,
  onProgress: (progress: Progress) => void,
): Promise<Taught> => {
  let taught = before;
  if (taught && startsAlike(taught.lesson, lesson)) {
    if (taught.canUndo && isOneLess(taught, lesson)) taught = await undoLast(taught);
    else if (!isPrefix(taught.lesson.examples, lesson.examples)) taught = undefined;
  } else taught = undefined;
  if (!taught) {
    before?.learner.close();
    taught = await openTaught(lesson);
  }
  const due = lesson.examples.length - taught.lesson.examples.length;
  for (const [done, example] of lesson.examples.slice(taught.lesson.examples.length).entries()) {
    onProgress({ done, due });
    taught = await learnOne(taught, example);
  }
  return { ...taught, lesson };
};

/** The learner as a file, with the names that its classes have now. */
export const savedLearner = ({ learner, lesson: { names } }: Taught): Promise<Uint8Array> =>
  namesIn(learner.network).join() === names.join() ? learner.save() : learner.save(networkName(names));
