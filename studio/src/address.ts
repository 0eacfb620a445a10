/**
 * The state of the page in its address: `#ROOM?NAME=VALUE&..`, so that a link, a reload and the back button show the same.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

/** Names of the rooms. An address that names none of them shows the first. */
const ROOMS = ["draw", "inside", "train", "teach", "events", "runs"] as const;
export type RoomName = (typeof ROOMS)[number];

interface Address {
  readonly room: string;
  readonly settings: URLSearchParams;
}

const parse = (hash: string): Address => {
  const [room = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  return { room, settings: new URLSearchParams(query) };
};

const format = ({ room, settings }: Address): string => {
  const query = settings.toString();
  return query === "" ? `#${room}` : `#${room}?${query}`;
};

const address = signal(parse(location.hash));
addEventListener("hashchange", () => {
  address.value = parse(location.hash);
});

/** Name of the room that is shown. */
export const currentRoom: ReadonlySignal<RoomName> = computed(
  () => ROOMS.find((name) => name === address.value.room) ?? ROOMS[0],
);

/** Settings with which each room was shown last. */
const left = new Map<RoomName, URLSearchParams>();
effect(() => {
  left.set(currentRoom.value, address.value.settings);
});

/** Address of a room as it was left; bare for one that was not shown yet. */
export const placeOf = (room: RoomName): string =>
  format({ room, settings: left.get(room) ?? new URLSearchParams() });

/** Milliseconds between two changes of the address bar: browsers refuse more than some hundred in half a minute. */
const WRITE_EVERY = 350;

let due: ReturnType<typeof setTimeout> | undefined;

const write = (): void => {
  if (due === undefined) return;
  clearTimeout(due);
  due = undefined;
  history.replaceState(null, "", format(address.peek()));
};

// A reload, and a link that is followed, find the address as it is.
addEventListener("pagehide", write);
addEventListener("click", write, { capture: true });
addEventListener("hashchange", () => {
  clearTimeout(due);
  due = undefined;
});

/**
 * Replaces settings of the room in the address: no entry of the history each. Undefined removes a setting. Work that may end
 * after its room was left names that room: its changes are ignored then.
 */
export const changeSettings = (
  changes: Readonly<Record<string, string | undefined>>,
  of: RoomName = currentRoom.peek(),
): void => {
  if (of !== currentRoom.peek()) return;
  const { room, settings } = address.peek();
  const changed = new URLSearchParams(settings);
  for (const [name, value] of Object.entries(changes))
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  address.value = { room, settings: changed };
  due ??= setTimeout(write, WRITE_EVERY);
};

/** The address of a room with settings; undefined ones are left out. */
export const linkTo = (room: string, settings: Readonly<Record<string, string | undefined>>): string =>
  format({
    room,
    settings: new URLSearchParams(
      Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });

/** Whether the address states no setting of the room. */
export const isBare = (): boolean => address.value.settings.toString() === "";

/** A setting of the room as text, undefined where the address has none. */
export const textSetting = (name: string): string | undefined =>
  address.value.settings.get(name) ?? undefined;

/** A setting of the room as a number within [least, most]; the fallback for anything else that the address says. */
export const numberSetting = (name: string, fallback: number, least: number, most: number): number => {
  const text = textSetting(name);
  const value = Number(text);
  return text === undefined || text.trim() === "" || !(value >= least && value <= most) ? fallback : value;
};

/** A setting of the room as one of `choices`; the fallback for anything else that the address says. */
export const choiceSetting = <Choice extends string>(
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice => choices.find((choice) => choice === textSetting(name)) ?? fallback;
