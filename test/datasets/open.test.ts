import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/datasets/idx/idx.ts";
import { embeddedFolder, mnist, mnistFiles } from "../../src/datasets/mnist.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { verifyDataset } from "../../src/datasets/verify.ts";
import { ConfigError, DataError, StorageError } from "../../src/errors.ts";
import { emptyFolder } from "./folder.ts";

describe("openDataset", () => {
  it("opens the embedded digits where no folder is given, as mnist does", async () => {
    const [a, b] = [await openDataset(), await mnist()];
    expect(a.name).toBe("embedded MNIST subset");
    expect(a.files).toEqual(b.files);
    expect(Buffer.compare(a.train.images, b.train.images)).toBe(0);
  });

  it("knows each split by its contents, whatever became of the other", async () => {
    const folder = await emptyFolder();
    for (const name of mnistFiles)
      await copyFile(join(embeddedFolder, `${name}.gz`), join(folder, `${name}.gz`));
    const labels = gunzipSync(await readFile(join(folder, `${mnistFiles[3]}.gz`)));
    labels[8] = 3;
    await writeFile(join(folder, `${mnistFiles[3]}.gz`), labels);
    const { name, train, test } = await openDataset(folder);
    expect(name).toBe(`IDX data in ${folder}`);
    expect(train).toMatchObject({
      name: "embedded MNIST subset: first 10,000 training digits",
      subset: true,
    });
    expect(test).toMatchObject({ name: `IDX data in ${folder}, test, 2,000 images`, subset: false });
  });

  it("takes IDX files of one's own with as many classes as their labels name, ten at least", async () => {
    const folder = await emptyFolder();
    const write = (k: number, dims: number[], data: Uint8Array) =>
      writeFile(join(folder, mnistFiles[k]!), encodeIdx({ dims, data }));
    for (const k of [0, 2]) await write(k, [2, 1, 3], new Uint8Array(6));
    await write(1, [2], Uint8Array.of(0, 3));
    for (const [label, classes] of [
      [7, 10],
      [25, 26],
    ] as const) {
      await write(3, [2], Uint8Array.of(1, label));
      const { train, test } = await openDataset(folder);
      expect([train.classes, test.classes]).toEqual([classes, classes]);
    }
  });

  it("refuses a choice of labels where there is none", async () => {
    await expect(openDataset(embeddedFolder, { labels: "coarse" })).rejects.toThrow(ConfigError);
    await expect(openDataset(embeddedFolder, { labels: "fine" })).rejects.toThrow(/no choice of labels/);
  });

  it("finds the files in the folders that torchvision makes, where there is one set of them", async () => {
    const folder = await emptyFolder();
    const copy = async (place: string): Promise<void> => {
      await mkdir(join(folder, place), { recursive: true });
      for (const name of mnistFiles)
        await copyFile(join(embeddedFolder, `${name}.gz`), join(folder, place, `${name}.gz`));
    };
    await copy("MNIST/raw");
    for (const place of [folder, join(folder, "MNIST")])
      expect((await openDataset(place)).name).toBe("embedded MNIST subset");
    await copy("FashionMNIST/raw");
    await expect(openDataset(folder)).rejects.toThrow(
      /several data sets: .*MNIST\/raw, .*FashionMNIST\/raw; expected one/,
    );
  });

  it("follows links to folders", async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, "data/letters"), { recursive: true });
    await symlink(join(folder, "data/letters"), join(folder, "letters"));
    await expect(openDataset(folder)).rejects.toThrow("got a folder with data/, letters/;");
    await writeFile(join(folder, "data/letters/emnist-letters-train-images-idx3-ubyte"), "");
    await expect(openDataset(folder)).rejects.toThrow(/without emnist-letters-train-labels/);
  });

  it("says what it can open where it finds nothing that it knows", async () => {
    const folder = await emptyFolder();
    await expect(openDataset(join(folder, "none"))).rejects.toThrow(StorageError);
    await expect(openDataset(join(folder, "none"))).rejects.toThrow(
      /expected a folder of data\. .*nsm data fetch mnist/,
    );
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(
      /got an empty folder; .*train-images-idx3-ubyte.*CIFAR-10.*pictures by class.*nsm data fetch/,
    );
    for (const name of ["a", "b", "c", "d", "e", "f", "g"]) await writeFile(join(folder, name), "");
    await expect(openDataset(folder)).rejects.toThrow("got a folder with a, b, c, d, e and 2 more;");
  });
});

describe("verifyDataset", () => {
  it("counts records and classes of what is whole", async () => {
    const { ok, name, format, records, classes, problems } = await verifyDataset(embeddedFolder);
    expect({ ok, name, format, records, problems }).toEqual({
      ok: true,
      name: "embedded MNIST subset",
      format: "idx",
      records: { train: 10_000, test: 2_000 },
      problems: [],
    });
    const { train, test } = await mnist();
    const sevens = [...train.labels, ...test.labels].filter((label) => label === 7).length;
    expect(classes["7"]).toBe(sevens);
    expect(Object.keys(classes)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("remarks on counts that were not published", async () => {
    const cifar = await emptyFolder();
    for (const name of ["train.bin", "test.bin"]) await writeFile(join(cifar, name), Buffer.alloc(3074 * 2));
    const { ok, remarks } = await verifyDataset(cifar);
    expect(ok).toBe(true);
    expect(remarks.at(-1)).toBe("50,000 records to train on and 10,000 to test with were published");
  });

  it("remarks on files that are there twice, of which one is read", async () => {
    const folder = await emptyFolder();
    for (const name of mnistFiles)
      await copyFile(join(embeddedFolder, `${name}.gz`), join(folder, `${name}.gz`));
    await writeFile(join(folder, mnistFiles[1]), "not read");
    const { ok, remarks } = await verifyDataset(folder);
    expect(ok).toBe(true);
    expect(remarks).toEqual([
      `${mnistFiles[1]} is not read: ${mnistFiles[1]}.gz is there too, and comes first`,
    ]);
  });

  it("tells every damaged file, with the place in it", async () => {
    const folder = await emptyFolder();
    for (const name of mnistFiles) {
      const bytes = gunzipSync(await readFile(join(embeddedFolder, `${name}.gz`)));
      await writeFile(join(folder, name), bytes);
    }
    await writeFile(
      join(folder, mnistFiles[0]),
      gunzipSync(await readFile(join(embeddedFolder, `${mnistFiles[0]}.gz`))).subarray(0, 1_000_000),
    );
    await writeFile(join(folder, mnistFiles[3]), Buffer.from("no labels"));
    const { ok, records, problems } = await verifyDataset(folder);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 0, test: 0 } });
    const again = expect.stringContaining("fetch it again");
    expect([...problems].sort((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
      {
        file: join(folder, mnistFiles[3]),
        offset: 0,
        found: "6e 6f 20 6c",
        remedy: again,
        expected: "the bytes 00 00 08 01 of labels (IDX, 1 dimension)",
      },
      {
        file: join(folder, mnistFiles[0]),
        offset: 1_000_000,
        found: "the end of the data",
        remedy: again,
        expected: "7840016 bytes for dimensions 10000 x 28 x 28",
      },
    ]);
  });

  it("finds nothing in a folder of nothing, or where there is none", async () => {
    const folder = await emptyFolder();
    for (const place of [folder, join(folder, "none")]) {
      const { ok, format, records, classes, problems } = await verifyDataset(place);
      expect({ ok, format, records, classes }).toEqual({
        ok: false,
        format: null,
        records: { train: 0, test: 0 },
        classes: {},
      });
      expect(problems).toMatchObject([{ file: place, offset: null }]);
    }
  });
});
