/** What bad input gets: a message that says what was given and what to do, exit 1 or 2, and no file lost or half-written. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noiseOf } from "../../src/cli/noise-options.ts";
import { UsageError } from "../../src/errors.ts";
import {
  contentsOf,
  emptyFolder,
  expectFailure,
  expectNoStack,
  launcher,
  makeFolder,
  nsm,
  nsmJson,
  type Outcome,
  refused,
  removeFolder,
  start,
  writeDigits,
  writeNetwork,
} from "./nsm.ts";

let folder: string;
let network: string;
let data: string;
let run: string;
let picture: string;

beforeAll(async () => {
  folder = await makeFolder();
  network = await writeNetwork(folder);
  data = await writeDigits(join(folder, "digits"), 200, 40);
  run = join(folder, "run");
  await nsmJson(["train", ...small(run), "--epochs", "2"]);
  picture = join(folder, "digit.png");
  const pixels = new Uint8Array(784).fill(200, 300, 400);
  await writeFile(picture, encode({ width: 28, height: 28, channels: 1, depth: 8, data: pixels }));
});
afterAll(() => removeFolder(folder));

const small = (out: string): string[] => [
  ...["--network", network, "--data", data, "--samples", "2", "--out", out],
];

describe("settings that cannot be used are wrong usage, and make no folder", () => {
  test.each<[string, string[], RegExp]>([
    ["p of 0", ["mnist-mlp", "--p", "0"], /p = 0; expected a probability strictly between 0 and 1/],
    ["p above 1", ["mnist-mlp", "--p", "1.5"], /p = 1.5; expected a probability/],
    ["p that is no number", ["mnist-mlp", "--p", "half"], /argument 'half' is invalid. Expected a number/],
    ["sigma of 0", ["mnist-mlp", "--sigma", "0"], /sigma = 0; expected a positive/],
    ["a negative sigma", ["mnist-mlp", "--sigma", "-1"], /sigma = -1; expected a positive/],
    [
      "p of Gaussian noise",
      ["mnist-mlp", "--noise", "gaussian", "--p", "0.5"],
      /--p without --noise bernoulli/,
    ],
    ["p and sigma", ["mnist-mlp", "--p", "0.5", "--sigma", "1"], /--sigma without --noise gaussian/],
    ["unknown noise", ["mnist-mlp", "--noise", "poisson"], /Allowed choices are bernoulli, gaussian/],
    ["unknown network", ["mnist-cmm"], /"mnist-cmm"; expected mnist-mlp or mnist-cnn/],
    ["unknown device", ["mnist-mlp", "--device", "tpu"], /Allowed choices are cpu, webgpu, cuda/],
    ["no threads", ["mnist-mlp", "--threads", "0"], /Expected a whole number from 1 to 64/],
    ["too many threads", ["mnist-mlp", "--threads", "65"], /Expected a whole number from 1 to 64/],
    ["zero samples", ["mnist-mlp", "--samples", "0"], /Expected a whole number of at least 1/],
    [
      "a seed too large to be exact",
      ["mnist-mlp", "--seed", "99999999999999999999"],
      /Expected a whole number from 0 to 9007199254740991/,
    ],
    ["zero epochs", ["mnist-mlp", "--epochs", "0"], /Expected a whole number of at least 1/],
    ["half an epoch", ["mnist-mlp", "--epochs", "0.5"], /Expected a whole number of at least 1/],
    ["a negative rate", ["mnist-mlp", "--learning-rate", "-1"], /Expected a number above 0/],
    ["momentum of Adam", ["mnist-mlp", "--momentum", "0.9"], /--momentum without --optimizer sgd/],
    [
      "a second learning rate of SGD",
      ["mnist-mlp", "--optimizer", "sgd", "--adam-learning-rate", "0.1"],
      /--adam-learning-rate without --optimizer muon/,
    ],
    ["steps of a cosine", ["mnist-mlp", "--step-epochs", "9"], /--step-epochs without --schedule step/],
    [
      "jitter beyond any recording",
      ["nmnist-cnn", "--time-jitter", "1e10"],
      /Expected a number above 0, at most 1000000000/,
    ],
    ["labels that digits do not have", ["mnist-mlp", "--labels", "coarse"], /no choice of labels/],
    [
      "half-size epochs of dense layers",
      ["mnist-mlp", "--half-size-epochs", "1"],
      /with the same parameters/,
    ],
    ["events of digits", ["mnist-mlp", "--drop-events", "0.1"], /not framed from event recordings/],
    ["noise of rectifiers", ["mnist-mlp", "--conventional", "--p", "0.5"], /--p for .*no noise/],
    [
      "noise of signs",
      ["mnist-mlp", "--baseline", "binary", "--noise", "gaussian"],
      /--noise for .*no noise/,
    ],
    ["no network", [], /no network; expected one network: mnist-mlp or mnist-cnn/],
  ])("train, %s", async (_, args, words) => {
    const out = join(await emptyFolder(), "new");
    expect(await refused(["train", ...args, "--out", out], 2)).toMatch(words);
    expect(await readdir(join(out, ".."))).toEqual([]);
  });

  test("two networks", async () => {
    expect(await refused(["train", "mnist-mlp", "--network", network], 2)).toContain("and --network");
  });

  test.each<[string, string[], RegExp]>([
    ["zero samples", ["evaluate", "RUN", "--samples", "0"], /Expected a whole number of at least 1/],
    ["confidence of 1", ["evaluate", "RUN", "--confidence", "1"], /strictly between 0 and 1/],
    ["unknown law", ["evaluate", "RUN", "--law", "axon"], /Allowed choices are unit, synapse/],
    [
      "zero samples",
      ["predict", "RUN", "PICTURE", "--samples", "0"],
      /Expected a whole number of at least 1/,
    ],
    ["no picture", ["predict", "RUN"], /missing required argument 'images'/],
    [
      "unknown format",
      ["export", "RUN", "--out", "x", "--format", "tflite"],
      /Allowed choices are onnx, safetensors/,
    ],
    [
      "passes of one pass",
      ["export", "RUN", "--out", "x", "--noise", "inputs", "--samples", "5"],
      /--samples without --noise inside/,
    ],
    [
      "a name of another kind",
      ["export", "RUN", "--out", "x.txt"],
      /ends in \.txt; expected a name that ends in \.onnx/,
    ],
    ["no file to write", ["export", "RUN"], /required option '--out <file>' not specified/],
    ["zero images at once", ["export", "RUN", "--out", "x", "--batch", "0"], /whole number of at least 1/],
    ["unknown data", ["data", "fetch", "mnst"], /"mnst"; expected one of mnist/],
    [
      "a mirror that is no URL",
      ["data", "fetch", "mnist", "--mirror", "here", "--out", "RUN"],
      /begins with http/,
    ],
  ])("%s: nsm %j", async (_, args, words) => {
    const filled = args.map((arg) => ({ RUN: run, PICTURE: picture })[arg] ?? arg);
    expect(await refused(filled, 2)).toMatch(words);
  });
});

test("a file to write in a folder that is missing", async () => {
  const out = join(await emptyFolder(), "missing", "x.onnx");
  const message = await refused(["export", run, "--out", out], 1);
  expect(message).toContain("expected a file in a folder that exists. Make the folder first");
});

describe("networks that cannot be used", () => {
  const refuseNetwork = async (text: string): Promise<string> => {
    const place = await emptyFolder();
    const file = join(place, "net.json");
    await writeFile(file, text);
    const message = await refused(["train", "--network", file, "--out", join(place, "run")], 2);
    expect(await readdir(place)).toEqual(["net.json"]);
    return message;
  };
  const withLayers = (...layers: object[]): string =>
    JSON.stringify({ name: "odd", encoding: "sign", input: [1, 28, 28], classes: 10, layers });

  test("no JSON", async () => {
    expect(await refuseNetwork("{")).toContain("got no JSON");
  });
  test("against the schema", async () => {
    expect(await refuseNetwork(withLayers({ type: "dense" }))).toMatch(/at layers.0.units/);
  });
  test("shapes that do not fit", async () => {
    const message = await refuseNetwork(withLayers({ type: "conv2d", channels: 4, kernel: 29 }));
    expect(message).toMatch(/layers.0 \(conv2d\): got a window of 29 x 29 on an image of 1 x 28 x 28/);
  });
  test("a convolution behind a dense layer", async () => {
    const message = await refuseNetwork(
      withLayers({ type: "dense", units: 4 }, { type: "conv2d", channels: 4, kernel: 3 }),
    );
    expect(message).toContain("Put convolutions and pooling before the first dense layer");
  });
  test("images of another size than the data's", async () => {
    const place = await emptyFolder();
    const file = join(place, "net.json");
    const layers = [{ type: "dense", units: 4 }];
    await writeFile(
      file,
      JSON.stringify({ name: "wide", encoding: "sign", input: [1, 32, 32], classes: 10, layers }),
    );
    const message = await refused(
      ["train", "--network", file, "--data", data, "--out", join(place, "run")],
      1,
    );
    expect(message).toContain("expected at least one image of 1 x 32 x 32");
    expect(await readdir(place)).toEqual(["net.json"]);
  });
  test("no such file", async () => {
    expect(await refused(["train", "--network", join(folder, "nowhere.json")], 1)).toContain("ENOENT");
  });
});

describe("data that cannot be used", () => {
  const refuseData = async (spoil: (place: string) => Promise<unknown>): Promise<string> => {
    const place = await emptyFolder();
    const digits = join(place, "digits");
    await cp(data, digits, { recursive: true });
    await spoil(digits);
    const args = ["train", "--network", network, "--data", digits, "--out", join(place, "run")];
    const message = await refused(args, 1);
    expect(await readdir(place)).toEqual(["digits"]);
    return message;
  };

  test("no such folder", async () => {
    const message = await refused(["train", "mnist-mlp", "--data", join(folder, "nowhere")], 1);
    expect(message).toContain("nsm data fetch mnist");
  });
  test("an empty folder", async () => {
    const message = await refused(["train", "mnist-mlp", "--data", await emptyFolder()], 1);
    expect(message).toMatch(/got an empty folder; expected .*train-images-idx3-ubyte.*nsm data fetch mnist/);
  });
  test("a truncated file", async () => {
    const message = await refuseData(async (digits) => {
      const file = join(digits, "train-images-idx3-ubyte");
      await writeFile(file, (await readFile(file)).subarray(0, 5000));
    });
    expect(message).toContain("train-images-idx3-ubyte");
  });
  test("labels in the place of images", async () => {
    const message = await refuseData((digits) =>
      cp(join(digits, "t10k-labels-idx1-ubyte"), join(digits, "t10k-images-idx3-ubyte")),
    );
    expect(message).toContain("t10k-images-idx3-ubyte");
  });
  test("a label that is no digit", async () => {
    const message = await refuseData(async (digits) => {
      const file = join(digits, "train-labels-idx1-ubyte");
      const bytes = await readFile(file);
      bytes[20] = 10;
      await writeFile(file, bytes);
    });
    expect(message).toContain("got label 10 of image 12; expected labels from 0 to 9");
  });
  test("data that have changed since a validation split was kept out of them", async () => {
    const place = await emptyFolder();
    const digits = await writeDigits(join(place, "digits"), 100, 20);
    const out = join(place, "run");
    const args = ["--network", network, "--data", digits, "--samples", "2", "--epochs", "1"];
    await nsmJson(["train", ...args, "--validation", "10", "--out", out]);
    await writeDigits(digits, 101, 20);
    const message = await refused(["evaluate", out, "--samples", "2"], 2);
    expect(message).toMatch(/got other data than those that it was held out of.*--split test/);
    const { split } = await nsmJson(["evaluate", out, "--samples", "2", "--split", "test"]);
    expect(split).toContain("20 images");
  });
  test("other data than those of the run", async () => {
    const other = await writeDigits(join(await emptyFolder(), "digits"), 100, 20);
    const before = await contentsOf(run);
    const message = await refused(["train", "--resume", run, "--data", other, "--epochs", "3"], 1);
    expect(message).toMatch(/got other data: .*; expected the data that the run was started with/);
    expect(await contentsOf(run)).toEqual(before);
  });
});

describe("pictures that cannot be used", () => {
  test.each<[string, () => Uint8Array, RegExp]>([
    ["no image", () => Buffer.from("not a picture"), /a file that is no PNG/],
    ["an empty file", () => new Uint8Array(0), /a file that is no PNG/],
    [
      "another size",
      () => encode({ width: 20, height: 28, channels: 1, depth: 8, data: new Uint8Array(560) }),
      /got 20 x 28 pixels \(width x height\); expected 28 x 28/,
    ],
  ])("%s", async (_, bytes, words) => {
    const file = join(await emptyFolder(), "odd.png");
    await writeFile(file, bytes());
    expect(await refused(["predict", run, file], 1)).toMatch(words);
    // Among others it is reported, and they are predicted.
    const { status, stdout, stderr } = await nsm(["predict", run, picture, file, picture, "--json"]);
    expect({ status, words: words.test(stderr) }).toEqual({ status: 1, words: true });
    const [first, failed, last] = JSON.parse(stdout);
    for (const each of [first, last])
      expect(each).toMatchObject({ file: picture, label: expect.any(Number) });
    expect(failed).toEqual({
      file,
      error: {
        kind: "DataError",
        place: { file },
        message: expect.stringMatching(words),
        ...{ given: expect.any(String), expected: expect.any(String), remedy: expect.any(String) },
      },
    });
  });
  test("no such file", async () => {
    expect(await refused(["predict", run, join(folder, "nowhere.png")], 1)).toContain("ENOENT");
  });
});

describe("runs that cannot be used", () => {
  /** A copy of the run, spoilt. */
  const spoilt = async (spoil: (place: string) => Promise<unknown>): Promise<string> => {
    const place = join(await emptyFolder(), "run");
    await cp(run, place, { recursive: true });
    await spoil(place);
    return place;
  };
  const newest = (place: string): string => join(place, "checkpoints", "step-000000004.safetensors");
  const flip = async (file: string, byte: number): Promise<void> => {
    const bytes = await readFile(file);
    bytes[byte]! ^= 1;
    await writeFile(file, bytes);
  };
  /** Every command that reads a run refuses this one, and changes nothing in it. */
  const refuseEverywhere = async (place: string): Promise<string> => {
    const before = await contentsOf(place);
    const messages = [
      await refused(["train", "--resume", place, "--epochs", "3"], 1),
      await refused(["evaluate", place], 1),
      await refused(["info", place], 1),
    ];
    expect(new Set(messages.map((message) => message.split("\n").at(-2))).size).toBe(1);
    expect(await contentsOf(place)).toEqual(before);
    return messages[0]!;
  };

  test("no run", async () => {
    const place = await emptyFolder();
    expect(await refuseEverywhere(place)).toContain("expected a run folder, which has a run.json");
  });
  test("a run.json that is damaged", async () => {
    const place = await spoilt((at) => writeFile(join(at, "run.json"), "{"));
    expect(await refuseEverywhere(place)).toContain("expected the run.json that training wrote");
  });
  test("a damaged checkpoint: the message names the one before it, from which the run goes on", async () => {
    const place = await spoilt((at) => flip(newest(at), 3000));
    const message = await refuseEverywhere(place);
    expect(message).toMatch(
      /do not match their checksum.* Remove it to go on from step-000000002.safetensors/,
    );
    await removeFolder(newest(place));
    expect(await nsmJson(["train", "--resume", place, "--samples", "2"])).toMatchObject({ steps: 4 });
    expect(await contentsOf(place)).toEqual(await contentsOf(run));
  });
  test("a truncated checkpoint", async () => {
    const place = await spoilt(async (at) =>
      writeFile(newest(at), (await readFile(newest(at))).subarray(0, 20_000)),
    );
    expect(await refuseEverywhere(place)).toContain("reading checkpoint");
  });
  test("a checkpoint of another run", async () => {
    const other = join(await emptyFolder(), "other");
    await nsmJson(["train", ...small(other), "--epochs", "2", "--seed", "9"]);
    const place = await spoilt((at) => cp(newest(other), newest(at)));
    expect(await refuseEverywhere(place)).toContain("got a checkpoint of another configuration");
  });
  test("a run.json with another configuration", async () => {
    const place = await spoilt(async (at) => {
      const description = JSON.parse(await readFile(join(at, "run.json"), "utf8"));
      description.training.learningRate = 0.5;
      await writeFile(join(at, "run.json"), JSON.stringify(description));
    });
    expect(await refuseEverywhere(place)).toContain("got a checkpoint of another configuration");
  });
  test.each([
    ["--p", "0.3"],
    ["--seed", "2"],
    ["--network", "net.json"],
    ["--out", "elsewhere"],
  ])("resuming with %s is wrong usage", async (...option) => {
    const message = await refused(["train", "--resume", run, ...option], 2);
    expect(message).toContain(`got ${option[0]}; expected the settings of the run`);
  });
  test("resuming with a network is wrong usage", async () => {
    expect(await refused(["train", "mnist-mlp", "--resume", run], 2)).toContain("got the network mnist-mlp");
  });
  test("resuming for fewer epochs than are done is wrong usage", async () => {
    const before = await contentsOf(run);
    expect(await refused(["train", "--resume", run, "--epochs", "1"], 2)).toContain("at least 2");
    expect(await contentsOf(run)).toEqual(before);
  });
  test("a folder in use as the place of a new run", async () => {
    const before = await contentsOf(run);
    const message = await refused(["train", ...small(run)], 1);
    expect(message).toContain(`Resume that run with --resume ${run}`);
    expect(message).not.toContain("training tiny");
    expect(await contentsOf(run)).toEqual(before);
  });
});

