/** The text beside a room: what is to be seen, for a person who has read no paper. */
import type { ComponentChildren } from "preact";

interface AboutProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

export const About = ({ title, children }: AboutProps) => (
  <aside class="about" aria-label="About this room">
    <h2>{title}</h2>
    {children}
  </aside>
);
