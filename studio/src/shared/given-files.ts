/** Files that the user gives: dropped on the page, folders too, or chosen. */

export interface GivenFile {
  /** Path below what was dropped or chosen; the name of a single file. */
  readonly path: string;
  readonly file: File;
}

/** More files than these are not listed: a whole disk may have been dropped. */
const MOST_FILES = 70_000;

export const grouped = (count: number): string => count.toLocaleString("en-US");

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const entriesOf = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

const collect = async (entry: FileSystemEntry, found: GivenFile[]): Promise<void> => {
  if (found.length > MOST_FILES) return;
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry);
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred entries or so at a time, and none at the end.
  for (let some = await entriesOf(reader); some.length > 0; some = await entriesOf(reader))
    for (const inner of some) await collect(inner, found);
};

/** Files of a drop, those in folders too. */
export const droppedFiles = async ({ items, files }: DataTransfer): Promise<readonly GivenFile[]> => {
  // The list of items is emptied when the event is over: entries are taken before anything is awaited.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...files].map((file) => ({ path: file.name, file }));
  const found: GivenFile[] = [];
  for (const entry of entries) await collect(entry, found);
  return found;
};

/** Files of an input element. */
export const chosenFiles = ({ files }: HTMLInputElement): readonly GivenFile[] =>
  [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
