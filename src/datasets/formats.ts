/** The formats of data folders that can be opened, in the order in which a folder is looked at. */

import { npzFormat } from "./arrays/npz-folder.ts";
import { eventFolderFormat } from "./events/folders/event-folder.ts";
import { eventSets } from "./events/folders/event-sets.ts";
import type { DataFormat } from "./format.ts";
import { idxFormats } from "./idx/idx-folder.ts";
import { cifarFormats } from "./images/cifar-folder.ts";
import { imageFolderFormat } from "./images/image-folder.ts";

export const formats: readonly DataFormat[] = [
  ...idxFormats,
  ...cifarFormats,
  npzFormat,
  imageFolderFormat,
  ...eventSets.map(eventFolderFormat),
];
