/** `npx nsm` in the clone runs this program, built or not, and never another package of that name. */
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageVersion } from "../../src/version.ts";
import { emptyFolder, makeFolder, type Outcome, removeFolder, root, start } from "./nsm.ts";

/** A registry in which somebody else has published a package named nsm. */
const requests: string[] = [];
const foreign = createServer(({ url }, response) => {
  requests.push(url!);
  const dist = { tarball: `http://${response.req.headers.host}/nsm.tgz`, shasum: "0".repeat(40) };
  const versions = { "9.9.9": { name: "nsm", version: "9.9.9", bin: { nsm: "nsm.js" }, dist } };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ name: "nsm", "dist-tags": { latest: "9.9.9" }, versions }));
});

let home: string;

beforeAll(async () => {
  home = await makeFolder();
  await new Promise<void>((ready) => foreign.listen(0, "127.0.0.1", ready));
});
afterAll(async () => {
  foreign.close();
  await removeFolder(home);
});

/** npx of a user without settings or cache. */
const npx = (cwd: string, ...args: string[]): Promise<Outcome> => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const registry = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`;
  const settings = {
    HOME: home,
    npm_config_registry: registry,
    npm_config_cache: join(home, "cache"),
    npm_config_update_notifier: "false",
  };
  requests.length = 0;
  return start("npx", args, { cwd, env: { ...Object.fromEntries(inherited), ...settings } }).outcome;
};

const version = { status: 0, stdout: `${packageVersion}\n` };

test.each(["", "src", "src/cli", "test"])("in the clone's folder %j", async (folder) => {
  expect(await npx(join(root, folder), "nsm", "--version")).toMatchObject(version);
  expect(requests).toEqual([]);
});

test("in an empty folder of the clone", async () => {
  const folder = join(root, "runs", "nsm-npx-test");
  await mkdir(folder, { recursive: true });
  try {
    expect(await npx(folder, "nsm", "--version")).toMatchObject(version);
    expect(requests).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await removeFolder(folder);
  }
});

test("in a fresh clone, where nothing is installed or built: it says so", async () => {
  const clone = join(await emptyFolder(), "clone");
  for (const name of ["package.json", ".npmrc", "bin"])
    await cp(join(root, name), join(clone, name), { recursive: true });
  const { status, stdout, stderr } = await npx(clone, "nsm", "--version");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^nsm: not built: run `npm install && npm run build` in .*clone\/$/m);
  expect(stderr).not.toMatch(/^ +at /m);
  // Built, but without its packages.
  await cp(join(root, "bundle"), join(clone, "bundle"), { recursive: true });
  const bare = await npx(clone, "nsm", "studio");
  expect({ status: bare.status, stdout: bare.stdout }).toEqual({ status: 1, stdout: "" });
  expect(bare.stderr).toMatch(/^nsm: its packages are not installed: run /m);
  expect(requests).toEqual([]);
});

test("in a project that has the package, and in its folders, as npm links it there", async () => {
  const project = await emptyFolder();
  await mkdir(join(project, "node_modules", ".bin"), { recursive: true });
  await mkdir(join(project, "notes"));
  await symlink(root, join(project, "node_modules", "neural-sampling"));
  for (const name of ["nsm", "neural-sampling"])
    await symlink("../neural-sampling/bin/nsm.js", join(project, "node_modules", ".bin", name));
  expect(await npx(project, "nsm", "--version")).toMatchObject(version);
  expect(await npx(join(project, "notes"), "neural-sampling", "--version")).toMatchObject(version);
  expect(requests).toEqual([]);
});

/** Folders of the clone with a package of their own, which npx takes for the project. */
const packages = async (): Promise<string[]> => {
  const isOurs = (path: string): boolean =>
    !/(^|\/)(node_modules|runs|dist|\.git)(\/|$)/.test(relative(root, path));
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === "package.json" && folder !== root) found.push(dirname(path));
      if (entry.isDirectory() && isOurs(path)) await walk(path);
    }
  };
  await walk(root);
  return found;
};

test("in a package inside the clone, the other nsm is neither fetched nor run", async () => {
  for (const folder of await packages()) {
    const { status, stdout } = await npx(folder, "nsm", "--version");
    expect({ folder, stdout }).toEqual({ folder, stdout: "" });
    expect(status).not.toBe(0);
    expect(requests.filter((path) => path.endsWith(".tgz"))).toEqual([]);
  }
});
