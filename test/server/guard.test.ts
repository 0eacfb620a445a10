/** Who is let in, and what is never served. */
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireOwnPage } from "../../src/server/guard.ts";
import { pathOf, startStudio, type TestStudio } from "./studio.ts";

let studio: TestStudio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.close());

test("the page is served isolated, under a strict policy, and only to this machine's own pages", async () => {
  const { status, headers, text } = await studio.get("/");
  expect(status).toBe(200);
  expect(text).toMatch(/<head>\s*<meta name="nsm-server" content="[\d.]+" \/>/);
  expect(headers).toMatchObject({
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  const policy = headers["content-security-policy"];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(headers["access-control-allow-origin"]).toBeUndefined();
});

test("at the port of http, browsers leave it out", () => {
  const head = { method: "GET", path: "/", headers: { host: "127.0.0.1", origin: "http://127.0.0.1" } };
  expect(() => requireOwnPage(head, 80)).not.toThrow();
  expect(() => requireOwnPage(head, 7410)).toThrow("got a request for 127.0.0.1");
});

test("a file of the page that has vanished is not found, and a new one is", async () => {
  const file = join(studio.page, "index-abc.js");
  await writeFile(file, "1");
  expect((await studio.get("/index-abc.js")).text).toBe("1");
  await rm(file);
  expect((await studio.get("/index-abc.js")).status).toBe(404);
  expect((await studio.get("/")).status).toBe(200);
});

test("hidden files beside the page are not served", async () => {
  await mkdir(join(studio.page, ".git"));
  for (const name of [".env", ".git/config"]) await writeFile(join(studio.page, name), "secret");
  for (const path of ["/.env", "/.git/config", "/%2eenv", "/%2Egit/config"])
    expect((await studio.get(path)).status).toBe(404);
});

describe("other sites", () => {
  test.each([
    ["a name that points here (DNS rebinding)", { host: "evil.example" }],
    ["such a name with the right port", { host: "evil.example:PORT" }],
    ["another port", { host: "127.0.0.1:1" }],
    ["a page of another origin", { origin: "http://evil.example" }],
    ["a page of another port here", { origin: "http://127.0.0.1:1" }],
    ["a sandboxed frame", { origin: "null" }],
    ["a page of another site", { "sec-fetch-site": "cross-site" }],
    ["a page of another port, as browsers tell", { "sec-fetch-site": "same-site" }],
  ])("%s is refused, also the token", async (_, headers) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", String(studio.port))]),
    );
    for (const path of ["/api/studio", "/api/runs", "/api/changes"]) {
      const { status, text } = await studio.get(path, sent);
      expect(status).toBe(403);
      expect(text).not.toContain(studio.token);
    }
    expect((await studio.post("/api/trainings", {}, sent)).status).toBe(403);
  });

  test("a link may open the page, not its data", async () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await studio.get("/", link)).status).toBe(200);
    expect((await studio.get("/api/runs", link)).status).toBe(403);
  });

  test("this machine's own names and page are let in", async () => {
    const own = `localhost:${studio.port}`;
    for (const headers of [
      { host: own },
      { host: own, origin: `http://${own}`, "sec-fetch-site": "same-origin" },
    ])
      expect((await studio.get("/api/runs", headers)).status).toBe(200);
  });
});

