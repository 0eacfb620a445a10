/** The runs that are compared, which the address holds in their order. */
import { changeSettings, textSetting } from "../../address.ts";

/** Between two names. A name that holds it is escaped. */
const BETWEEN = "|";
const escaped = (name: string): string => name.replaceAll("%", "%25").replaceAll(BETWEEN, "%7C");
const unescaped = (text: string): string => text.replaceAll("%7C", BETWEEN).replaceAll("%25", "%");

export const chosenRuns = (): readonly string[] =>
  (textSetting("runs") ?? "")
    .split(BETWEEN)
    .filter((name) => name !== "")
    .map(unescaped);

export const choose = (name: string, isChosen: boolean): void => {
  const others = chosenRuns().filter((each) => each !== name);
  const names = isChosen ? [...others, name] : others;
  changeSettings({ runs: names.length === 0 ? undefined : names.map(escaped).join(BETWEEN) }, "runs");
};
