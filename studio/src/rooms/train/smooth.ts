/** Exponential moving average whose weights sum to 1 from the first value on. */
export const smooth = (values: readonly number[], decay: number): number[] => {
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    sum = decay * sum + (1 - decay) * value;
    weight = decay * weight + (1 - decay);
    return sum / weight;
  });
};
