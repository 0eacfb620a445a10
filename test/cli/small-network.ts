/** A small network and a few digits for it, as files. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeDigits } from "./nsm.ts";

/** Writes 600 training and 100 test digits and the network into `folder`; returns options of `train` for both. */
export const smallNetwork = async (folder: string): Promise<readonly string[]> => {
  const [data, file] = [join(folder, "digits"), join(folder, "network.json")];
  await writeDigits(data, 600, 100);
  const layers = [
    { type: "conv2d", channels: 4, kernel: 5, stride: 3, pool: 2 },
    { type: "dense", units: 16 },
  ];
  await writeFile(
    file,
    JSON.stringify({ name: "small", encoding: "sign", input: [1, 28, 28], classes: 10, layers }),
  );
  return ["--network", file, "--data", data];
};
