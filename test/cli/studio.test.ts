/** nsm studio: its start and its end. The server is tested in test/server. */
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openStudio } from "../../src/server/studio.ts";
import { emptyFolder, refused, type Started, startNsm } from "./nsm.ts";

/** The first line on standard output of a studio that has started. */
const addressOf = (started: Started): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    started.process.stdout!.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.split("\n")[0]!);
    });
    started.outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
  });

const occupied = async (): Promise<number> => {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

test.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "serves the page until %s, which ends it cleanly",
  async (signal) => {
    const runs = await emptyFolder();
    const studio = startNsm(["studio", runs, "--port", "0", "--no-open", "--json"]);
    const { url, folder } = JSON.parse(await addressOf(studio));
    expect(folder).toBe(runs);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="studio">');
    // An open stream of changes does not keep it.
    const changes = await fetch(`${url}api/changes`);
    expect(changes.status).toBe(200);
    studio.process.kill(signal);
    const { status, stderr } = await studio.outcome;
    expect(status).toBe(0);
    expect(stderr).toContain("the studio has ended");
    await expect(fetch(url)).rejects.toThrow();
  },
);

test("a port that is taken is refused where it was asked for", async () => {
  const port = await occupied();
  const message = await refused(["studio", await emptyFolder(), "--port", String(port), "--no-open"], 2);
  expect(message).toContain(`--port ${port}, which another program uses`);
});

test("without a port, the next free one is taken", async () => {
  const page = await emptyFolder();
  await writeFile(join(page, "index.html"), "");
  const open = () => openStudio({ folder: page, page, command: [process.execPath] });
  const [one, other] = [await open(), await open()];
  expect(new URL(other.url).port).not.toBe(new URL(one.url).port);
  await Promise.all([one.close(), other.close()]);
});

test("a folder that is not there, a file and a run are refused", async () => {
  const folder = await emptyFolder();
  const absent = await refused(["studio", join(folder, "absent"), "--no-open"], 1);
  expect(absent).toContain("expected a folder of runs");
  await writeFile(join(folder, "file"), "");
  expect(await refused(["studio", join(folder, "file"), "--no-open"], 1)).toContain("a folder of runs");
  await mkdir(join(folder, "run"));
  await writeFile(join(folder, "run", "run.json"), "{}");
  expect(await refused(["studio", join(folder, "run"), "--no-open"], 2)).toContain(`Open ${folder}.`);
});

test("a page that is not built is refused with the command that builds it", async () => {
  const folder = await emptyFolder();
  const opening = openStudio({ folder, page: join(folder, "dist"), port: 0, command: [process.execPath] });
  await expect(opening).rejects.toThrow("npm run build:studio");
});
