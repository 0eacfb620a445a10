/** nsm data list and nsm data verify. */
import { cp, mkdir, readFile, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { embeddedFolder } from "../../src/datasets/mnist.ts";
import { emptyFolder, type Json, nsm, nsmJson, refused, writeDigits } from "./nsm.ts";

test("data list --json has the fields that scripts rely on", async () => {
  const cache = await emptyFolder();
  const sets = await nsmJson(["data", "list"], { env: { ...process.env, XDG_CACHE_HOME: cache } });
  expect(sets.map(({ name }: { name: string }) => name)).toEqual([
    ...["mnist", "fashion-mnist", "kmnist", "emnist", "cifar10", "cifar100", "nmnist", "dvs-gesture"],
  ]);
  expect(sets[4]).toMatchObject({
    name: "cifar10",
    task: "classification of small colour pictures",
    classes: 10,
    train: 50_000,
    test: 10_000,
    licence: expect.any(String),
    present: false,
  });
});

test("data list says what is here", async () => {
  const cache = await emptyFolder();
  const folder = join(cache, "neural-sampling", "cifar100");
  await mkdir(folder, { recursive: true });
  const sha256 = "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec";
  await writeFile(
    join(folder, "cifar-100-binary.tar.gz.unpacked.json"),
    JSON.stringify({ archive: sha256, files: [{ name: "train.bin", bytes: 3, sha256: "" }] }),
  );
  const list = () => nsm(["data", "list"], { env: { ...process.env, XDG_CACHE_HOME: cache } });
  expect((await list()).stdout).toMatch(/\ncifar100 .* no\n/);
  await writeFile(join(folder, "train.bin"), "abc");
  const { status, stdout } = await list();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^name +task +classes +training +test +to fetch +licence +here\n/);
  expect(stdout).toMatch(/\ncifar100 .* 168\.5 MB .* yes\n/);
  expect(stdout).toMatch(/\ndvs-gesture .* by hand .* no\n/);
});

test("data verify of whole data", async () => {
  const document = await nsmJson(["data", "verify", embeddedFolder]);
  expect(document).toMatchObject({
    ok: true,
    format: "idx",
    records: { train: 10_000, test: 2_000 },
    problems: [],
  });
  expect(Object.keys(document.classes)).toEqual([..."0123456789"]);
  const { status, stdout, stderr } = await nsm(["data", "verify", embeddedFolder]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(
    /^embedded MNIST subset: all is well\n +format +idx\n +records +10,000 training, 2,000 test\n/,
  );
});

test("data verify of damaged data ends with 1, and names each file with its place", async () => {
  const folder = await writeDigits(await emptyFolder(), 20, 10);
  await truncate(join(folder, "train-images-idx3-ubyte"), 1000);
  await writeFile(
    join(folder, "t10k-labels-idx1-ubyte"),
    Buffer.of(0, 0, 8, 1, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9),
  );
  const { status, stdout } = await nsm(["data", "verify", folder, "--json"]);
  expect(status).toBe(1);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ ok: false, records: { train: 0, test: 0 } });
  expect(document.problems).toEqual([
    {
      file: join(folder, "train-images-idx3-ubyte"),
      offset: 1000,
      expected: "15696 bytes for dimensions 20 x 28 x 28",
      found: "the end of the data",
      remedy: expect.stringContaining("nsm data fetch"),
    },
    {
      file: join(folder, "t10k-labels-idx1-ubyte"),
      offset: 4,
      expected: `10, one for each image of ${join(folder, "t10k-images-idx3-ubyte")}`,
      found: "9 labels",
      remedy: "Check that both files belong together.",
    },
  ]);
  const people = await nsm(["data", "verify", folder]);
  expect(people.status).toBe(1);
  expect(people.stdout).toContain("2 problems");
  expect(people.stdout).toContain(
    `${join(folder, "t10k-labels-idx1-ubyte")}, byte 4: got 9 labels; expected 10, one for each image`,
  );
});

