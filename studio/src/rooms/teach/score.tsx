/** The score so far: every example counts as it was predicted before it was learned. */
import { canUndo, doing, guessOf, lesson, taught, undo } from "./state.ts";

const MOST_MARKS = 60;

/** A mark for each of the last examples: recognised, or not. */
const Marks = () => (
  <p class="marks" aria-hidden="true">
    {lesson.value.examples.slice(-MOST_MARKS).map((example) => {
      const { id, label } = example;
      const guess = guessOf(example);
      return (
        <span key={id} class={guess ? (guess.label === label ? "right" : "wrong") : "due"}>
          {guess && guess.label !== label ? "×" : "·"}
        </span>
      );
    })}
  </p>
);

export const Score = () => {
  const score = taught.value?.score;
  return (
    <section class="panel score" aria-label="Score">
      <div class="score-head">
        <p class="number" role="status">
          {!score || score.examples === 0
            ? "No example so far."
            : `${score.examples} ${score.examples === 1 ? "example" : "examples"}, ${score.mistakes} ${
                score.mistakes === 1 ? "mistake" : "mistakes"
              }, mean loss ${score.nll.toFixed(2)} nats`}
        </p>
        <button type="button" disabled={!canUndo.value} onClick={undo}>
          Undo
        </button>
      </div>
      <Marks />
      <p class="hint" aria-live="polite">
        {doing.value || "\u00a0"}
      </p>
    </section>
  );
};
