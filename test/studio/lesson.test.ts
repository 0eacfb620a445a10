/** Lessons of the room Teach. */
import { expect, test } from "vitest";
import {
  EMPTY,
  isPrefix,
  type Lesson,
  withClass,
  withExample,
  withName,
  withoutClass,
  withoutExample,
} from "../../studio/src/rooms/teach/lesson.ts";

const pictures = [1, 2, 3].map((pixel) => new Uint8Array(28 * 28).fill(pixel));

test("an example that takes the place of a forgotten one is another", () => {
  const lesson = pictures.slice(0, 2).reduce((all, pixels) => withExample(all, pixels, 0), EMPTY);
  const less = withoutExample(lesson, lesson.examples[1]!.id);
  expect(isPrefix(less.examples, lesson.examples)).toBe(true);
  const other = withExample(less, pictures[2]!, 0);
  expect(isPrefix(lesson.examples, other.examples)).toBe(false);
  expect(isPrefix(lesson.examples, withName(withExample(lesson, pictures[2]!, 1), 0, "a").examples)).toBe(
    true,
  );
});

test("a new class has a name of its own", () => {
  const namesAfter = (...changes: readonly ((lesson: Lesson) => Lesson)[]): readonly string[] =>
    changes.reduce((lesson, change) => change(lesson), EMPTY).names;
  const withoutFirst = (lesson: Lesson): Lesson => withoutClass(lesson, 0);
  expect(namesAfter(withClass, withoutFirst, withClass)).toEqual(["B", "C", "D"]);
  const eight = Array.from({ length: 8 }, () => withClass);
  const names = namesAfter(...eight, withoutFirst, withClass, withoutFirst, withClass);
  expect(new Set(names).size).toBe(10);
});
