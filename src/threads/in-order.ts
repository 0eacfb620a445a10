/** Runs pieces of work one after the other, in the order in which they were asked for, whether earlier ones failed or not. */
export const inOrder = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
};
