/** What the network says: its answer or its doubt, the probability of each digit with the spread of the passes. */
import { type Prediction, unsureAbove } from "neural-sampling/web";
import { type Kind, kindOf } from "../../shared/kind.ts";
import type { Seen } from "./passes.ts";
import { SHARE, type Spread, spreadOf } from "./spread.ts";

export const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`;

const headline = (kind: Kind, { label }: Prediction, names: readonly string[]): string =>
  kind === "unlike" ? "Unlike any digit" : kind === "unsure" ? "Not sure" : names[label]!;

/** The two likeliest classes in words. */
const guessOf = (kind: Kind, { label, probabilities }: Prediction, names: readonly string[]): string => {
  const second = probabilities.reduce(
    (best, p, c) => (c !== label && (best === label || p > probabilities[best]!) ? c : best),
    label,
  );
  const own = `${names[label]} with ${percent(probabilities[label]!)}`;
  if (kind === "answer") return `probability ${percent(probabilities[label]!)}`;
  return `${kind === "unlike" ? "if it is one: " : ""}${own}, ${names[second]} with ${percent(probabilities[second]!)}`;
};

const Row = ({ name, p, spread, isFirst }: { name: string; p: number; spread: Spread; isFirst: boolean }) => (
  <li class={isFirst ? "bar first" : "bar"}>
    <span class="bar-name">{name}</span>
    <span class="track" aria-hidden="true">
      <span class="mean" style={{ width: `${100 * p}%` }} />
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <path class="marks" d={spread.marks.map((x) => `M${x} 0v1`).join("")} />
      </svg>
      <span
        class="spread"
        style={{ left: `${100 * spread.low}%`, width: `${100 * (spread.high - spread.low)}%` }}
      />
    </span>
    <span class="number">{percent(p)}</span>
    <span class="hidden-text">
      , most passes from {percent(spread.low)} to {percent(spread.high)}
    </span>
  </li>
);

/** Entropy as a bar whose parts are the passes' disagreement and the doubt that each pass has by itself. */
const Doubt = ({ prediction }: { readonly prediction: Prediction }) => {
  const { entropy, probabilities } = prediction;
  const unsure = unsureAbove(probabilities.length);
  const between = prediction.mutualInformation ?? 0;
  const width = (nats: number): string => `${(100 * nats) / Math.log(probabilities.length)}%`;
  return (
    <div class="doubt">
      <div class="meter" aria-hidden="true">
        <span class="between" style={{ width: width(between) }} />
        <span class="within" style={{ width: width(Math.max(0, entropy - between)) }} />
        <span class="limit" style={{ left: width(unsure) }} />
      </div>
      <dl>
        <div>
          <dt>Entropy</dt>
          <dd>{entropy.toFixed(2)} nats</dd>
        </div>
        <div>
          <dt>
            <i class="key between" /> of it mutual information: the passes disagree
          </dt>
          <dd>{between.toFixed(2)} nats</dd>
        </div>
        <div>
          <dt>
            <i class="key limit" /> not sure from
          </dt>
          <dd>{unsure.toFixed(2)} nats</dd>
        </div>
      </dl>
    </div>
  );
};

interface AnswerProps {
  readonly seen: Seen | undefined;
  /** Whether passes are still to come. */
  readonly isBusy: boolean;
}

export const Answer = ({ seen, isBusy }: AnswerProps) => {
  if (!seen)
    return (
      <p class="waiting">
        {isBusy ? "The network is being made ready …" : "Draw a digit to ask the network."}
      </p>
    );
  const { prediction, passes, isDone, question } = seen;
  const kind = kindOf(prediction);
  const { names } = question.model;
  const spreads = spreadOf(passes, names.length);
  return (
    <div class="answer" data-kind={kind} data-passes={prediction.samples} data-entropy={prediction.entropy}>
      <p class="verdict" aria-hidden={!isDone}>
        <strong>{headline(kind, prediction, names)}</strong> <span>{guessOf(kind, prediction, names)}</span>
      </p>
      <p class="hidden-text" role="status">
        {isDone ? `${headline(kind, prediction, names)}, ${guessOf(kind, prediction, names)}` : ""}
      </p>
      <ol class="bars" aria-label="Mean probability of each class over the passes">
        {prediction.probabilities.map((p, k) => (
          <Row
            key={names[k]}
            {...{
              name: names[k]!,
              p,
              spread: spreads[k]!,
              isFirst: kind === "answer" && k === prediction.label,
            }}
          />
        ))}
      </ol>
      {isDone && prediction.samples < question.passes ? (
        <p class="hint">Bar: the only pass of a network without noise.</p>
      ) : (
        <p class="hint">
          Bar: mean of <span class="number">{prediction.samples}</span> of {question.passes} passes. Strokes:
          single passes. Line: the middle {percent(SHARE)} of them.
        </p>
      )}
      <Doubt prediction={prediction} />
    </div>
  );
};
