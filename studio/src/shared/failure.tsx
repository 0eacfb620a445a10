/** A failure as a sentence. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { focusContent } from "./focus-content.ts";

interface FailureProps {
  readonly cause: unknown;
  /** What the user can do, such as a button that tries again. */
  readonly children?: ComponentChildren;
}

/**
 * Whether the message was written for a reader: by this page, its server, the library, whose errors name a remedy, or the
 * browser, such as for a file that can't be read.
 */
const isWorded = (cause: Error): boolean =>
  cause.name === "Error" || "remedy" in cause || cause instanceof DOMException;

const messageOf = (cause: unknown): string => {
  if (cause instanceof Error && isWorded(cause)) return cause.message;
  const found = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return `The page failed where it should not (${found}). Reload it, and try again.`;
};

export const Failure = ({ cause, children }: FailureProps) => (
  <div class="failure" role="alert">
    <p>{messageOf(cause)}</p>
    {children}
  </div>
);

/**
 * The failure of a file, if it failed, until it is closed; scrolled into view, as the button that chose the file may be far from
 * it.
 */
export const FileFailure = ({ failure }: { readonly failure: Signal<unknown> }) => {
  const place = useRef<HTMLDivElement>(null);
  const cause = failure.value;
  useLayoutEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [cause]);
  return (
    cause !== undefined && (
      <div class="file-failure" ref={place}>
        <Failure cause={cause}>
          <button
            type="button"
            onClick={() => {
              failure.value = undefined;
              focusContent();
            }}
          >
            Close
          </button>
        </Failure>
      </div>
    )
  );
};
