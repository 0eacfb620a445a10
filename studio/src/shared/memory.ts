/** What the page remembers of a visitor: names in the browser's storage. Browsers may refuse it, as some do in private windows. */
const nameOf = (name: string): string => `neural-sampling-studio.${name}`;

export const remembers = (name: string): boolean => {
  try {
    return localStorage.getItem(nameOf(name)) !== null;
  } catch {
    return false;
  }
};

export const remember = (name: string): void => {
  try {
    localStorage.setItem(nameOf(name), "yes");
  } catch {
    // It is told again at the next visit.
  }
};