test("a network of one's own is trained and asked on pictures of one's own", async () => {
  const folder = await emptyFolder();
  const picture = (value: number) =>
    encode({ width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(value) });
  for (const split of ["train", "test"])
    for (const [name, value] of [
      ["dark", 10],
      ["light", 240],
    ] as const) {
      await mkdir(join(folder, "data", split, name), { recursive: true });
      for (let k = 0; k < 6; k++)
        await writeFile(join(folder, "data", split, name, `${k}.png`), picture(value + k));
    }
  const network = join(folder, "net.json");
  await writeFile(
    network,
    JSON.stringify({
      name: "tiny",
      input: [3, 4, 4],
      classes: 2,
      layers: [{ type: "dense", units: 8 }],
    }),
  );
  const run = join(folder, "run");
  const args = [
    "--network",
    network,
    "--data",
    join(folder, "data"),
    "--batch",
    "4",
    "--epochs",
    "3",
    "--samples",
    "4",
  ];
  const { evaluation } = await nsmJson(["train", ...args, "--out", run]);
  expect(evaluation.split).toBe(`pictures in ${join(folder, "data")}, test, 12 images`);
  const predictions = await nsmJson([
    "predict",
    run,
    join(folder, "data/test/light/0.png"),
    "--samples",
    "4",
  ]);
  expect(predictions[0].probabilities).toHaveLength(2);

  // Outputs that the data have no class for are remarked on.
  await writeFile(
    network,
    JSON.stringify({
      name: "wide",
      encoding: "sign",
      input: [3, 4, 4],
      classes: 5,
      layers: [{ type: "dense", units: 8 }],
    }),
  );
  const { stderr } = await nsm(["train", ...args, "--out", join(folder, "wide")]);
  expect(stderr).toContain("nsm: wide has 5 outputs and the data 2 classes");

  // Classes have names, and the same ones wherever the run is scored.
  const { label, className } = predictions[0];
  expect(className).toBe(["dark", "light"][label]);
  const { stdout } = await nsm(["predict", run, join(folder, "data/test/light/0.png"), "--samples", "4"]);
  expect(stdout).toContain(className);

  // Data that were moved are asked for.
  const [place, elsewhere] = [join(folder, "data"), join(folder, "moved")];
  await rename(place, elsewhere);
  expect(await refused(["evaluate", run], 1)).toMatch(
    /got no folder .*data.* present folder with --data DIR/,
  );
  expect(await nsmJson(["evaluate", run, "--data", elsewhere, "--samples", "4"])).toMatchObject({
    images: 12,
  });
  await rename(elsewhere, place);

  // Several runs are refused too: their outputs mean the classes in an order of their own.
  const other = join(folder, "other");
  await cp(run, other, { recursive: true });
  const description = JSON.parse(await readFile(join(run, "run.json"), "utf8"));
  description.data.classNames.reverse();
  await writeFile(join(other, "run.json"), JSON.stringify(description));
  const compared = ["compare", run, other, "--data", place, "--samples", "1"];
  expect(await refused(compared, 2)).toMatch(
    /scoring .*other on .*data: got class 0 named "dark"; expected "light", as in the training data/,
  );

  for (const split of ["train", "test"])
    await rename(join(folder, "data", split, "dark"), join(folder, "data", split, "mid"));
  expect(await refused(["evaluate", run], 2)).toMatch(
    /got class 0 named "light"; expected "dark", as in the training data/,
  );
});

test("a data set that is here goes by its name, and one that is not says how to get it", async () => {
  const cache = await emptyFolder();
  const options = { env: { ...process.env, XDG_CACHE_HOME: cache } };
  const entry = (await nsmJson(["data", "list"], options)).find(({ name }: Json) => name === "kmnist");
  expect(entry.present).toBe(false);
  const { status, stderr } = await nsm(["data", "verify", "kmnist"], options);
  expect(status).toBe(1);
  expect(stderr).toMatch(/the data set kmnist.*nsm data fetch kmnist/);
  const fashion = (await nsmJson(["data", "list"], options)).find(
    ({ name }: Json) => name === "fashion-mnist",
  );
  if (fashion.present)
    expect(await nsmJson(["data", "verify", "fashion-mnist"], options)).toMatchObject({ ok: true });
});

test("pictures and arrays are written under names that say what they are", async () => {
  const folder = await emptyFolder();
  expect(await refused(["data", "show", folder, "--out", join(folder, "a.png")], 2)).toMatch(
    /ends in \.png; expected a name that ends in \.svg/,
  );
  expect(
    await refused(["data", "convert", "x.aedat4", "--to", "events", "--out", join(folder, "a.h5")], 2),
  ).toMatch(/ends in \.h5; expected a name that ends in \.npz/);
});
