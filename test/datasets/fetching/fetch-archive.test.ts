import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fashionMnistEntry } from "../../../src/datasets/fetching/entries/mnist.ts";
import type { DatasetEntry, PublishedFile } from "../../../src/datasets/fetching/entry.ts";
import { fetchDataset } from "../../../src/datasets/fetching/fetch.ts";
import { listDatasets, listed } from "../../../src/datasets/fetching/presence.ts";
import { verifyUnpacked } from "../../../src/datasets/fetching/unpacked.ts";
import { DataError, DownloadError, type NsmError, StorageError } from "../../../src/errors.ts";
import { tarGz, zip } from "../../files/archives/pack.ts";
import { emptyFolder } from "../folder.ts";
import { mirror, serveFiles, serveInPieces } from "./mirror.ts";

/** Bytes that do not compress. */
const noise = (length: number, seed: number): Uint8Array =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, k) =>
      createHash("sha256").update(`${seed} ${k}`).digest(),
    ),
  ).subarray(0, length);
const hex = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");

const data = { train: noise(90_000, 1), test: noise(40_000, 2) };
const packed = [
  { path: "set/train.bin", data: data.train },
  { path: "set/test.bin", data: data.test },
];
const unpack = { entries: /^set\/(train|test)\.bin$/, to: "$1.bin", count: 2, mostBytes: 200_000 };
const archive = tarGz(packed);
const contents = new Map([["set.tar.gz", archive]]);
const whole: PublishedFile = {
  name: "set.tar.gz",
  bytes: archive.length,
  sha256: hex("sha256", archive),
  unpack,
};

const entryOf = (...files: readonly PublishedFile[]): DatasetEntry => ({
  name: "set",
  title: "Set",
  network: "mnist-cnn",
  task: "a test",
  classes: 2,
  train: 1,
  test: 1,
  mirrors: [],
  files,
  licence: "none",
  authors: "nobody",
  citation: "none",
});
const patience = { attempts: 3, backoffMs: 1, stallMs: 2_000 };
const installed = ["set.tar.gz.unpacked.json", "test.bin", "train.bin"];

