/** State of the sheet: the digit and the strokes that the address names, and the stroke under way. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { changeSettings, textSetting } from "../../address.ts";
import {
  type Drawing,
  decodeDrawing,
  encodeDrawing,
  type Stroke,
  simplified,
} from "../../shared/pad/drawing.ts";
import type { Sheet } from "../../shared/pad/ink.ts";
import type { SheetState } from "../../shared/pad/sheet-state.ts";
import type { Example, Examples } from "./examples.ts";

/** The sheet's settings in the address; undefined where it has none. */
interface Settings {
  readonly digit: string | undefined;
  readonly drawing: string | undefined;
}

/** Writes settings into the address; not those of a stroke that ends because the room was left. */
const write = (settings: Partial<Settings>): void => changeSettings(settings, "draw");

/** A sheet that lies on an example digit, in the address. */
export interface ExampleSheet extends SheetState {
  readonly shown: ReadonlySignal<Sheet & { readonly example?: Example | undefined }>;
  take(example: Example): void;
}

/** `start`: the digit that is shown where the address names neither digit nor drawing. */
export const sheetState = (
  examples: ReadonlySignal<Examples | undefined>,
  start: (examples: Examples) => Example | undefined,
): ExampleSheet => {
  const settings = computed(
    (): Settings => ({ digit: textSetting("digit"), drawing: textSetting("drawing") }),
  );
  const drawing = computed((): Drawing => decodeDrawing(settings.value.drawing ?? ""));
  const past = signal<readonly Settings[]>([]);
  const painted = signal(0);

  const exampleNow = (): Example | undefined => {
    const { digit, drawing: text } = settings.value;
    const known = examples.value;
    if (!known) return undefined;
    if (digit === undefined) return text === undefined ? start(known) : undefined;
    return [...known.surest, ...known.leastSure].find(({ index }) => String(index) === digit);
  };

  const live = signal<Stroke | undefined>(undefined);
  /** The sheet before the stroke under way. */
  let before: Settings = settings.peek();

  const withStroke = (stroke: Stroke): Settings => ({
    digit: before.digit,
    drawing: encodeDrawing([...decodeDrawing(before.drawing ?? ""), stroke]),
  });

  const change = (to: Settings): void => {
    past.value = [...past.value, settings.value];
    write(to);
  };

  return {
    live,
    erases: signal(false),
    shown: computed(() => {
      painted.value;
      const example = exampleNow();
      return { digit: example?.pixels, drawing: drawing.value, example };
    }),
    canUndo: computed(() => past.value.length > 0 || drawing.value.length > 0),
    begin(stroke) {
      before = settings.peek();
      live.value = stroke;
      if (before.digit === undefined && before.drawing === undefined) write({ drawing: "" });
    },
    keep() {
      // The address holds a limited number of points.
      if (live.value) write(withStroke(simplified(live.value)));
    },
    end() {
      if (!live.value) return;
      past.value = [...past.value, before];
      write(withStroke(simplified(live.value)));
      live.value = undefined;
    },
    take(example) {
      change({ digit: String(example.index), drawing: undefined });
    },
    undo() {
      const last = past.value.at(-1);
      past.value = past.value.slice(0, -1);
      if (last) write(last);
      // After a reload the past is forgotten, but not the strokes.
      else if (drawing.value.length > 0) write({ drawing: encodeDrawing(drawing.value.slice(0, -1)) });
    },
    clear() {
      change({ digit: undefined, drawing: "" });
    },
    repaint() {
      painted.value++;
    },
  };
};