describe("places that cannot be written", () => {
  test("a run below a file", async () => {
    const message = await refused(["train", ...small(join(network, "run"))], 1);
    expect(message).toContain("a part of it is a file, not a folder");
  });
  // Nobody may make a folder in /sys, root included.
  test.runIf(process.platform === "linux")("a run where nobody may write", async () => {
    const message = await refused(["train", ...small("/sys/nsm-run")], 1);
    expect(message).toMatch(/making \/sys\/nsm-run: got (EPERM|EACCES|EROFS)/);
  });
  test("an exported file in no folder", async () => {
    const message = await refused(["export", run, "--out", join(folder, "nowhere", "model.onnx")], 1);
    expect(message).toContain("ENOENT");
  });

  /** A limit on the size of files: the write that crosses it is short, the one after it fails, as on a full disk. */
  const limited = (blocks: number, args: readonly string[]): Promise<Outcome> => {
    const script = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
    return start("sh", ["-c", script, "sh", process.execPath, launcher, ...args]).outcome;
  };
  test.skipIf(process.platform === "win32")(
    "a checkpoint that the disk takes only half of is no checkpoint",
    async () => {
      const out = join(await emptyFolder(), "run");
      const outcome = await limited(64, ["train", ...small(out)]);
      expect({ ...outcome, stderr: "" }).toEqual({ status: 1, stdout: "", stderr: "" });
      expect(outcome.stderr).toContain("writing ");
      expect(outcome.stderr).toContain("EFBIG");
      expectNoStack(outcome);
      expect(Object.keys(await contentsOf(out))).toEqual(["/run.json"]);
      // With room again the run goes on, and ends as if nothing had been.
      await nsmJson(["train", "--resume", out, "--epochs", "2", "--samples", "2"]);
      expect(await contentsOf(out)).toEqual(await contentsOf(run));
    },
  );
  test.skipIf(process.platform === "win32")(
    "an exported file that does not fit leaves the one before it",
    async () => {
      const out = join(await emptyFolder(), "model.onnx");
      await writeFile(out, "the one before");
      const outcome = await limited(8, ["export", run, "--out", out]);
      expect(outcome.status).toBe(1);
      expect(await contentsOf(join(out, ".."))).toEqual({
        "/model.onnx": Buffer.from("the one before").toString("base64"),
      });
    },
  );
});