describe("fetching an archive", () => {
  it("leaves what is in it, not itself, and does so once", async () => {
    const { url, requests } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    const fetch = () => fetchDataset(entryOf(whole), { folder, mirror: url, patience });
    expect(await fetch()).toEqual({ folder, fetched: ["set.tar.gz"], present: [] });
    expect((await readdir(folder)).sort()).toEqual(installed);
    expect(Buffer.compare(await readFile(join(folder, "train.bin")), data.train)).toBe(0);
    expect(await fetch()).toEqual({ folder, fetched: [], present: ["set.tar.gz"] });
    expect(requests).toEqual(["/data/set.tar.gz whole"]);
  });

  it("goes on where the connection broke", async () => {
    const { serve, onProgress } = serveInPieces(contents, [50_000, 30_000]);
    const { url, requests } = await mirror(serve);
    const folder = await emptyFolder();
    await fetchDataset(entryOf(whole), { folder, mirror: url, patience, onProgress });
    expect((await readdir(folder)).sort()).toEqual(installed);
    expect(requests).toEqual([
      "/data/set.tar.gz whole",
      "/data/set.tar.gz bytes=50000-",
      "/data/set.tar.gz bytes=80000-",
    ]);
  });

  it("refuses one with another checksum, and removes it", async () => {
    const wrong = new Map([["set.tar.gz", archive.map((byte, k) => (k === 5000 ? byte ^ 1 : byte))]]);
    const { url } = await mirror(serveFiles(wrong));
    const folder = await emptyFolder();
    const fetching = fetchDataset(entryOf(whole), { folder, mirror: url, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(/contents with SHA-256/);
    expect(await readdir(folder)).toEqual([]);
  });

  it("installs nothing of one that lacks a file, though it is the published one", async () => {
    const { url } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    const fetching = fetchDataset(entryOf({ ...whole, unpack: { ...unpack, count: 3 } }), {
      folder,
      mirror: url,
      patience,
    });
    await expect(fetching).rejects.toThrow(/2 files of the data set; expected 3/);
    expect(await readdir(folder)).toEqual(["set.tar.gz"]);
  });

  it("fetches again what has gone, and leaves alone what has changed", async () => {
    const { url, requests } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    const fetch = () => fetchDataset(entryOf(whole), { folder, mirror: url, patience });
    await fetch();
    await rm(join(folder, "test.bin"));
    expect((await fetch()).fetched).toEqual(["set.tar.gz"]);
    await writeFile(join(folder, "train.bin"), "mine");
    await expect(fetch()).rejects.toThrow(DataError);
    await expect(fetch()).rejects.toThrow(/train.bin: got contents with SHA-256 .*not overwritten/);
    expect(requests).toHaveLength(2);
    await rm(join(folder, "train.bin"));
    await writeFile(join(folder, "set.tar.gz.unpacked.json"), "{ no json");
    expect((await fetch()).fetched).toEqual(["set.tar.gz"]);
  });

  it("is held against what it had when its data are verified", async () => {
    const { url } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await fetchDataset(entryOf(whole), { folder, mirror: url, patience });
    const found = async () => {
      const problems: string[] = [];
      await verifyUnpacked(folder, ({ message }) => problems.push(message));
      return problems;
    };
    expect(await found()).toEqual([]);
    await writeFile(join(folder, "train.bin"), "mine");
    await rm(join(folder, "test.bin"));
    expect((await found()).sort()).toEqual([
      expect.stringMatching(/test.bin: got no such file; expected the one that set.tar.gz has/),
      expect.stringMatching(/train.bin: got contents with SHA-256/),
    ]);
  });

  it.each(["../outside", "../../../etc/hostname", "/etc/hostname", "a/../../outside"])(
    "has no record that names %s: nothing but the folder's own files is read",
    async (name) => {
      const folder = await emptyFolder();
      const record = join(folder, "set.tar.gz.unpacked.json");
      const files = [{ name, bytes: 1, sha256: "0" }];
      await writeFile(record, JSON.stringify({ archive: whole.sha256, files }));
      const problems: NsmError[] = [];
      await verifyUnpacked(folder, (problem) => problems.push(problem));
      expect(problems).toEqual([expect.any(DataError)]);
      expect(problems[0]!.message).toMatch(
        /unpacked.json: got no record of unpacked files; expected the names, .* of set.tar.gz\. Fetch/,
      );
    },
  );

  it.skipIf(process.platform === "win32")("waits for no pipe in the place of its files", async () => {
    const { url } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await fetchDataset(entryOf(whole), { folder, mirror: url, patience });
    await rm(join(folder, "train.bin"));
    execFileSync("mkfifo", [join(folder, "train.bin")]);
    const problems: NsmError[] = [];
    await verifyUnpacked(folder, (problem) => problems.push(problem));
    expect(problems).toEqual([expect.any(StorageError)]);
    expect(problems[0]!.message).toContain("train.bin: got a pipe or device; expected a file");
  });

  it("takes two archives, a zip among them, known by MD5 and of unknown size", async () => {
    const second = zip([{ path: "set/more.bin", data: noise(1000, 3) }]);
    const more: PublishedFile = {
      name: "more.zip",
      md5: hex("md5", second),
      unpack: { entries: /^set\/(more)\.bin$/, to: "deep/$1.bin", mostBytes: 2000 },
    };
    const { url, requests } = await mirror(serveFiles(new Map([...contents, ["more.zip", second]])));
    const folder = await emptyFolder();
    const totals = new Set<number>();
    const onProgress = ({ bytes }: { bytes: number }) => void totals.add(bytes);
    await fetchDataset(entryOf(whole, more), { folder, mirror: url, patience, onProgress });
    expect(await readdir(join(folder, "deep"))).toEqual(["more.bin"]);
    expect(requests).toEqual(["/data/set.tar.gz whole", "/data/more.zip bytes=0-0", "/data/more.zip whole"]);
    expect([...totals]).toEqual([archive.length, archive.length + second.length]);
    expect((await fetchDataset(entryOf(whole, more), { folder, mirror: url, patience })).fetched).toEqual([]);
  });

  it("asks a file's own address, if it has one, after the mirrors", async () => {
    const missing = await mirror((_, response) => void response.writeHead(404).end());
    const { url, requests } = await mirror((request, response, nth) => {
      request.url = request.url!.replace("file_downloaded", "set.tar.gz");
      serveFiles(contents)(request, response, nth);
    });
    const entry = { ...entryOf({ ...whole, url: `${url}file_downloaded` }), mirrors: [missing.url] };
    await fetchDataset(entry, { folder: await emptyFolder(), patience });
    expect([missing.requests.length, requests]).toEqual([1, ["/data/file_downloaded whole"]]);
  });

  it("says how a size cannot be told", async () => {
    const { url } = await mirror((_, response) => void response.writeHead(200).end("hello"));
    const { bytes: _, ...unsized } = whole;
    const fetching = fetchDataset(entryOf(unsized), { folder: await emptyFolder(), mirror: url, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    const broken = await mirror((_, response) => void response.writeHead(503).end());
    await expect(
      fetchDataset(entryOf(unsized), { folder: await emptyFolder(), mirror: broken.url, patience }),
    ).rejects.toThrow(/HTTP 503/);
    expect(broken.requests).toHaveLength(patience.attempts);
  });

  it("says where to get by hand what no program can fetch, and takes it from there", async () => {
    const entry = { ...entryOf(whole), byHand: "https://example.org/set" };
    const folder = await emptyFolder();
    const fetching = fetchDataset(entry, { folder, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(
      `Get set.tar.gz by hand from https://example.org/set and put it into ${folder}`,
    );
    await writeFile(join(folder, "set.tar.gz"), archive);
    expect((await fetchDataset(entry, { folder, patience })).fetched).toEqual(["set.tar.gz"]);
    expect((await readdir(folder)).sort()).toEqual(installed);
    // Another file of that name is not unpacked.
    const other = await emptyFolder();
    await writeFile(join(other, "set.tar.gz"), "something else");
    await expect(fetchDataset(entry, { folder: other, patience })).rejects.toThrow(/not overwritten/);
  });

  it("never trusts a file whose checksum nobody has published", async () => {
    const { url, requests } = await mirror(serveFiles(contents));
    const { sha256: _, ...unknown } = whole;
    const fetching = fetchDataset(entryOf(unknown), { folder: await emptyFolder(), mirror: url, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(/got no published checksum.*by hand/);
    expect(requests).toEqual([]);
  });
});

it("listDatasets says which data sets are in the cache", async () => {
  const cache = await emptyFolder();
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = cache;
  try {
    const sets = await listDatasets();
    for (const { name, present, folder, packaged } of sets)
      expect([name, present]).toEqual([name, packaged !== undefined && folder === packaged]);
    expect(sets.find(({ name }) => name === "cifar10")!.folder).toBe(join(cache, "neural-sampling/cifar10"));
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});

it("a data set that a package of the operating system holds is here, whole or not at all", async () => {
  const packaged = await emptyFolder();
  const entry = { ...fashionMnistEntry, packaged };
  for (const [k, { name }] of entry.files.entries()) {
    expect(await listed(entry), name).toMatchObject({ present: false });
    await writeFile(join(packaged, name), String(k));
  }
  expect(await listed(entry)).toMatchObject({ present: true, folder: packaged });
});
