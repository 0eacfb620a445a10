/** A calibration and what it decided, in words. */
import { grouped, percent } from "../grouped.ts";
import type { Decisions } from "../inference/decisions.ts";
import type { PromiseOutcome } from "../inference/promise-outcome.ts";
import type { Calibration } from "../networks/calibration.ts";
import type { Interval } from "../statistics/metrics.ts";
import type { Run } from "../training/runs/run.ts";
import { say, table } from "./print.ts";

/** A calibration without what was fitted. */
export const calibrationDocument = ({ detector, ...thresholds }: Calibration) => ({
  detector: detector.kind,
  ...thresholds,
});

/** Tells that a run gives no verdicts by its calibration, if it has one that does not hold here. */
export const sayIfUnjudged = (
  { calibration, staleCalibration, step }: Pick<Run, "calibration" | "staleCalibration" | "step">,
  isJudged: boolean,
): void => {
  if (staleCalibration !== undefined) say(`nsm: no verdicts: ${staleText({ staleCalibration, step })}`);
  else if (calibration && !isJudged)
    say(
      `nsm: no verdicts: this run is calibrated for ${calibration.samples} samples under the unit law, without early exit`,
    );
};

/** Why a calibration no longer holds. */
export const staleText = ({ staleCalibration, step }: Pick<Run, "staleCalibration" | "step">): string =>
  `this run was calibrated at step ${grouped(staleCalibration!)} and is at ${grouped(step)}; calibrate it again`;

/** Promises of a calibration, a line each. */
export const calibrationLines = ({
  detector,
  samples,
  images,
  isHeldOut,
  unlike,
  refer,
  sets,
}: Calibration): readonly string[] => [
  `calibrated on ${grouped(images)} ${isHeldOut ? "held-out" : "training"} images, ${samples} samples each`,
  `  unlike the training data: ${detector.kind} above ${unlike.threshold.toPrecision(4)} (unfamiliarity 0), as at most ${percent(unlike.share)} of familiar images`,
  ...(refer ? [`  referred to a person: ${referText(refer)}`] : []),
  ...(sets ? [`  sets of classes hold the right one for ${percent(sets.level)} of familiar images`] : []),
];

const referText = ({ threshold, promise, coverage }: NonNullable<Calibration["refer"]>): string => {
  const from = threshold === null ? "none" : `entropy from ${threshold.toPrecision(4)}`;
  const confident = `at a confidence of ${percent(promise.confidence)}`;
  const promised =
    promise.of === "error"
      ? `at most ${percent(promise.risk)} of the answers are wrong`
      : `at least ${percent(promise.cover)} are answered`;
  return `${from}; ${promised}, ${confident}; ${percent(coverage)} were answered`;
};

/** Decisions of a calibrated model on a split, as a table. */
export const decisionsText = (
  found: Decisions,
  { unlike: counted, refer, sets: asked }: Calibration,
): string => {
  const { answered, referred, unlike, answeredInterval, error, errorInterval, promise, sets } = found;
  const images = answered + referred + unlike;
  const { risk, cover } = { risk: undefined, cover: undefined, ...refer?.promise };
  return table([
    [
      "  answered",
      percent(answered / images),
      ...(cover === undefined
        ? []
        : [intervalText(answeredInterval), promisedText(`at least ${percent(cover)}`, promise)]),
    ],
    ...(error === null || errorInterval === null
      ? []
      : [
          [
            "  wrong",
            `${error.toFixed(2)} %`,
            `of the answers, ${intervalText(errorInterval)}`,
            ...(risk === undefined ? [] : [promisedText(`at most ${percent(risk)}`, promise)]),
          ],
        ]),
    ["  referred", percent(referred / images), "to a person"],
    [
      "  unlike",
      percent(unlike / images),
      "the training data",
      promisedText(`at most ${percent(counted.share)} of familiar images`, found.unlikePromise),
    ],
    ...(sets && asked
      ? [
          [
            "  sets",
            percent(sets.coverage),
            `hold the label, ${sets.size.toFixed(2)} classes each`,
            promisedText(percent(asked.level), sets.promise),
          ],
        ]
      : []),
  ]);
};

const intervalText = ([low, high]: Interval): string =>
  `95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} %`;

const OUTCOMES: Readonly<Record<PromiseOutcome, string>> = {
  held: ": held",
  chance: ": missed, by no more than chance explains",
  broken: ": broken, by more than chance explains",
};

const promisedText = (promised: string, outcome: PromiseOutcome | null): string =>
  `promised: ${promised}${outcome === null ? "" : OUTCOMES[outcome]}`;
