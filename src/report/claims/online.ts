/** Whether the network suits online learning: streams that are predicted before they are learned. */
import type { Findings } from "../../experiments/findings/findings.ts";
import { isBanded, pointsOf } from "../curves.ts";
import { type Estimate, errorDifference, lacksOf } from "../difference.ts";
import { intervalText } from "../number-text.ts";
import { type Claim, isBelow, type Result } from "./claim.ts";
import { inPoints } from "./gaps.ts";
import { isAsGood } from "./quality.ts";

interface Pair {
  readonly rectifiers: string;
  readonly inputs: string;
}

/** Networks that learn streams, each with the rectifiers that take the same inputs. */
const STREAM_PAIRS: ReadonlyMap<string, Pair> = new Map([
  ["bNSM", { rectifiers: "MLP, signs of pixels", inputs: "signs" }],
  ["bNSM, real pixels", { rectifiers: "MLP", inputs: "pixels" }],
]);
/** Before version 0.3 the networks of a pair took different inputs. */
const FORMER_PAIRS: ReadonlyMap<string, Pair> = new Map([
  ["bNSM", { rectifiers: "MLP", inputs: "signs against pixels" }],
]);

/** Errors on streams that are predicted before they are learned, against those of rectifiers. */
export const streams = ({ rows }: Findings): readonly Result[] => {
  const isPaired = rows.some(({ name }) => name.startsWith("bNSM, real pixels: "));
  const pairs = isPaired ? STREAM_PAIRS : FORMER_PAIRS;
  return rows.flatMap((own) => {
    const [name, stream] = own.name.split(": ") as [string, string?];
    const pair = pairs.get(name);
    const other = rows.find((row) => row.name === `${pair?.rectifiers}: ${stream}`);
    const difference = other && errorDifference(own, other);
    if (difference === undefined) return [];
    return [
      {
        about: `${stream}, ${pair!.inputs}`,
        text: inPoints(difference),
        outcome: isAsGood(difference, other!.error!.mean),
        ...lacksOf(own, other!),
      },
    ];
  });
};

/** Error at the start and at the end of the stream that does not drift. */
const learning = (findings: Findings): readonly Result[] => {
  const points = pointsOf(findings, "still", "bNSM");
  if (points === undefined) return [];
  const [first, last] = [points[0]!, points.at(-1)!].map(({ y, low = y, high = y }) => ({
    ...{ mean: y, low, high },
  })) as [Estimate, Estimate];
  const isSingle = !isBanded(points);
  const [start, end] = [first, last].map((own) => (isSingle ? own.mean.toFixed(2) : intervalText(own)));
  return [
    {
      about: "nothing drifts, bNSM at the start and at the end",
      text: `${start} and ${end} %`,
      outcome: isBelow(last, first),
      isSingle,
    },
  ];
};

export const online: Claim = {
  name: "online",
  claim: "The network is the same in learning and in use, which suits it to online learning.",
  tested:
    "Error on streams of digits, each predicted before it is learned, less that of rectifiers with the same inputs",
  rule:
    "For: the error falls beyond its interval; it is as good as that of rectifiers (rule of the last claim). " +
    "Against: it rises; it is significantly higher than that of rectifiers with the same inputs.",
  tests: [{ experiment: "online", about: "streams", find: (own) => [...learning(own), ...streams(own)] }],
};
