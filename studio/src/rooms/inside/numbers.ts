/** Numbers as text. */

/** Three decimals, or three digits of small numbers, with a true minus sign. */
export const numberText = (x: number): string => {
  const text = Math.abs(x) >= 0.001 || x === 0 ? x.toFixed(3) : x.toPrecision(2);
  return text.replace("-", "−");
};

export const percentText = (p: number): string => `${(100 * p).toFixed(p > 0.0995 ? 0 : 1)} %`;

export const passesText = (count: number): string => (count === 1 ? "1 pass" : `${count} passes`);