/** Whether this machine lets a process have mounts of its own. */
const mountable = await start("unshare", ["-rm", "true"]).outcome.then(
  ({ status }) => status === 0,
  () => false,
);

// A file system of 200 kB: room for the checkpoint of the start, of 78 kB, and the next, but not for a third beside them.
test.runIf(mountable)(
  "a disk that fills up during a run: the last good checkpoint is kept, and the run goes on",
  async () => {
    const place = await emptyFolder();
    const disk = join(place, "disk");
    const kept = join(place, "kept");
    await mkdir(disk);
    const script =
      'disk=$1; kept=$2; shift 2; mount -t tmpfs -o size=200k none "$disk" || exit 99; "$@"; status=$?; cp -R "$disk/run" "$kept"; exit $status';
    const command = [process.execPath, launcher, "train", ...small(join(disk, "run")), "--epochs", "2"];
    const outcome = await start("unshare", ["-rm", "sh", "-c", script, "sh", disk, kept, ...command]).outcome;
    expect({ ...outcome, stderr: "" }).toEqual({ status: 1, stdout: "", stderr: "" });
    expect(outcome.stderr).toContain("The disk is full: make room or choose another place.");
    expectNoStack(outcome);
    const files = ["/checkpoints/step-000000000.safetensors", "/checkpoints/step-000000002.safetensors"];
    expect(Object.keys(await contentsOf(kept))).toEqual([...files, "/metrics.jsonl", "/run.json"]);
    await nsmJson(["train", "--resume", kept, "--samples", "2"]);
    expect(await contentsOf(kept)).toEqual(await contentsOf(run));
  },
);

