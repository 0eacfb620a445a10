/** The state of the room: the lesson, the learner that is taught it, and the question that is asked back. */
import { computed, signal } from "@preact/signals";
import { type Guess, namesIn, type Taught, taughtBy } from "./learner.ts";
import { EMPTY, type Example, type Lesson } from "./lesson.ts";
import { storedLesson, storeLesson, takeStore } from "./store.ts";

export const lesson = signal<Lesson>(EMPTY);
/** Lessons before the last changes, the latest last. */
const past = signal<readonly Lesson[]>([]);
/** The learner, once it has been taught some lesson. */
export const taught = signal<Taught | undefined>(undefined);
/** What is being done, in words; "" while nothing is. */
export const doing = signal("");
export const failure = signal<unknown>(undefined);
/** Whether this tab keeps the lesson; undefined before it is known. */
export const isKept = signal<boolean | undefined>(undefined);

export const canUndo = computed(() => past.value.length > 0);

const MOST_UNDO = 50;

const inOrder = (() => {
  let turn: Promise<unknown> = Promise.resolve();
  return <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
})();

/** Teaches the learner whatever the lesson is by then. */
const catchUp = async (): Promise<void> => {
  const due = lesson.peek();
  const before = taught.peek();
  if (before?.lesson === due) return;
  doing.value = before ? "Learning …" : "Opening the learner …";
  try {
    taught.value = await taughtBy(before, due, ({ done, due: all }) => {
      if (all > 1) doing.value = `Learning example ${done + 1} of ${all} …`;
    });
  } catch (cause) {
    before?.learner.close();
    taught.value = undefined;
    failure.value = cause;
  } finally {
    doing.value = "";
  }
};

const keep = async (): Promise<void> => {
  if (!isKept.peek()) return;
  try {
    await storeLesson(lesson.peek());
  } catch {
    // The browser refuses storage, or has no room: the page says that a reload loses the lesson.
    isKept.value = false;
  }
};

const take = (next: Lesson): Promise<void> => {
  lesson.value = next;
  failure.value = undefined;
  void keep();
  return inOrder(catchUp);
};

/** Changes the lesson, and teaches the learner the change. Resolves when it is taught. */
export const changeLesson = (change: (lesson: Lesson) => Lesson): Promise<void> => {
  past.value = [...past.peek(), lesson.peek()].slice(-MOST_UNDO);
  return take(change(lesson.peek()));
};

export const undo = (): void => {
  const last = past.peek().at(-1);
  if (!last) return;
  past.value = past.peek().slice(0, -1);
  void take(last);
};

/** Does something with the learner when it has been taught the lesson. */
export const withLearner = <Value>(words: string, work: (taught: Taught) => Promise<Value>): Promise<Value> =>
  inOrder(async () => {
    await catchUp();
    const now = taught.peek();
    if (!now) throw failure.peek();
    doing.value = words;
    try {
      return await work(now);
    } finally {
      doing.value = "";
    }
  });

/** Goes on from a saved learner. Its classes come with it. */
export const loadLearner = async (bytes: Uint8Array): Promise<void> => {
  const next: Lesson = { ...EMPTY, base: bytes, examples: [] };
  await inOrder(async () => {
    doing.value = "Opening the learner …";
    try {
      // The learner in the file tells its classes.
      const opened = await taughtBy(undefined, next, () => {});
      const named: Lesson = { ...next, names: namesIn(opened.learner.network) };
      taught.peek()?.learner.close();
      past.value = [...past.peek(), lesson.peek()].slice(-MOST_UNDO);
      lesson.value = named;
      failure.value = undefined;
      taught.value = { ...opened, lesson: named };
    } finally {
      doing.value = "";
    }
  });
  await keep();
};

export const guessOf = (example: Example): Guess | undefined => taught.value?.guesses.get(example);

let entered: Promise<void> | undefined;

/** Restores the kept lesson at the first visit of the room, and opens the learner. */
export const enter = (): Promise<void> => {
  entered ??= (async () => {
    try {
      isKept.value = await takeStore();
      const stored = isKept.value ? await storedLesson() : undefined;
      if (stored) lesson.value = stored;
    } catch {
      isKept.value = false;
    }
    await inOrder(catchUp);
  })();
  return entered;
};
