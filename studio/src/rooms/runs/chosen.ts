/** The runs that are compared, which the address holds in their order. */
import { changeSettings, textSetting } from "../../address.ts";

export const chosenRuns = (): readonly string[] =>
  (textSetting("runs") ?? "").split("|").filter((name) => name !== "");

export const choose = (name: string, isChosen: boolean): void => {
  const others = chosenRuns().filter((each) => each !== name);
  const names = isChosen ? [...others, name] : others;
  changeSettings({ runs: names.length === 0 ? undefined : names.join("|") }, "runs");
};
