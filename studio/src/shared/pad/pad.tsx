/** The pad: a canvas that is drawn on with mouse, finger, pen or keyboard. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Drawing, PLACES, type Point } from "./drawing.ts";
import { isArrow, movedBy } from "./pad-keys.ts";
import { type Cursor, paintSheet } from "./pad-painting.ts";
import type { SheetState } from "./sheet-state.ts";
import "./pad.css";

const HELP = "pad-help";

/** Place of a pointer on the pad. */
const placeOf = (canvas: HTMLCanvasElement, { clientX, clientY }: MouseEvent): Point => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const place = (distance: number, length: number): number =>
    Math.min(PLACES - 1, Math.max(0, Math.round((distance / length) * PLACES)));
  return [place(clientX - left, width), place(clientY - top, height)];
};

/** Events of a move that came since the last frame, where the browser tells. */
const movesIn = (event: PointerEvent): readonly PointerEvent[] => {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length > 0 ? all : [event];
};

/** Milliseconds after which the stroke under way is put into the address. */
const KEEP_EVERY = 200;

const MIDDLE: Point = [PLACES / 2, PLACES / 2];

export const Pad = ({ sheet }: { readonly sheet: SheetState }) => {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<number | undefined>(undefined);
  const keeping = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const held = useRef(new Set<string>());
  const pen = useSignal<Point>(MIDDLE);
  const isByKeys = useSignal(false);
  const said = useSignal("");
  const { live, erases } = sheet;

  const extend = (points: readonly Point[]): void => {
    const stroke = live.value;
    if (!stroke) return;
    live.value = { ...stroke, points: [...stroke.points, ...points] };
    keeping.current ??= setTimeout(() => {
      keeping.current = undefined;
      sheet.keep();
    }, KEEP_EVERY);
  };

  const commit = (): void => {
    pointer.current = undefined;
    clearTimeout(keeping.current);
    keeping.current = undefined;
    sheet.end();
  };

  const begin = (at: Point): void => {
    commit();
    sheet.begin({ erases: erases.value, points: [at] });
  };

  useSignalEffect(() => {
    const cursor: Cursor | undefined = isByKeys.value
      ? { at: pen.value, erases: erases.value, isDown: live.value !== undefined }
      : undefined;
    const stroke = live.value;
    const { drawing: done } = sheet.shown.value;
    const drawing: Drawing = stroke ? [...done, stroke] : done;
    if (canvas.current) paintSheet(canvas.current, { ...sheet.shown.value, drawing }, cursor);
  });

  useEffect(() => {
    // What is not painted by a signal: another colour scheme, another size.
    const repaint = (): void => {
      sheet.repaint();
    };
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", repaint);
    const sizes = new ResizeObserver(repaint);
    sizes.observe(canvas.current!);
    return () => {
      scheme.removeEventListener("change", repaint);
      sizes.disconnect();
      commit();
    };
  }, []);

  const onPointerDown = (event: PointerEvent): void => {
    if (pointer.current !== undefined || event.button !== 0) return;
    isByKeys.value = false;
    begin(placeOf(canvas.current!, event));
    pointer.current = event.pointerId;
    canvas.current!.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent): void => {
    if (event.pointerId !== pointer.current) return;
    extend(movesIn(event).map((each) => placeOf(canvas.current!, each)));
  };

  const onPointerEnd = (event: PointerEvent): void => {
    if (event.pointerId === pointer.current) commit();
  };

  const togglePen = (): void => {
    if (live.value) commit();
    else begin(pen.value);
    said.value = live.value ? `${erases.value ? "eraser" : "pen"} down` : "pen up";
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (altKey) return;
    const isCommand = ctrlKey || metaKey;
    if (isCommand && key.toLowerCase() === "z") sheet.undo();
    else if (isCommand) return;
    else if (isArrow(key)) {
      isByKeys.value = true;
      held.current.add(key);
      pen.value = movedBy(held.current, pen.value, shiftKey) ?? pen.value;
      extend([pen.value]);
    } else if (key === " " || key === "Enter") {
      isByKeys.value = true;
      if (!event.repeat) togglePen();
    } else if (key === "e" || key === "E") {
      commit();
      erases.value = !erases.value;
      said.value = erases.value ? "eraser" : "pen";
    } else if (key === "Delete" || key === "Backspace") {
      commit();
      sheet.clear();
      said.value = "cleared";
    } else return;
    event.preventDefault();
  };

  return (
    <div class="pad">
      <div
        ref={frame}
        class="pad-frame"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is what takes keys of its own.
        tabIndex={0}
        aria-label="Drawing pad"
        aria-describedby={HELP}
        onKeyDown={onKeyDown}
        onKeyUp={({ key }) => held.current.delete(key)}
        onFocus={() => {
          isByKeys.value = frame.current!.matches(":focus-visible");
        }}
        onBlur={() => {
          commit();
          held.current.clear();
          isByKeys.value = false;
        }}
      >
        <canvas
          ref={canvas}
          {...{ onPointerDown, onPointerMove }}
          onPointerUp={onPointerEnd}
          onPointerCancel={onPointerEnd}
        />
      </div>
      <p id={HELP} class="hint">
        Draw with mouse, finger or pen. By keyboard: <kbd>arrows</kbd> move, <kbd>space</kbd> sets the pen
        down and lifts it, <kbd>E</kbd> changes to the eraser, <kbd>delete</kbd> clears.
      </p>
      <p class="hidden-text" role="status">
        {said.value}
      </p>
    </div>
  );
};