describe("devices that are not there", () => {
  test("an installation without the engine's packages: no training is announced", async () => {
    const out = join(await emptyFolder(), "run");
    const preload = `data:text/javascript,${encodeURIComponent('import Module from "node:module"; const { _resolveFilename: resolve } = Module; Module._resolveFilename = (name, ...rest) => resolve(name === "koffi" ? "koffi-not-installed" : name, ...rest);')}`;
    const args = ["--import", preload, launcher, "train", ...small(out)];
    const { status, stderr } = await start(process.execPath, args).outcome;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^nsm: device cpu: got an installation without koffi; expected .*omit=optional/);
    expect(await readdir(join(out, ".."))).toEqual([]);
  });

  test("cuda, where the package without it is installed: no folder is made", async () => {
    const out = join(await emptyFolder(), "run");
    const message = await refused(["train", ...small(out), "--device", "cuda"], 1);
    expect(message).toMatch(
      /device cuda: got a machine on which ONNX Runtime('s CUDA library does not load| cannot start it)/,
    );
    expect(await readdir(join(out, ".."))).toEqual([]);
    expect(await refused(["evaluate", run, "--device", "cuda"], 1)).toContain("Use --device cpu");
  });
});

test("what nobody foresaw is told without a stack, which NSM_DEBUG=1 shows", async () => {
  const preload = `data:text/javascript,${encodeURIComponent("const { stringify } = JSON; JSON.stringify = (value, ...rest) => { if (value?.run) throw new Error('foreseen by nobody'); return stringify(value, ...rest); };")}`;
  const args = ["--import", preload, launcher, "info", run, "--json"];
  const outcome = await start(process.execPath, args).outcome;
  expect(outcome.status).toBe(1);
  expectFailure(outcome);
  expect(JSON.parse(outcome.stdout).error.kind).toBe("unexpected");
  expect(outcome.stderr).toMatch(/^nsm: unexpected failure: foreseen by nobody\n.*NSM_DEBUG=1/);
  expectNoStack(outcome);
  const env = { ...process.env, NSM_DEBUG: "1" };
  expect((await start(process.execPath, args, { env }).outcome).stderr).toMatch(/foreseen by nobody\n +at /);
});

