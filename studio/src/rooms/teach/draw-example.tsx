/** Drawing an example, and what the learner says of it. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { Prediction } from "neural-sampling/web";
import { pictureOf } from "../../shared/pad/ink.ts";
import { Pad } from "../../shared/pad/pad.tsx";
import type { SheetState } from "../../shared/pad/sheet-state.ts";
import { Bars } from "./bars.tsx";
import { withExample } from "./lesson.ts";
import { changeLesson, lesson, taught, withLearner } from "./state.ts";

const UPRIGHT = { rotation: 0, blur: 0 };

interface DrawProps {
  readonly sheet: SheetState;
}

/** What the learner says of a drawing, asked anew when the drawing or the learner changes. */
const useGuess = (picture: { readonly value: Uint8Array | undefined }) => {
  const guess = useSignal<Prediction | undefined>(undefined);
  useSignalEffect(() => {
    const pixels = picture.value;
    // Before the first example the learner knows no class.
    if (!pixels || !taught.value?.score.examples) {
      guess.value = undefined;
      return;
    }
    withLearner("", ({ learner }) => learner.predict(pixels)).then(
      (found) => {
        if (picture.value === pixels) guess.value = found;
      },
      // A learner that failed has said so.
      () => {},
    );
  });
  return guess;
};

export const DrawExample = ({ sheet }: DrawProps) => {
  const picture = useComputed(() => {
    const { drawing } = sheet.shown.value;
    return pictureOf({ drawing }, UPRIGHT);
  });
  const guess = useGuess(picture);
  const teach = (label: number): void => {
    // A stroke that is drawn by keys is still under way.
    sheet.end();
    const pixels = picture.peek();
    if (!pixels) return;
    sheet.clear();
    void changeLesson((now) => withExample(now, pixels, label));
  };
  return (
    <section
      class="draw-example"
      aria-label="Draw an example"
      onKeyDown={({ key, ctrlKey, metaKey, altKey, repeat }) => {
        // With a modifier, browsers change tabs by numbers.
        if (ctrlKey || metaKey || altKey || repeat) return;
        const label = "1234567890".indexOf(key);
        if (label >= 0 && label < lesson.value.names.length) teach(label);
      }}
    >
      <Pad sheet={sheet} />
      <div class="buttons">
        <button type="button" onClick={sheet.undo} disabled={!sheet.canUndo.value}>
          Undo stroke
        </button>
        <button type="button" onClick={sheet.clear}>
          Clear
        </button>
      </div>
      <div class="this-is">
        <h2>This is …</h2>
        <fieldset class="buttons">
          <legend class="hidden-text">This is …</legend>
          {lesson.value.names.map((name, label) => (
            <button
              key={label}
              type="button"
              class="primary"
              disabled={picture.value === undefined}
              onClick={() => teach(label)}
            >
              {name} <kbd>{(label + 1) % 10}</kbd>
            </button>
          ))}
        </fieldset>
      </div>
      {guess.value && (
        <>
          <h2>The learner would say</h2>
          <Bars names={lesson.value.names} prediction={guess.value} />
        </>
      )}
    </section>
  );
};
