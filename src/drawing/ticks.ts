/** Tick positions and labels of an axis. */

/** The largest step of the form 1, 2 or 5 times a power of ten that fits into `length` at least `minimum` times. */
const roundStep = (length: number, minimum: number): number => {
  const power = 10 ** Math.floor(Math.log10(length / minimum));
  return power * ([5, 2, 1].find((factor) => length / (factor * power) >= minimum) ?? 1);
};

/** Multiples of a round step in [from, to]; the step fits at least `minimum` times. Only `from` if to <= from. */
export const ticks = (from: number, to: number, minimum: number): number[] => {
  if (!(to > from)) return [from];
  const step = roundStep(to - from, minimum);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * step);
};

/** Tick labels, with as many decimals as the step between ticks needs. */
export const tickLabels = (all: readonly number[]): string[] => {
  const step = all.length > 1 ? all[1]! - all[0]! : 1;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return all.map((tick) =>
    tick.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
};

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const superscript = (whole: number): string =>
  `${whole < 0 ? "⁻" : ""}${[...String(Math.abs(whole))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;

/** Label of a tick of a logarithmic axis: from .001 to below 100,000 the number, such as 1,000; else its power of ten, such as 10⁶ or 2×10⁶. */
export const logTickLabel = (tick: number): string => {
  if (tick >= 1e-3 && tick < 1e5) return tick.toLocaleString("en-US", { maximumSignificantDigits: 6 });
  const [mantissa, exponent] = tick.toExponential().split("e") as [string, string];
  const power = `10${superscript(Number(exponent))}`;
  return mantissa === "1" ? power : `${mantissa}×${power}`;
};