describe("a run whose records are damaged", () => {
  test.each([
    ["metrics.jsonl", '{"epoch": 1, "los', "epochs", []],
    ["evaluation.json", "{", "evaluation", null],
  ] as const)("%s: nsm info says so and shows the rest", async (file, text, field, without) => {
    const copy = join(await emptyFolder(), "run");
    await cp(run, copy, { recursive: true });
    const whole = await nsmJson(["info", copy]);
    expect(whole.damaged).toEqual([]);
    await writeFile(join(copy, file), text);
    const { status, stdout, stderr } = await nsm(["info", copy]);
    expect(status).toBe(0);
    expect(stderr).toContain(join(copy, file));
    expect(stderr).toMatch(/^nsm: reading .*only a record.*\n$/);
    expect(stdout).toContain("2 of 2 epochs, step 4 of 4");
    const document = await nsmJson(["info", copy]);
    expect(document[field]).toEqual(without);
    expect(document.damaged).toEqual([expect.stringContaining(file)]);
    const rest = ["files", "damaged", "run", field];
    for (const key of Object.keys(whole).filter((key) => !rest.includes(key)))
      expect(document[key]).toEqual(whole[key]);
  });
});

test("nsm info lists no file that a training run is writing, nor its lock", async () => {
  const copy = join(await emptyFolder(), "run");
  await cp(run, copy, { recursive: true });
  const { files } = await nsmJson(["info", copy]);
  for (const name of [
    "lock-1-0f",
    "metrics.jsonl.1-2-0f.nsm-part",
    "checkpoints/a.safetensors.1-2-0f.nsm-part",
  ])
    await writeFile(join(copy, name), "");
  expect((await nsmJson(["info", copy])).files).toEqual(files);
});

