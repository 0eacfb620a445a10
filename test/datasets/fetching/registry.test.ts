import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "../../../src/datasets/fetching/cache-folder.ts";
import { checksumOf } from "../../../src/datasets/fetching/checksum.ts";
import { mnistEntry } from "../../../src/datasets/fetching/entries/mnist.ts";
import { findDataset, registry } from "../../../src/datasets/fetching/registry.ts";
import { mnistFiles } from "../../../src/datasets/mnist.ts";
import { ConfigError } from "../../../src/errors.ts";

describe("the registry", () => {
  it("finds MNIST and names what it knows when asked for something else", () => {
    expect(findDataset("mnist")).toBe(mnistEntry);
    for (const name of ["MNIST", "", "constructor", "mnist "]) {
      expect(() => findDataset(name)).toThrow(ConfigError);
      expect(() => findDataset(name)).toThrow(/one of mnist/);
    }
  });

  it("lists MNIST's files in the order in which the reader takes them", () => {
    expect(mnistEntry.files.map((file) => file.name)).toEqual(mnistFiles.map((name) => `${name}.gz`));
  });

  it("is complete for every entry", () => {
    expect(registry.map(({ name }) => name)).toEqual([...new Set(registry.map(({ name }) => name))]);
    for (const entry of registry) {
      for (const words of [entry.title, entry.task, entry.licence, entry.authors, entry.citation])
        expect(words).not.toBe("");
      for (const mirror of entry.mirrors) expect(mirror).toMatch(/^https?:\/\/.*\/$/);
      if (entry.classNames) expect(new Set(entry.classNames).size).toBe(entry.classes);
      for (const file of entry.files) {
        expect(file.bytes ?? 1).toBeGreaterThan(0);
        expect(checksumOf(file)).toBeDefined();
        for (const sum of [file.sha256, file.contentSha256])
          expect(sum ?? "0".repeat(64)).toMatch(/^[0-9a-f]{64}$/);
        expect(file.md5 ?? "0".repeat(32)).toMatch(/^[0-9a-f]{32}$/);
        // There is a way to it: a mirror, an address of its own, or a page for people.
        expect(entry.mirrors.length > 0 || file.url !== undefined || entry.byHand !== undefined).toBe(true);
      }
    }
  });

  it.each([
    [
      "emnist",
      "gzip/emnist-letters-train-images-idx3-ubyte.gz",
      "letters/emnist-letters-train-images-idx3-ubyte.gz",
    ],
    ["cifar10", "cifar-10-batches-bin/data_batch_1.bin", "data_batch_1.bin"],
    ["cifar100", "cifar-100-binary/fine_label_names.txt", "fine_label_names.txt"],
    ["nmnist", "Train/7/00016.bin", "Train/7/00016.bin"],
    ["dvs-gesture", "DvsGesture/user01_fluorescent_led_labels.csv", "user01_fluorescent_led_labels.csv"],
  ])("takes of %s's archive %s, as %s", (name, path, to) => {
    const { entries, to: pattern } = findDataset(name).files[0]!.unpack!;
    expect(entries.test(path)).toBe(true);
    expect(path.replace(entries, pattern)).toBe(to);
    for (const other of [
      `../${path}`,
      `/${path}`,
      `${path}x`,
      `${path}\n`,
      path.replace("/", "/../"),
      `a/${path}`,
    ])
      expect(entries.test(other)).toBe(false);
  });
});

describe("cacheFolder", () => {
  it("follows the XDG base directory specification", () => {
    expect(cacheFolder("mnist", { XDG_CACHE_HOME: "/c" })).toBe("/c/neural-sampling/mnist");
    const home = join(homedir(), ".cache/neural-sampling/mnist");
    for (const value of [undefined, "", "relative/path"]) {
      expect(cacheFolder("mnist", { XDG_CACHE_HOME: value })).toBe(home);
    }
  });
});
