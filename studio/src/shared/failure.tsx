/** A failure as a sentence. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface FailureProps {
  readonly cause: unknown;
  /** What the user can do, such as a button that tries again. */
  readonly children?: ComponentChildren;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

export const Failure = ({ cause, children }: FailureProps) => (
  <div class="failure" role="alert">
    <p>{messageOf(cause)}</p>
    {children}
  </div>
);

/** The failure of a file, if it failed, scrolled into view: the button that chose the file may be far from it. */
export const FileFailure = ({ cause }: Pick<FailureProps, "cause">) => {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [cause]);
  return (
    cause !== undefined && (
      <div class="file-failure" ref={place}>
        <Failure cause={cause} />
      </div>
    )
  );
};
