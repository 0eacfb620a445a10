/** What the learner is least sure of, asked back. */

import { FileButton } from "../../shared/file-button.tsx";
import { Picture } from "../../shared/pad/picture.tsx";
import { answer, ask, fillPool, pool, poolName, question, stopAsking } from "./asking.ts";
import { Bars } from "./bars.tsx";
import { doing, lesson, taught } from "./state.ts";

const Asked = () => {
  const asked = question.value;
  if (!asked) return null;
  const { names } = lesson.value;
  return (
    <>
      <div class="asked">
        <Picture pixels={asked.pixels} class="picture" />
        <div>
          <Bars names={names} prediction={asked.prediction} />
        </div>
      </div>
      <fieldset class="buttons">
        <legend class="hidden-text">Which is this?</legend>
        {names.map((name, label) => (
          <button key={label} type="button" class="primary" onClick={() => void answer(label)}>
            {name}
          </button>
        ))}
        <button type="button" onClick={() => void answer(undefined)}>
          None of these
        </button>
        <button type="button" onClick={stopAsking}>
          Stop asking
        </button>
      </fieldset>
    </>
  );
};

export const AskBack = () => {
  const hasLearned = (taught.value?.score.examples ?? 0) > 0;
  return (
    <section class="panel" aria-label="Ask back">
      <h2>{question.value ? "Which is this?" : "Let it ask"}</h2>
      <Asked />
      {!question.value && (
        <>
          <p class="hint">
            Of 24 pictures of {poolName.value} it asks about the one on which its passes disagree most.
            {pool.value && ` ${pool.value.length} are left.`}
          </p>
          <div class="buttons">
            <button
              type="button"
              disabled={!hasLearned || doing.value !== "" || pool.value?.length === 0}
              onClick={() => void ask()}
            >
              Ask me
            </button>
            <FileButton
              label="Ask about my pictures …"
              disabled={!hasLearned}
              onFiles={(files) => void fillPool(files)}
            />
          </div>
        </>
      )}
    </section>
  );
};
