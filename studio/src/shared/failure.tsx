/** A failure as a sentence. */
import type { ComponentChildren } from "preact";

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
