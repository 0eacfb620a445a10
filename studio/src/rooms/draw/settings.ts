/** Settings of the room, in the address. */
import { changeSettings, numberSetting, textSetting } from "../../address.ts";
import { MODEL_SETTINGS } from "../../shared/chosen-model.ts";
import type { Perturbation } from "../../shared/pad/ink.ts";

/** Numbers of passes that the slider offers. */
export const PASSES = [1, 2, 5, 10, 20, 50, 100, 200, 500] as const;
const USUAL_PASSES = 100;

export const passesSetting = (): number => Math.round(numberSetting("passes", USUAL_PASSES, 1, 500));

export const perturbationSetting = (): Perturbation => ({
  rotation: numberSetting("rotation", 0, -180, 180),
  blur: numberSetting("blur", 0, 0, 4),
});

const SETTINGS = ["passes", "rotation", "blur", ...MODEL_SETTINGS] as const;

export const resetSettings = (): void =>
  changeSettings(Object.fromEntries(SETTINGS.map((name) => [name, undefined])));

export const isChanged = (): boolean => SETTINGS.some((name) => textSetting(name) !== undefined);