test("a batch larger than the training split is trained, and said to be", async () => {
  const out = join(folder, "large-batch");
  const { status, stderr } = await nsm(["train", ...small(out), "--epochs", "1", "--batch", "500"]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/nsm: --batch 500 is more than the 200 training examples: each epoch is one step/);
});

describe("a file of noise", () => {
  test.each<[string, string, RegExp]>([
    ["a misspelt field", '{"values": [1, 2], "probability": [0.5, 0.5]}', /the unknown field "probability"/],
    ["another noise", '{"type": "gaussian", "sigma": 1}', /a noise of type "gaussian"/],
    ["lists of different lengths", '{"values": [1, 2], "probabilities": [1]}', /expected/],
    ["one value", '{"values": [1]}', /varia/],
    ["no JSON", "values: 1", /no JSON/],
    ["no array, as .npy", "values: 1", /expected/],
  ])("is refused by its name, as a wrong setting: %s", async (what, text, words) => {
    const file = join(folder, `${what}${what.endsWith(".npy") ? "" : ".json"}`);
    await writeFile(file, text);
    const outcome = await nsm(["evaluate", run, "--data", data, "--noise-table", file]);
    const { status, stdout, stderr } = outcome;
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(file);
    expect(stderr).toMatch(words);
    expectNoStack(outcome);
  });

  test("may be a whole noise of type table", async () => {
    const file = join(folder, "table.json");
    await writeFile(file, '{"type": "table", "values": [0.5, 1.5], "probabilities": [0.5, 0.5]}');
    const args = ["evaluate", run, "--data", data, "--samples", "2", "--noise-table", file];
    expect((await nsm(args)).status).toBe(0);
  });
});

test("a kind of noise that has no options of its own is asked for as JSON", async () => {
  const call = noiseOf({ noise: "drifting" as never });
  await expect(call).rejects.toThrow(UsageError);
  await expect(call).rejects.toThrow(
    /--noise drifting; expected this noise as JSON.*--noise '\{"type":"drifting", \.\.\.\}'/,
  );
});
