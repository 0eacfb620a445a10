import { describe, expect, test } from "vitest";
import { packageVersion } from "../../src/version.ts";
import { nsm } from "./nsm.ts";

const commands = [
  ...["train", "evaluate", "predict", "export", "info"],
  ...["data list", "data fetch", "data verify", "data show", "data convert"],
  ...["substrate list", "substrate show", "substrate check"],
  ...["compare", "reproduce", "report", "studio"],
];

/** Those that run networks. */
const computing = ["train", "evaluate", "predict", "info", "compare", "reproduce"];

test.each(commands)("nsm %s --help shows an example and the common options", async (command) => {
  const { status, stdout, stderr } = await nsm([...command.split(" "), "--help"]);
  expect(status).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toMatch(new RegExp(`\\nExample:\\n  nsm ${command}\\b`));
  expect(stdout).toContain("--json");
  for (const option of ["--device <name>", "--threads <n>"])
    expect(stdout.includes(option)).toBe(computing.includes(command));
});

test("nsm train --help shows its options in groups", async () => {
  const { stdout } = await nsm(["train", "--help"]);
  const headings = [...stdout.matchAll(/^(\w[\w ]*):$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    ...["Arguments", "Run", "Network and noise", "Data", "Optimization", "Augmentation", "Computation"],
    ...["Options", "Example", "About the noise"],
  ]);
});

test("nsm --help names every command and shows an example", async () => {
  const { status, stdout } = await nsm(["--help"]);
  expect(status).toBe(0);
  for (const command of commands) expect(stdout).toContain(`\n  ${command.split(" ")[0]} `);
  expect(stdout).toContain("\nExample:\n  nsm train ");
});

test("nsm help train is nsm train --help", async () => {
  expect(await nsm(["help", "train"])).toEqual(await nsm(["train", "--help"]));
});

test.each([
  ["--help", "train"],
  ["-h", "data"],
  ["help", "--help", "train"],
])("nsm %s %s is the help of all commands", async (...args) =>
  expect(await nsm(args)).toEqual(await nsm(["--help"])),
);

test("nsm --version prints the version of the package", async () => {
  expect(await nsm(["--version"])).toEqual({ status: 0, stdout: `${packageVersion}\n`, stderr: "" });
});

describe("what is no command", () => {
  test.each([
    [["trian"], /^nsm: unknown command 'trian'\n\(Did you mean train\?\)\n$/],
    [["train", "--epoch", "3"], /^nsm: unknown option '--epoch'\n\(Did you mean --epochs\?\)\n$/],
    [["info"], /^nsm: missing required argument 'run'\n$/],
    [["info", "a", "b"], /^nsm: too many arguments for 'info'/],
    [["help", "trian"], /^nsm: unknown command 'trian'\n\(Did you mean train\?\)\n$/],
    [["trian", "--help"], /^nsm: unknown command 'trian'\n\(Did you mean train\?\)\n$/],
    [["data", "fetsh", "-h"], /^nsm: unknown command 'fetsh'\n\(Did you mean fetch\?\)\n$/],
    [["help", "data", "fetsh"], /^nsm: unknown command 'fetsh'\n\(Did you mean fetch\?\)\n$/],
    [["data", "fetsh"], /^nsm: unknown command 'fetsh'\n\(Did you mean fetch\?\)\n$/],
    [[], /^Usage: nsm /],
    [["data"], /^Usage: nsm data /],
  ])("nsm %j is wrong usage", async (args, words) => {
    const { status, stdout, stderr } = await nsm(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(words);
  });
});
