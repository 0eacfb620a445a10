/** The sheet that an example is drawn on. */
import { computed, signal } from "@preact/signals";
import { type Drawing, type Stroke, simplified } from "../../shared/pad/drawing.ts";
import type { SheetState } from "../../shared/pad/sheet-state.ts";

export const blankSheet = (): SheetState => {
  const past = signal<readonly Drawing[]>([]);
  const drawing = signal<Drawing>([]);
  const painted = signal(0);
  const change = (next: Drawing): void => {
    past.value = [...past.peek(), drawing.peek()];
    drawing.value = next;
  };
  const live = signal<Stroke | undefined>(undefined);
  return {
    live,
    erases: signal(false),
    shown: computed(() => {
      painted.value;
      return { digit: undefined, drawing: drawing.value };
    }),
    canUndo: computed(() => past.value.length > 0),
    begin(stroke) {
      live.value = stroke;
    },
    // A drawing that was not taught goes with the page.
    keep() {},
    end() {
      const stroke = live.peek();
      if (!stroke) return;
      change([...drawing.peek(), simplified(stroke)]);
      live.value = undefined;
    },
    undo() {
      drawing.value = past.peek().at(-1) ?? [];
      past.value = past.peek().slice(0, -1);
    },
    clear() {
      change([]);
    },
    repaint() {
      painted.value++;
    },
  };
};
