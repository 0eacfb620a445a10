/** The page: its header with the rooms' names, and the room that the address names. */
import { signal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { currentRoom } from "./address.ts";
import { type Room, rooms } from "./rooms.ts";
import { Failure } from "./shared/failure.tsx";
import { Tour, TourButton } from "./tour/tour.tsx";

const roomOf = (name: string): Room => rooms.find((room) => room.name === name) ?? rooms[0];

/** The room on the page, once its code is there. */
const shown = signal<{ readonly room: Room; readonly View?: ComponentType; readonly failure?: unknown }>({
  room: roomOf(currentRoom.peek()),
});

const enter = async (room: Room): Promise<void> => {
  shown.value = { room };
  try {
    const { default: View } = await room.load();
    if (shown.peek().room === room) shown.value = { room, View };
  } catch (failure) {
    if (shown.peek().room === room) shown.value = { room, failure };
  }
};

const RoomLink = ({ room }: { readonly room: Room }) => (
  <a href={`#${room.name}`} aria-current={shown.value.room === room ? "page" : undefined}>
    {room.title}
  </a>
);

export const App = () => {
  useSignalEffect(() => {
    const room = roomOf(currentRoom.value);
    document.title = `${room.title} – Neural Sampling studio`;
    void enter(room);
  });
  const { room, View, failure } = shown.value;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("content")?.focus()}>
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
        {failure !== undefined ? (
          <Failure cause={failure} />
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