describe("what changes something", () => {
  const wanted = { name: "a", network: "mnist-mlp", epochs: 1 };

  test("needs the token", async () => {
    const wrong = "A".repeat(studio.token.length);
    for (const token of ["", wrong, `${studio.token}x`]) {
      const { status, json } = await studio.post("/api/trainings", wanted, { "nsm-token": token });
      expect(status).toBe(403);
      expect(json.error.remedy).toContain("Reload");
    }
    expect(await readdir(studio.runs)).toEqual([]);
  });

  test("needs JSON, which a form of another site cannot send", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
      expect((await studio.post("/api/trainings", wanted, { "content-type": type })).status).toBe(415);
  });

  test("is not done by GET, nor is what is read by POST", async () => {
    for (const path of ["/api/trainings", pathOf("a", "/stop"), pathOf("a", "/resume")]) {
      const { status, headers } = await studio.get(path);
      expect(status).toBe(405);
      expect(headers.allow).toBe("POST");
    }
    const { status, headers } = await studio.post("/api/runs", {});
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET" });
    expect((await studio.post("/", {})).status).toBe(405);
    expect(await readdir(studio.runs)).toEqual([]);
  });

  test("is refused with settings out of range, as options, and too large", async () => {
    for (const [body, words] of [
      [{ ...wanted, network: "--help" }, "network"],
      [{ ...wanted, epochs: 0 }, "epochs"],
      [{ ...wanted, out: "/tmp/x" }, "out"],
      [{ ...wanted, name: "../a" }, "name of a run"],
      [{ ...wanted, name: "/tmp/a" }, "name of a run"],
      [{ ...wanted, name: ".hidden" }, "name of a run"],
      [{ ...wanted, data: "a\0b" }, "data: holds a NUL character"],
      ["{", "no JSON document"],
    ] as const) {
      const { status, json } = await studio.post("/api/trainings", body);
      expect(status).toBe(400);
      expect(json.error.message).toContain(words);
    }
    const { status } = await studio.post("/api/trainings", { ...wanted, data: "x".repeat(1 << 17) });
    expect(status).toBe(413);
    expect(await readdir(studio.runs)).toEqual([]);
  });
});

test("a new run is refused where the list would not show it: too deep, in another run, below a link", async () => {
  const own = await startStudio();
  await mkdir(join(own.runs, "run"));
  await writeFile(join(own.runs, "run", "run.json"), "{}");
  await mkdir(join(own.around, "outside"));
  await symlink(join(own.around, "outside"), join(own.runs, "link"));
  await symlink(join(own.around, "nowhere"), join(own.runs, "loose"));
  for (const [name, status, words] of [
    ["1/2/3/4/5", 400, "at most 4 folders deep"],
    ["run/inner", 400, "run/inner, where run is a run"],
    ["run/checkpoints/inner", 400, "where run is a run"],
    ["run/run.json/inner", 400, "where run is a run"],
    ["link/inner", 400, "where link is a link"],
    ["loose/inner", 400, "where loose is a link"],
    ["loose", 409, "which is taken"],
    ["run", 409, "which is taken"],
  ] as const) {
    const { status: found, json } = await own.post("/api/trainings", {
      name,
      network: "mnist-mlp",
      epochs: 1,
    });
    expect([name, found]).toEqual([name, status]);
    expect(json.error.message).toContain(words);
  }
  expect((await readdir(own.runs)).sort()).toEqual(["link", "loose", "run"]);
  expect(await readdir(join(own.around, "outside"))).toEqual([]);
  await own.close();
});

describe("files outside", () => {
  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "//secret.txt",
    "/assets/../../secret.txt",
    "/api/runs/..%2f..%2fsecret.txt",
    "/api/runs/%2e%2e",
    "/api/runs/.",
    "/api/figures/..%2fsecret",
    "/api/runs/%00",
    "/api/runs/%",
  ])("%s leads to none", async (path) => {
    const { status, text } = await studio.get(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).not.toBe("secret");
  });

  test("a target that is no path is refused", async () => {
    expect((await studio.get("http://evil.example/")).status).toBe(400);
  });

  test("links that lead out of the folder are not followed", async () => {
    const outside = join(studio.around, "outside");
    await mkdir(outside);
    await writeFile(join(outside, "run.json"), '{"secret": true}');
    await symlink(outside, join(studio.runs, "link"));
    await mkdir(join(studio.runs, "inner"));
    await writeFile(join(studio.runs, "inner", "run.json"), "{}");
    await symlink(join(studio.around, "secret.txt"), join(studio.runs, "inner", "metrics.jsonl"));
    await symlink(join(outside, "run.json"), join(studio.runs, "x-quick.findings.json"));
    const { json } = await studio.get("/api/runs");
    // The folder is not entered by its link; the run says why it is not read.
    expect(json.runs.map(({ name }: { name: string }) => name)).toEqual(["inner"]);
    expect(json.runs[0].error).toContain("a link that leads out of");
    for (const name of ["link", "inner"]) {
      const { status, text } = await studio.get(pathOf(name));
      expect(status).toBe(403);
      expect(text).not.toContain('"secret"');
    }
    expect((await studio.post(pathOf("inner", "/assessment"), {})).status).toBe(403);
    expect((await studio.post(pathOf("inner", "/resume"), {})).status).toBe(403);
    expect((await studio.get("/api/experiments")).status).toBe(403);
  });
});
