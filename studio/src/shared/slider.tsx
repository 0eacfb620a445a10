/** A labelled slider whose value is shown in words. */
import { useId } from "preact/hooks";

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value in words, with its unit. */
  readonly text: string;
  readonly onInput: (value: number) => void;
}

export const Slider = ({ label, value, min, max, step, text, onInput }: SliderProps) => {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{text}</output>
      <input
        {...{ id, min, max, step, value }}
        type="range"
        aria-valuetext={text}
        onInput={({ currentTarget }) => onInput(Number(currentTarget.value))}
      />
    </div>
  );
};
