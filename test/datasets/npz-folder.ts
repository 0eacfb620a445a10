/** Writes folders of train.npz and test.npz. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { headerText, numpyFile } from "../files/arrays/numpy-file.ts";
import { zipFile } from "../files/arrays/zip-file.ts";
import { emptyFolder } from "./folder.ts";

/** An array as numpy.savez writes it. */
export const array = (
  name: string,
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  fortran = "False",
) => ({
  name: `${name}.npy`,
  deflate: true,
  contents: numpyFile({
    text: headerText(`'${descr}'`, `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`, fortran),
    data,
  }),
});
export const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A folder with both files of such arrays. */
export const npzFolder = async (
  train: Parameters<typeof zipFile>[0],
  test: Parameters<typeof zipFile>[0],
): Promise<string> => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "train.npz"), zipFile(train));
  await writeFile(join(folder, "test.npz"), zipFile(test));
  return folder;
};
