/** What the pad draws on. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Stroke } from "./drawing.ts";
import type { Sheet } from "./ink.ts";

export interface SheetState {
  /** The sheet without the stroke under way. */
  readonly shown: ReadonlySignal<Sheet>;
  readonly live: Signal<Stroke | undefined>;
  readonly erases: Signal<boolean>;
  readonly canUndo: ReadonlySignal<boolean>;
  /** Begins a stroke, the first of which replaces the digit that a page shows by itself. */
  begin(stroke: Stroke): void;
  /** Keeps the stroke under way, should the page end before it. */
  keep(): void;
  /** Ends the stroke under way. */
  end(): void;
  undo(): void;
  clear(): void;
  /** Paints anew what has not changed. */
  repaint(): void;
}
