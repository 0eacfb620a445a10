/** Data by the name of a data set, or by their folder. */

import { StorageError } from "../../errors.ts";
import { isThere } from "../../storage/files.ts";
import { listed } from "./presence.ts";
import { registry } from "./registry.ts";

/**
 * Folder of the data set of that name. Any other text stays a path, as does ./NAME, and the name of a data set that is
 * not installed where a file or folder has it. Throws StorageError for a name that is neither.
 */
export const dataPlace = async (data: string): Promise<string> => {
  const entry = registry.find(({ name }) => name === data);
  if (!entry) return data;
  const { present, folder } = await listed(entry);
  if (present) return folder;
  // Incomplete data are reported by their reader.
  for (const place of [data, folder]) if (await isThere(place)) return place;
  throw new StorageError(`looking for the data set ${data}`, {
    given: `nothing in ${folder}`,
    expected: `the data set ${data}`,
    remedy: `Fetch it by \`nsm data fetch ${data}\`, or give its folder (./${data} if that is its name).`,
  });
};
