/** Names of files and folders in messages. */

/** The most names that a message lists. */
export const mostNames = 5;

/** The first of the names, and how many more there are. */
export const listed = (names: readonly string[]): string => {
  const some = names.slice(0, mostNames).join(", ");
  return names.length > mostNames ? `${some} and ${names.length - mostNames} more` : some;
};

/** A folder with these names. */
export const inWords = (names: readonly string[]): string =>
  names.length === 0 ? "an empty folder" : `a folder with ${listed(names)}`;
