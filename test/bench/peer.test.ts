import { expect, test } from "vitest";
import { launchPeer, PeerError } from "../../bench/peers/peer.ts";

/** A JavaScript program that speaks the protocol. */
const script = (text: string, environment: Readonly<Record<string, string>> = {}) => ({
  command: process.execPath,
  arguments: ["-e", text],
  environment,
  remedy: "Install it.",
});
const GREETING = `console.log(JSON.stringify({ ready: true, threads: 2, library: "toy 1", blas: "toy" }));`;
const ANSWERING = `${GREETING}
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "exit") process.exit(0);
    const count = Number(line.split(" ")[1]);
    console.log(JSON.stringify({ ms: Array.from({ length: count }, (_, i) => i + Number(process.env.BASE)) }));
  });`;

test("a peer says who it is, answers every run and ends", async () => {
  const peer = await launchPeer("toy", script(ANSWERING, { BASE: "10" }));
  expect(peer).toMatchObject({ name: "toy", threads: 2, library: "toy 1" });
  expect(await peer.run(3)).toEqual([10, 11, 12]);
  expect(await peer.run(1)).toEqual([10]);
  await peer.close();
});

const failure = async (program: Parameters<typeof launchPeer>[1]): Promise<PeerError> => {
  const error = await launchPeer("toy", program).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(PeerError);
  return error as PeerError;
};

test("a missing interpreter is an error that says what to install", async () => {
  const error = await failure({ ...script(""), command: "/nowhere/python3" });
  expect(error.given).toContain("ENOENT");
  expect(error.remedy).toBe("Install it.");
});

test("a missing library is an error in the library's words", async () => {
  const error = await failure(script(`console.log('{"ready": false, "error": "No module named torch"}')`));
  expect(error.message).toContain("No module named torch");
  expect(error.message).toContain("Install it.");
});

test("the reference BLAS is refused as a peer", async () => {
  const error = await failure(script(GREETING.replace('"toy" }', '"reference" }')));
  expect(error.given).toContain("reference BLAS");
});

test("a peer that dies in a run is an error with its last words", async () => {
  const dying = `${GREETING} process.stdin.once("data", () => { console.error("out of memory"); process.exit(3); });`;
  const peer = await launchPeer("toy", script(dying));
  await expect(peer.run(1)).rejects.toThrow(/toy.*out of memory/);
  await expect(peer.run(1)).rejects.toThrow(PeerError);
  await peer.close();
});
