import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mnistEntry } from "../../../src/datasets/fetching/entries/mnist.ts";
import type { DatasetEntry } from "../../../src/datasets/fetching/entry.ts";
import { type FetchProgress, fetchDataset } from "../../../src/datasets/fetching/fetch.ts";
import { ConfigError, DataError, DownloadError, StorageError } from "../../../src/errors.ts";
import { emptyFolder } from "../folder.ts";
import { mirror, type Serve, serveFiles, serveInPieces } from "./mirror.ts";

const noise = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 16) & 255);

const contents = new Map([
  ["images.gz", noise(100_000, 1)],
  ["labels.gz", noise(1_000, 2)],
]);
const [images, labels] = [...contents.values()] as [Uint8Array, Uint8Array];

/** MNIST's entry, but with the small files above. */
const entry: DatasetEntry = {
  ...mnistEntry,
  files: [...contents].map(([name, data]) => ({
    name,
    bytes: data.length,
    sha256: createHash("sha256").update(data).digest("hex"),
    contentSha256: "",
  })),
};
const one: DatasetEntry = { ...entry, files: entry.files.slice(0, 1) };
const patience = { attempts: 3, backoffMs: 1, stallMs: 2_000 };

const installed = async (folder: string, name = "images.gz"): Promise<boolean> =>
  Buffer.compare(await readFile(join(folder, name)), contents.get(name)!) === 0;

/** Answers every request by the same, fixed response. */
const always =
  (status: number, body: Uint8Array | string = "", headers: Record<string, string> = {}): Serve =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

