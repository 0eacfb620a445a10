/** The formats of data folders, in the order in which a folder is tested for them. */

import type { DataFormat } from "./format.ts";
import { idxFormats } from "./idx/idx-folder.ts";
import { cifarFormats } from "./images/cifar-folder.ts";
import { imageFolderFormat } from "./images/image-folder.ts";
import { npzArchiveFormat, npzFormat } from "./npz-folder.ts";
import { eventFolderFormat } from "./recordings/event-folder.ts";
import { eventSets } from "./recordings/event-sets.ts";

export const formats: readonly DataFormat[] = [
  ...idxFormats,
  ...cifarFormats,
  npzFormat,
  imageFolderFormat,
  ...eventSets.map(eventFolderFormat),
  npzArchiveFormat,
];
