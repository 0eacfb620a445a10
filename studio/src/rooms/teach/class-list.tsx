/** The classes: their names, their examples, and what the learner said of each before it learned it. */

import { FileButton } from "../../shared/file-button.tsx";
import type { GivenFile } from "../../shared/given-files.ts";
import { Picture } from "../../shared/pad/picture.tsx";
import { isPicture, pixelsOf } from "../../shared/pictures.ts";
import { percent } from "./bars.tsx";
import {
  type Example,
  FEWEST_CLASSES,
  type Lesson,
  LONGEST_NAME,
  MOST_CLASSES,
  withClass,
  withExample,
  withName,
  withoutClass,
  withoutExample,
} from "./lesson.ts";
import { changeLesson, failure, guessOf, lesson } from "./state.ts";

const SIDE = 28;

/** Teaches pictures as examples of a class. */
const addFiles = async (files: readonly GivenFile[], label: number): Promise<void> => {
  try {
    const pictures: Uint8Array[] = [];
    for (const file of files.length > 1 ? files.filter(isPicture) : files)
      pictures.push(await pixelsOf(file, SIDE, SIDE));
    await changeLesson((now) => pictures.reduce((all, pixels) => withExample(all, pixels, label), now));
  } catch (cause) {
    failure.value = cause;
  }
};

/** What the learner said before it learned the example, in words. */
const saidOf = (example: Example, { names }: Lesson): string => {
  const guess = guessOf(example);
  if (!guess) return "not learned yet";
  const share = percent(guess.probabilities[guess.label] ?? 0);
  return guess.label === example.label
    ? `recognised before it was learned, ${share}`
    : `taken for ${names[guess.label]} before it was learned, ${share}`;
};

const Thumbnail = ({ example, number }: { readonly example: Example; readonly number: number }) => {
  const guess = guessOf(example);
  const said = saidOf(example, lesson.value);
  return (
    <li>
      <button
        type="button"
        class="thumbnail"
        data-mistaken={guess ? guess.label !== example.label : undefined}
        title={`${said}. Forget it?`}
        aria-label={`Forget example ${number} of ${lesson.value.names[example.label]}: ${said}`}
        onClick={() => void changeLesson((now) => withoutExample(now, example.id))}
      >
        <Picture pixels={example.pixels} />
      </button>
    </li>
  );
};

const Class = ({ label }: { readonly label: number }) => {
  const { names, examples, base } = lesson.value;
  const own = examples.filter((example) => example.label === label);
  const name = names[label]!;
  return (
    <li class="class panel">
      <div class="class-head">
        <input
          type="text"
          aria-label={`Name of class ${label + 1}`}
          maxLength={LONGEST_NAME}
          value={name}
          onChange={({ currentTarget }) => {
            const given = currentTarget.value.trim();
            if (given === "") currentTarget.value = name;
            else void changeLesson((now) => withName(now, label, given));
          }}
        />
        <span class="number">{own.length === 1 ? "1 example" : `${own.length} examples`}</span>
        <FileButton
          label="Pictures …"
          description={`for ${name}`}
          onFiles={(files) => void addFiles(files, label)}
        />
        <button
          type="button"
          aria-label={`Remove class ${name}`}
          disabled={names.length === FEWEST_CLASSES || base !== undefined}
          onClick={() => void changeLesson((now) => withoutClass(now, label))}
        >
          Remove
        </button>
      </div>
      {own.length > 0 && (
        <ul class="thumbnails">
          {own.map((example, k) => (
            <Thumbnail key={example.id} example={example} number={k + 1} />
          ))}
        </ul>
      )}
    </li>
  );
};

export const ClassList = () => {
  const { names, base } = lesson.value;
  return (
    <section aria-label="Classes">
      <h2>Classes</h2>
      <ul class="classes">
        {names.map((_, label) => (
          <Class key={label} label={label} />
        ))}
      </ul>
      <button
        type="button"
        disabled={names.length === MOST_CLASSES || base !== undefined}
        onClick={() => void changeLesson(withClass)}
      >
        Add a class
      </button>
    </section>
  );
};
