/** nsm data fetch, against a mirror on this machine that serves files of other contents under MNIST's names. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { mnistEntry } from "../../src/datasets/fetching/entries/mnist.ts";
import { mirror, serveFiles } from "../datasets/fetching/mirror.ts";
import { emptyFolder, refused, root, start, startNsm } from "./nsm.ts";

const contents = new Map(mnistEntry.files.map(({ name }, k) => [name, new Uint8Array(50_000 + k).fill(k)]));
const names = [...contents.keys()];

const compiled = (...path: string[]): string =>
  JSON.stringify(pathToFileURL(join(root, "dist", ...path)).href);

/** `nsm`, unbundled, with a registry that publishes these contents as MNIST. */
const startFetch = async (...args: string[]) => {
  const program = join(await emptyFolder(), "program.mjs");
  const published = [...contents].map(([name, data]) => {
    return { name, bytes: data.length, sha256: createHash("sha256").update(data).digest("hex") };
  });
  await writeFile(
    program,
    `import { main } from ${compiled("cli", "main.js")};
    import { mnistEntry } from ${compiled("datasets", "fetching", "entries", "mnist.js")};
    mnistEntry.files = ${JSON.stringify(published)};
    await main(process.argv.slice(2));`,
  );
  return start(process.execPath, [program, "data", "fetch", "mnist", ...args]);
};

test("fetches every file, and only what is missing", async () => {
  const out = join(await emptyFolder(), "mnist");
  const { url, requests } = await mirror(serveFiles(contents));
  const first = await (await startFetch("--mirror", url, "--out", out, "--json")).outcome;
  expect(first).toEqual({
    status: 0,
    stdout: `${JSON.stringify({ folder: out, fetched: names, present: [] })}\n`,
    stderr: `${names.join("\n")}\n`,
  });
  for (const name of names) expect(await readFile(join(out, name))).toEqual(Buffer.from(contents.get(name)!));

  const second = await (await startFetch("--mirror", url, "--out", out)).outcome;
  expect(second.status).toBe(0);
  expect(second.stdout).toContain("0 files fetched, 4 were there already");
  expect(second.stdout).toContain(`nsm train mnist-cnn --data ${out}`);
  expect(requests).toHaveLength(4);
});

test("Ctrl-C keeps what came, and the same command goes on from there", async () => {
  const out = join(await emptyFolder(), "mnist");
  const silent = await mirror(serveFiles(contents, 20_000));
  const fetching = await startFetch("--mirror", silent.url, "--out", out);
  await fetching.says(names[0]!);
  fetching.process.kill("SIGINT");
  const { status, stdout, stderr } = await fetching.outcome;
  expect({ status, stdout }).toEqual({ status: 130, stdout: "" });
  expect(stderr).toContain("the same command resumes");
  expect(await readdir(out)).toEqual([`${names[0]}.part`]);
  const { url } = await mirror(serveFiles(contents));
  expect((await (await startFetch("--mirror", url, "--out", out)).outcome).status).toBe(0);
  expect((await readdir(out)).sort()).toEqual([...names].sort());
});

test("files that are not those published are refused, and none appears", async () => {
  const out = join(await emptyFolder(), "mnist");
  const { url } = await mirror(serveFiles(contents));
  const refusal = await refused(["data", "fetch", "mnist", "--mirror", url, "--out", out], 1);
  expect(refusal).toMatch(/nsm: fetching train-images-idx3-ubyte.gz: got a file of 50000 bytes from http/);
  expect(await readdir(out)).toEqual([]);
});

test("a mirror without the files", async () => {
  const { url } = await mirror((_, response) => void response.writeHead(404).end());
  const out = await emptyFolder();
  const { status, stderr } = await startNsm(["data", "fetch", "mnist", "--mirror", url, "--out", out])
    .outcome;
  expect(status).toBe(1);
  expect(stderr).toContain("HTTP 404");
});
