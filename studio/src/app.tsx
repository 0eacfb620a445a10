/** The page: its header with the rooms' names, and the room that the address names. */
import { computed, signal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { currentRoom, placeOf } from "./address.ts";
import { type Room, rooms } from "./rooms.ts";
import { Failure } from "./shared/failure.tsx";
import { focusContent } from "./shared/focus-content.ts";
import { Tour, TourButton } from "./tour/tour.tsx";

/** The room that the address names. */
const shownRoom = computed(() => rooms.find(({ name }) => name === currentRoom.value)!);

interface Loaded {
  readonly room: Room;
  readonly View?: ComponentType;
  readonly failure?: unknown;
}

/** The room whose code came last, or failed to. */
const loaded = signal<Loaded | undefined>(undefined);

const load = async (room: Room): Promise<void> => {
  const found = await room.load().then(
    ({ default: View }): Loaded => ({ room, View }),
    (failure): Loaded => ({ room, failure }),
  );
  if (shownRoom.peek() === room) loaded.value = found;
};

/** Leads to the room as it was left, or, from the room itself, to its start. */
const RoomLink = ({ room: { name, title } }: { readonly room: Room }) => {
  const isShown = currentRoom.value === name;
  return (
    <a href={isShown ? `#${name}` : placeOf(name)} aria-current={isShown ? "page" : undefined}>
      {title}
    </a>
  );
};

export const App = () => {
  useSignalEffect(() => {
    const room = shownRoom.value;
    document.title = `${room.title} – Neural Sampling studio`;
    void load(room);
  });
  // Effects run in the next frame: the room before is gone by then, and takes no settings of another for its own.
  const room = shownRoom.value;
  const found = loaded.value?.room === room ? loaded.value : undefined;
  const View = found?.View;
  return (
    <>
      <button type="button" class="skip" onClick={focusContent}>
        Skip to the content
      </button>
      <header class="page-header">
        <h1 class="page-name">
          <img src="./icon.svg" alt="" width="28" height="28" /> Neural Sampling <span>studio</span>
        </h1>
        <div class="page-links">
          <nav aria-label="Rooms">
            {rooms.map((each) => (
              <RoomLink key={each.name} room={each} />
            ))}
          </nav>
          <TourButton />
        </div>
      </header>
      <main id="content" tabIndex={-1} data-room={room.name}>
        {found?.failure !== undefined ? (
          <Failure cause={found.failure} />
        ) : View ? (
          <View key={room.name} />
        ) : (
          <p>Loading …</p>
        )}
      </main>
      <Tour />
    </>
  );
};
