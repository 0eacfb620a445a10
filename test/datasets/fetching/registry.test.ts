import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder } from "../../../src/datasets/fetching/cache-folder.ts";
import { findDataset, mnistEntry, registry } from "../../../src/datasets/fetching/registry.ts";
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
    for (const entry of registry) {
      expect(entry.licence).not.toBe("");
      expect(entry.citation).not.toBe("");
      for (const mirror of entry.mirrors) expect(mirror).toMatch(/^https:\/\/.*\/$/);
      for (const file of entry.files) {
        expect(file.bytes).toBeGreaterThan(0);
        expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(file.contentSha256).toMatch(/^[0-9a-f]{64}$/);
      }
    }
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
