/** The rooms of the page, in their order. Each is loaded when it is first entered. */
import type { ComponentType } from "preact";
import type { RoomName } from "./address.ts";

export interface Room {
  /** Its name in the address. */
  readonly name: RoomName;
  readonly title: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

export const rooms: readonly Room[] = [
  { name: "draw", title: "Draw", load: () => import("./rooms/draw/room.tsx") },
  { name: "inside", title: "Inside", load: () => import("./rooms/inside/room.tsx") },
  { name: "train", title: "Train", load: () => import("./rooms/train/room.tsx") },
  { name: "teach", title: "Teach", load: () => import("./rooms/teach/room.tsx") },
  { name: "events", title: "Events", load: () => import("./rooms/events/room.tsx") },
  { name: "runs", title: "Runs", load: () => import("./rooms/runs/room.tsx") },
];
