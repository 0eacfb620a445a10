/** Buttons with the example digits. */

import { Picture } from "../../shared/pad/picture.tsx";
import type { Example, Examples } from "./examples.ts";

interface ListProps {
  readonly title: string;
  readonly examples: readonly Example[];
  readonly chosen: number | undefined;
  readonly onTake: (example: Example) => void;
}

const List = ({ title, examples, chosen, onTake }: ListProps) => (
  <fieldset class="examples">
    <legend>{title}</legend>
    {examples.map((example) => (
      <button
        key={String(example.index)}
        type="button"
        aria-pressed={example.index === chosen}
        aria-label={`A ${example.label}, test digit ${example.index}, entropy ${example.entropy.toFixed(2)} nats`}
        onClick={() => onTake(example)}
      >
        <Picture pixels={example.pixels} />
      </button>
    ))}
  </fieldset>
);

interface ExampleListProps extends Pick<ListProps, "chosen" | "onTake"> {
  readonly examples: Examples;
}

export const ExampleList = ({ examples: { surest, leastSure }, ...rest }: ExampleListProps) => (
  <div class="example-lists">
    <List title="Digits it is surest of" examples={surest} {...rest} />
    <List title="and least sure of" examples={leastSure} {...rest} />
  </div>
);
