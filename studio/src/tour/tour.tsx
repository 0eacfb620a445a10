/** The tour: a dialog of steps, shown at the first visit and by its button in the header. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { placeOf } from "../address.ts";
import { type Room, rooms } from "../rooms.ts";
import { remember, remembers } from "../shared/memory.ts";
import { steps } from "./steps.tsx";
import "./tour.css";

const SEEN = "tour";

/** Number of the step that is shown, from 0; undefined while the tour is closed. */
const step = signal<number | undefined>(remembers(SEEN) ? undefined : 0);

const close = (): void => {
  remember(SEEN);
  step.value = undefined;
};

const go = (to: number): void => {
  step.value = Math.min(steps.length - 1, Math.max(0, to));
};

export const TourButton = () => (
  <button type="button" class="tour-button" onClick={() => go(0)}>
    Tour
  </button>
);

const RoomLinks = ({ names }: { readonly names: readonly string[] }) => {
  const found = names.flatMap((name): readonly Room[] => rooms.filter((room) => room.name === name));
  if (found.length === 0) return null;
  return (
    <p class="tour-rooms">
      See it in{" "}
      {found.map(({ name, title }) => (
        <a key={name} href={placeOf(name)} onClick={close}>
          {title}
        </a>
      ))}
    </p>
  );
};

export const Tour = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const number = step.value;
  const isOpen = number !== undefined;
  useEffect(() => {
    if (isOpen && !dialog.current!.open) {
      dialog.current!.showModal();
      next.current!.focus();
    }
    if (!isOpen) dialog.current!.close();
  }, [isOpen]);

  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (number === undefined) return;
    if (key === "ArrowRight") go(number + 1);
    if (key === "ArrowLeft") go(number - 1);
  };

  const { title, text, Figure, rooms: names } = steps[number ?? 0]!;
  const isLast = number === steps.length - 1;
  return (
    // onClose: also the escape key closes a dialog.
    <dialog ref={dialog} class="tour" aria-labelledby="tour-title" onClose={close} onKeyDown={onKeyDown}>
      {isOpen && (
        <>
          <Figure />
          <div aria-live="polite">
            <p class="tour-count number">
              {number + 1} of {steps.length}
            </p>
            <h2 id="tour-title">{title}</h2>
            <p class="tour-text">{text}</p>
            <RoomLinks names={names} />
          </div>
          <div class="tour-buttons">
            <button type="button" onClick={close}>
              {isLast ? "Close" : "Skip"}
            </button>
            <span>
              <button type="button" onClick={() => go(number - 1)} disabled={number === 0}>
                Back
              </button>
              <button
                type="button"
                ref={next}
                class="primary"
                onClick={() => (isLast ? close() : go(number + 1))}
              >
                {isLast ? "Start" : "Next"}
              </button>
            </span>
          </div>
        </>
      )}
    </dialog>
  );
};
