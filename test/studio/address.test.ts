/** The state of the page in its address, without a browser: what is written there, and for which room. */
import { signal } from "@preact/signals";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Point } from "../../studio/src/shared/pad/drawing.ts";

let address: typeof import("../../studio/src/address.ts");
let sheets: typeof import("../../studio/src/rooms/draw/sheet.ts");
const listeners: (() => void)[] = [];

const goTo = (hash: string): void => {
  vi.stubGlobal("location", { hash });
  for (const listener of listeners) listener();
};

beforeAll(async () => {
  vi.stubGlobal("location", { hash: "" });
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => {
    if (type === "hashchange") listeners.push(listener);
  });
  address = await import("../../studio/src/address.ts");
  sheets = await import("../../studio/src/rooms/draw/sheet.ts");
});

// There is no address bar that a change could be written to after a while.
beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

test("settings of a room that was left meanwhile are ignored", () => {
  const { changeSettings, textSetting } = address;
  goTo("#inside");
  changeSettings({ pass: "56" }, "inside");
  expect(textSetting("pass")).toBe("56");
  goTo("#train");
  changeSettings({ pass: "57" }, "inside");
  expect(textSetting("pass")).toBeUndefined();
  changeSettings({ seed: "7" }, "train");
  changeSettings({ epochs: "2" });
  expect([textSetting("seed"), textSetting("epochs")]).toEqual(["7", "2"]);
});

test("a room is found again as it was left", () => {
  const { changeSettings, placeOf } = address;
  goTo("#runs");
  expect(placeOf("teach")).toBe("#teach");
  goTo("#draw?passes=7");
  changeSettings({ drawing: "" });
  goTo("#runs?view=doubt");
  expect(placeOf("draw")).toBe("#draw?passes=7&drawing=");
  goTo("#draw");
  expect(placeOf("runs")).toBe("#runs?view=doubt");
  goTo("#runs");
  expect(placeOf("draw")).toBe("#draw");
});

test("runs of any name are compared", async () => {
  const { choose, chosenRuns } = await import("../../studio/src/rooms/runs/chosen.ts");
  goTo("#runs?runs=first|second");
  const names = ["first", "second", "a|b", "50 %7C", "%25"];
  for (const name of names.slice(2)) choose(name, true);
  expect(chosenRuns()).toEqual(names);
  choose("a|b", false);
  expect(chosenRuns()).toEqual(names.toSpliced(2, 1));
});

test("an address that names no room is the first room's", () => {
  const { changeSettings, currentRoom, textSetting } = address;
  goTo("#nowhere");
  expect(currentRoom.value).toBe("draw");
  changeSettings({ passes: "7" }, "draw");
  expect(textSetting("passes")).toBe("7");
});

test("a stroke under way of more points than the address holds leaves the strokes before it", () => {
  goTo("#draw?drawing=");
  const sheet = sheets.sheetState(signal(undefined), () => undefined);
  sheet.begin({ erases: false, points: [[10, 10]] });
  sheet.end();
  const spiral = Array.from({ length: 9000 }, (_, k): Point => {
    const [radius, angle] = [20 + k / 100, k / 100];
    return [Math.round(128 + radius * Math.cos(angle)), Math.round(128 + radius * Math.sin(angle))];
  });
  sheet.begin({ erases: false, points: spiral });
  sheet.keep();
  expect(sheet.shown.value.drawing[0]?.points).toEqual([[10, 10]]);
  sheet.end();
  expect(sheet.shown.value.drawing[0]?.points).toEqual([[10, 10]]);
});
