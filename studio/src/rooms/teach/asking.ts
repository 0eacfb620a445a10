/** The question that is asked back, and the pool that it comes from. */
import { signal } from "@preact/signals";
import { digitPixels, testDigits } from "../../shared/digits.ts";
import type { GivenFile } from "../../shared/given-files.ts";
import { pixelsOf } from "../../shared/pictures.ts";
import { withExample } from "./lesson.ts";
import { hardest, type Question } from "./questions.ts";
import { changeLesson, failure, withLearner } from "./state.ts";

export const question = signal<Question | undefined>(undefined);
/** Pictures without labels; undefined before the first question. */
export const pool = signal<readonly Uint8Array[] | undefined>(undefined);
export const poolName = signal("the embedded digits");

const POOLED_DIGITS = 500;
const SIDE = 28;

const digitsPool = async (): Promise<readonly Uint8Array[]> => {
  const digits = await testDigits();
  return Array.from({ length: Math.min(POOLED_DIGITS, digits.count) }, (_, k) => digitPixels(digits, k));
};

/** Asks which class the picture is of that the learner is least sure of. */
export const ask = async (): Promise<void> => {
  try {
    pool.value ??= await digitsPool();
    const all = pool.value;
    question.value = await withLearner("Looking for what is least sure …", ({ learner }) =>
      hardest(learner, all),
    );
  } catch (cause) {
    failure.value = cause;
  }
};

/** Takes the picture out of the pool: it was answered, or is of no class. */
const settle = (): Uint8Array | undefined => {
  const asked = question.peek()?.pixels;
  pool.value = pool.peek()?.filter((pixels) => pixels !== asked);
  question.value = undefined;
  return asked;
};

/** Teaches the answer and asks the next question; without a label the picture is left out. */
export const answer = async (label: number | undefined): Promise<void> => {
  const pixels = settle();
  if (pixels && label !== undefined) await changeLesson((lesson) => withExample(lesson, pixels, label));
  await ask();
};

export const stopAsking = (): void => {
  question.value = undefined;
};

/** Pictures of the user take the place of the pool. */
export const fillPool = async (files: readonly GivenFile[]): Promise<void> => {
  try {
    const pictures: Uint8Array[] = [];
    for (const file of files) pictures.push(await pixelsOf(file, SIDE, SIDE));
    pool.value = pictures;
    poolName.value = "your pictures";
    await ask();
  } catch (cause) {
    failure.value = cause;
  }
};
