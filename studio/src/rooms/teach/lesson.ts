/** A lesson: named classes, and examples of them in the order in which they were taught. */

export interface Example {
  readonly id: number;
  /** Pixels of 28 x 28, 0 to 255. */
  readonly pixels: Uint8Array;
  /** Number of its class. */
  readonly label: number;
}

/** What the learner knows before the first example: strokes of digits, or nothing. */
export const STARTS = ["digits", "nothing"] as const;
export type Start = (typeof STARTS)[number];

export interface Lesson {
  readonly names: readonly string[];
  readonly start: Start;
  readonly examples: readonly Example[];
  /** A learner that was loaded, which the lesson goes on from. Its classes stay. */
  readonly base?: Uint8Array;
}

export const [FEWEST_CLASSES, MOST_CLASSES] = [2, 10];
export const LONGEST_NAME = 24;

export const EMPTY: Lesson = { names: ["A", "B"], start: "digits", examples: [] };

const nextId = ({ examples }: Lesson): number => examples.reduce((most, { id }) => Math.max(most, id), 0) + 1;

export const withExample = (lesson: Lesson, pixels: Uint8Array, label: number): Lesson => ({
  ...lesson,
  examples: [...lesson.examples, { id: nextId(lesson), pixels, label }],
});

export const withoutExample = (lesson: Lesson, id: number): Lesson => ({
  ...lesson,
  examples: lesson.examples.filter((example) => example.id !== id),
});

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Adds a class, named by the next letter that no other has. */
export const withClass = (lesson: Lesson): Lesson => {
  const { names } = lesson;
  const name = [...LETTERS.slice(names.length)].find((letter) => !names.includes(letter))!;
  return { ...lesson, names: [...names, name] };
};

/** Removes a class with its examples; later classes move up. */
export const withoutClass = (lesson: Lesson, label: number): Lesson => ({
  ...lesson,
  names: lesson.names.filter((_, k) => k !== label),
  examples: lesson.examples
    .filter((example) => example.label !== label)
    .map((example) => (example.label > label ? { ...example, label: example.label - 1 } : example)),
});

export const withName = (lesson: Lesson, label: number, name: string): Lesson => ({
  ...lesson,
  names: lesson.names.map((old, k) => (k === label ? name.slice(0, LONGEST_NAME) : old)),
});

/** Whether two lessons start from the same learner of the same classes. */
export const startsAlike = (a: Lesson, b: Lesson): boolean =>
  a.names.length === b.names.length && a.start === b.start && a.base === b.base;

/** Whether the first examples of `whole` are those of `part`. Ids do not tell: a new example may have that of a forgotten one. */
export const isPrefix = (part: readonly Example[], whole: readonly Example[]): boolean =>
  part.length <= whole.length && part.every((example, k) => whole[k] === example);
