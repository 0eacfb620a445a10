/** Fields of the form of settings. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import "./field.css";

interface ChoiceProps<Choice extends string> {
  readonly label: string;
  readonly value: Choice;
  readonly choices: readonly (readonly [Choice, string])[];
  readonly onChange: (choice: Choice) => void;
  readonly children?: ComponentChildren;
}

export const ChoiceField = <Choice extends string>(props: ChoiceProps<Choice>) => {
  const { label, value, choices, onChange, children } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value as Choice)}>
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
      {children}
    </div>
  );
};

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [number, number];
  readonly whole: boolean;
  readonly onChange: (value: number) => void;
}

/** A number in its range. Another is not taken, and the range is told. */
export const NumberField = ({ label, value, range: [least, most], whole, onChange }: NumberProps) => {
  const id = useId();
  const [wrong, setWrong] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...{ id, value }}
        type="number"
        min={least}
        max={most}
        step={whole ? 1 : "any"}
        aria-describedby={wrong ? `${id}-hint` : undefined}
        aria-invalid={wrong}
        onChange={({ currentTarget }) => {
          const isRight = currentTarget.value !== "" && currentTarget.validity.valid;
          setWrong(!isRight);
          if (isRight) onChange(currentTarget.valueAsNumber);
        }}
      />
      {wrong && (
        <p class="hint" id={`${id}-hint`} role="alert">
          {whole ? "A whole number" : "A number"} from {least} to {most.toLocaleString("en-US")}; {value}{" "}
          stays.
        </p>
      )}
    </div>
  );
};
