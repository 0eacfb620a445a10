/** Settings of the room, in the address. */
import type { LayerInPass } from "neural-sampling/web";
import { changeSettings, numberSetting, textSetting } from "../../address.ts";
import type { Perturbation } from "../../shared/pad/ink.ts";

/** A unit that is explained: its layer, and its number in the layer's `shape`. */
export interface Selection {
  readonly layer: string;
  readonly unit: number;
}

/** Slowest and fastest, in passes a second. */
export const [SLOWEST, FASTEST] = [1, 60] as const;
const USUAL_SPEED = 10;
const MOST_PASSES = 1e9;

const whole = (name: string, fallback: number, most: number): number =>
  Math.floor(numberSetting(name, fallback, 0, most));

export const digitSetting = (count: number): number => whole("digit", 0, count - 1);
/** A drawing that the room Draw handed over, on a test digit if `digit` is in the address too. */
export interface Handed {
  readonly drawing: string;
  readonly onDigit: boolean;
  readonly perturbation: Perturbation;
}

export const handedSetting = (): Handed | undefined => {
  const drawing = textSetting("drawing");
  return drawing === undefined
    ? undefined
    : {
        drawing,
        onDigit: textSetting("digit") !== undefined,
        perturbation: {
          rotation: numberSetting("rotation", 0, -180, 180),
          blur: numberSetting("blur", 0, 0, 4),
        },
      };
};

/** Goes to a test digit. */
export const showDigit = (digit: number): void =>
  changeSettings({
    digit: String(digit),
    ...{ pass: undefined, drawing: undefined, rotation: undefined, blur: undefined },
  });

export const passSetting = (): number => whole("pass", 0, MOST_PASSES);
export const speedSetting = (): number => numberSetting("speed", USUAL_SPEED, SLOWEST, FASTEST);

/** Whether passes run: unless the address says otherwise, where motion is not unwanted. */
export const runsSetting = (): boolean => {
  const text = textSetting("run");
  if (text === "yes" || text === "no") return text === "yes";
  return !matchMedia("(prefers-reduced-motion: reduce)").matches;
};

export const setRuns = (runs: boolean): void => changeSettings({ run: runs ? "yes" : "no" });

export const selectionSetting = (layers: readonly LayerInPass[]): Selection => {
  const [first] = layers;
  const { name, shape } = layers.find((layer) => layer.name === textSetting("layer")) ?? first!;
  const count = shape.reduce((product, side) => product * side, 1);
  return { layer: name, unit: whole("unit", 0, count - 1) };
};

export const select = ({ layer, unit }: Selection): void => changeSettings({ layer, unit: String(unit) });