describe("fetchDataset", () => {
  it("fetches every file into a new folder, with progress", async () => {
    const { url, requests } = await mirror(serveFiles(contents));
    const folder = join(await emptyFolder(), "a/b");
    const seen: FetchProgress[] = [];
    const onProgress = (progress: FetchProgress) => seen.push(progress);
    expect(await fetchDataset(entry, { folder, mirror: url, patience, onProgress })).toEqual({
      folder,
      fetched: ["images.gz", "labels.gz"],
      present: [],
    });
    expect((await readdir(folder)).sort()).toEqual(["images.gz", "labels.gz"]);
    expect(await installed(folder)).toBe(true);
    expect(await installed(folder, "labels.gz")).toBe(true);
    expect(requests).toEqual(["/data/images.gz whole", "/data/labels.gz whole"]);
    expect(seen.every(({ bytes }) => bytes === 101_000)).toBe(true);
    expect(seen.map(({ received }) => received)).toEqual(
      seen.map(({ received }) => received).sort((a, b) => a - b),
    );
    expect(seen.at(-1)).toEqual({ file: "labels.gz", received: 101_000, bytes: 101_000 });
  });

  it("leaves alone what is there and right", async () => {
    const { url, requests } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await writeFile(join(folder, "images.gz"), images);
    const { fetched, present } = await fetchDataset(entry, { folder, mirror: url, patience });
    expect({ fetched, present }).toEqual({ fetched: ["labels.gz"], present: ["images.gz"] });
    expect(requests).toEqual(["/data/labels.gz whole"]);
  });

  it("does not overwrite another file of that name", async () => {
    const { url, requests } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await writeFile(join(folder, "images.gz"), "mine");
    const fetching = fetchDataset(entry, { folder, mirror: url, patience });
    await expect(fetching).rejects.toThrow(DataError);
    await expect(fetching).rejects.toThrow(/images\.gz.*not overwritten/);
    expect(await readFile(join(folder, "images.gz"), "utf8")).toBe("mine");
    expect(requests).toEqual([]);
  });

  it("goes on where the connection broke, at any byte and as often as it takes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1000, max: 40_000 }), { maxLength: 6 }), async (pieces) => {
        const { serve, onProgress } = serveInPieces(contents, pieces);
        const { url, requests } = await mirror(serve);
        const folder = await emptyFolder();
        await fetchDataset(one, { folder, mirror: url, patience, onProgress });
        expect(await installed(folder)).toBe(true);
        expect(await readdir(folder)).toEqual(["images.gz"]);
        let start = 0;
        const ranges = pieces.map((piece) => (start += piece)).filter((end) => end < images.length);
        expect(requests.slice(1)).toEqual(ranges.map((end) => `/data/images.gz bytes=${end}-`));
      }),
      { numRuns: 25 },
    );
  });

  it("goes on from what an earlier call left, at another mirror", async () => {
    const { serve, onProgress } = serveInPieces(contents, [30_000, 0, 0, 0]);
    const broken = await mirror(serve);
    const folder = await emptyFolder();
    const fetching = fetchDataset(one, { folder, mirror: broken.url, patience, onProgress });
    await expect(fetching).rejects.toThrow(DownloadError);
    expect(await readdir(folder)).toEqual(["images.gz.part"]);
    expect((await stat(join(folder, "images.gz.part"))).size).toBe(30_000);
    const whole = await mirror(serveFiles(contents));
    await fetchDataset(one, { folder, mirror: whole.url, patience });
    expect(whole.requests).toEqual(["/data/images.gz bytes=30000-"]);
    expect(await installed(folder)).toBe(true);
  });

  it("starts again where the server knows no ranges", async () => {
    const { url, requests } = await mirror(always(200, images, { "content-length": "100000" }));
    const folder = await emptyFolder();
    await writeFile(join(folder, "images.gz.part"), images.subarray(0, 40_000));
    await fetchDataset(one, { folder, mirror: url, patience });
    expect(requests).toEqual(["/data/images.gz bytes=40000-"]);
    expect(await installed(folder)).toBe(true);
  });

  it("refuses contents with another checksum and leaves nothing of them", async () => {
    const wrong = new Map([["images.gz", images.with(50_000, images[50_000]! ^ 1)]]);
    const { url, requests } = await mirror(serveFiles(wrong));
    const folder = await emptyFolder();
    const fetching = fetchDataset(one, { folder, mirror: url, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(/contents with SHA-256 [0-9a-f]{64} from http:.*\/images\.gz;/);
    expect(await readdir(folder)).toEqual([]);
    expect(requests.length).toBe(1);
  });

  it.each([
    ["short", 5_000, ["bytes=5000-", "whole"]],
    ["as long as the file", 100_000, ["whole"]],
    ["longer than the file", 100_001, ["whole"]],
  ])("starts afresh after a partial file of rubbish that is %s", async (_, length, asked) => {
    const { url, requests } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await writeFile(join(folder, "images.gz.part"), noise(length, 99));
    await fetchDataset(one, { folder, mirror: url, patience });
    expect(await installed(folder)).toBe(true);
    expect(await readdir(folder)).toEqual(["images.gz"]);
    expect(requests).toEqual(asked.map((range) => `/data/images.gz ${range}`));
  });

  it("goes to the next mirror where one has no such file, naming all when none has", async () => {
    const [absent, forbidden, good] = [
      await mirror(always(404)),
      await mirror(always(403)),
      await mirror(serveFiles(contents)),
    ];
    const folder = await emptyFolder();
    const poor = { ...one, mirrors: [absent.url, forbidden.url] };
    const fetching = fetchDataset(poor, { folder, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(
      `HTTP 404 Not Found from ${absent.url}images.gz, HTTP 403 Forbidden from ${forbidden.url}images.gz`,
    );
    await expect(fetching).rejects.toThrow(/give another mirror/);
    await fetchDataset({ ...one, mirrors: [absent.url, good.url] }, { folder, patience });
    expect(await installed(folder)).toBe(true);
    // A refusal is not asked again.
    expect([absent.requests.length, forbidden.requests.length]).toEqual([2, 1]);
  });

  it("tries again after a server's failure, but not for ever", async () => {
    const flaky = await mirror((request, response, nth) =>
      nth < 3
        ? always(nth === 1 ? 500 : 429)(request, response, nth)
        : serveFiles(contents)(request, response, nth),
    );
    const folder = await emptyFolder();
    await fetchDataset(one, { folder, mirror: flaky.url, patience });
    expect(await installed(folder)).toBe(true);

    const broken = await mirror(always(503));
    const fetching = fetchDataset(one, { folder: await emptyFolder(), mirror: broken.url, patience });
    await expect(fetching).rejects.toThrow(/HTTP 503 Service Unavailable/);
    expect(broken.requests.length).toBe(patience.attempts);
  });

  it("gives up on a server that hangs, before the answer or within it", async () => {
    for (const serve of [() => {}, serveFiles(contents, 0), serveFiles(contents, 10)]) {
      const { url } = await mirror(serve);
      const impatient = { ...patience, attempts: 2, stallMs: 50 };
      const fetching = fetchDataset(one, { folder: await emptyFolder(), mirror: url, patience: impatient });
      await expect(fetching).rejects.toThrow(DownloadError);
      await expect(fetching).rejects.toThrow(/no byte for 0\.05 s/);
    }
  });

  it("bears with a server that is slow but never silent for long", async () => {
    const { url, requests } = await mirror((_, response) => {
      const send = (at: number) => {
        response.write(images.subarray(at, at + 10_000));
        if (at + 10_000 < images.length) setTimeout(send, 60, at + 10_000);
        else response.end();
      };
      send(0);
    });
    const folder = await emptyFolder();
    await fetchDataset(one, { folder, mirror: url, patience: { ...patience, stallMs: 300 } });
    expect(await installed(folder)).toBe(true);
    expect(requests.length).toBe(1);
  });

  it("takes the file and leaves what comes after it", async () => {
    const { url } = await mirror((_, response) => {
      response.write(Buffer.concat([images, noise(500, 3)]));
      response.end();
    });
    const folder = await emptyFolder();
    await fetchDataset(one, { folder, mirror: url, patience });
    expect(await installed(folder)).toBe(true);
  });

  it("says that nobody listens", async () => {
    const fetching = fetchDataset(one, {
      folder: await emptyFolder(),
      mirror: "http://127.0.0.1:1/",
      patience,
    });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(/ECONNREFUSED|fetch failed/);
  });

  it("stops reading at the size expected, however much comes", async () => {
    let sent = 0;
    const { url } = await mirror((_, response) => {
      const chunk = noise(50_000, 7);
      const more = () => {
        if (!response.destroyed)
          response.write(chunk, () => (sent += chunk.length) < 1e9 && setImmediate(more));
      };
      more();
    });
    const folder = await emptyFolder();
    const fetching = fetchDataset(one, { folder, mirror: url, patience });
    await expect(fetching).rejects.toThrow(/contents with SHA-256/);
    expect(sent).toBeLessThan(1e8);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["another file", always(200, "<!doctype html>", { "content-length": "15" }), /a file of 15 bytes/],
    ["a compressed one", always(200, "", { "content-encoding": "gzip" }), /content encoding gzip/],
    [
      "a page too short, of unknown length",
      always(200, "<!doctype html>"),
      /the end after 15 of 100000 bytes/,
    ],
    ["another range", always(206, images, { "content-range": "bytes 7-99999/100000" }), /another range/],
    ["a range without saying which", always(206, images), /another range/],
    ["nothing", always(204), /HTTP 204/],
  ])("refuses a server that serves %s", async (_, serve, message) => {
    const { url } = await mirror((request, response, nth) => {
      response.useChunkedEncodingByDefault = true;
      serve(request, response, nth);
    });
    const folder = await emptyFolder();
    const fetching = fetchDataset(one, { folder, mirror: url, patience });
    await expect(fetching).rejects.toThrow(DownloadError);
    await expect(fetching).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain("images.gz");
  });

  it("asks for the file as it is, not compressed for the way", async () => {
    let asked: string | string[] | undefined;
    const { url } = await mirror((request, response, nth) => {
      asked = request.headers["accept-encoding"];
      serveFiles(contents)(request, response, nth);
    });
    await fetchDataset(one, { folder: await emptyFolder(), mirror: url.slice(0, -1), patience });
    expect(asked).toBe("identity");
  });

  it("keeps what came when it is aborted", async () => {
    const { url } = await mirror(serveFiles(contents, 20_000));
    const folder = await emptyFolder();
    const controller = new AbortController();
    const patience = { attempts: 1, backoffMs: 1, stallMs: 600_000 };
    const onProgress = ({ received }: FetchProgress) =>
      received >= 20_000 && controller.abort(new Error("enough"));
    const { signal } = controller;
    await expect(fetchDataset(one, { folder, mirror: url, patience, onProgress, signal })).rejects.toThrow(
      "enough",
    );
    expect((await stat(join(folder, "images.gz.part"))).size).toBe(20_000);
    await expect(fetchDataset(one, { folder, mirror: url, patience, signal })).rejects.toThrow("enough");
  });

  it("is the only fetch into its folder, of this process and of others", async () => {
    const { url } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    const fetch = () => fetchDataset(one, { folder, mirror: url, patience });
    const [first, second] = await Promise.allSettled([fetch(), fetch()]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({
      reason: { name: "DownloadError", message: expect.stringMatching(/one fetch at a time/) },
    });
    const other = spawn("sleep", ["60"]);
    await writeFile(join(folder, `lock-${other.pid}`), "");
    await expect(fetch()).rejects.toThrow(DownloadError);
    await expect(fetch()).rejects.toThrow(`remove ${join(folder, `lock-${other.pid}`)}`);
    other.kill();
    await once(other, "exit");
    expect((await fetch()).present).toEqual(["images.gz"]);
    expect(await readdir(folder)).toEqual(["images.gz"]);
  });

  it("refuses a server that says that the file is empty", async () => {
    const { url, requests } = await mirror(always(200));
    const sizeUnknown = { ...one, files: one.files.map(({ bytes: _, ...file }) => file) };
    const fetching = fetchDataset(sizeUnknown, { folder: await emptyFolder(), mirror: url, patience });
    await expect(fetching).rejects.toThrow(/a file of unknown size/);
    expect(requests).toHaveLength(1);
  });

  it("refuses an unknown data set and a mirror that is no web address", async () => {
    await expect(fetchDataset("fashion")).rejects.toThrow(ConfigError);
    for (const mirror of ["", "data/mnist", "ftp://a/b", "file:///data"]) {
      const fetching = fetchDataset(one, { folder: await emptyFolder(), mirror, patience });
      await expect(fetching).rejects.toThrow(ConfigError);
    }
  });

  it.skipIf(!existsSync("/dev/full"))("says that the disk is full", async () => {
    const { url } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await symlink("/dev/full", join(folder, "images.gz.part"));
    const full = fetchDataset(one, { folder, mirror: url, patience });
    await expect(full).rejects.toThrow(StorageError);
    await expect(full).rejects.toThrow(/ENOSPC.*make room/);
  });

  it("says that the folder is none, or that a folder is in the way", async () => {
    const { url } = await mirror(serveFiles(contents));
    const folder = await emptyFolder();
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "taken", "images.gz.part"), { recursive: true });
    for (const place of ["file", "file/sub", "taken"]) {
      const fetching = fetchDataset(one, { folder: join(folder, place), mirror: url, patience });
      await expect(fetching).rejects.toThrow(StorageError);
    }
  });

  it("verifies the labels as well", async () => {
    const swapped = new Map([...contents, ["labels.gz", labels.toReversed()]]);
    const { url } = await mirror(serveFiles(swapped));
    const folder = await emptyFolder();
    await expect(fetchDataset(entry, { folder, mirror: url, patience })).rejects.toThrow(/labels\.gz/);
    expect(await readdir(folder)).toEqual(["images.gz"]);
  });
});
