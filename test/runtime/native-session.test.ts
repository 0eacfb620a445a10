/** Programs on an engine thread, as the thread that asks for them sees them. */
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { createEngine, engineVersion } from "../../src/runtime/node.ts";
import { add, multiply } from "../../src/tensor/elementwise.ts";
import { lower } from "../../src/tensor/lower.ts";
import { cast, greater } from "../../src/tensor/select.ts";
import { input } from "../../src/tensor/tensor.ts";

const engine = createEngine({ threads: 1 });

test("the version is the package's", () => {
  expect(engineVersion()).toBe("1.30.0");
});

describe("runs", () => {
  const x = input("x", [2, 3]);
  const program = lower({ sum: add(x, input("y", [3])), double: multiply(2, x) });

  test("read and write the arrays that they are given, shared memory too", async () => {
    const executable = await engine.compile(program);
    const shared = () => new Float32Array(new SharedArrayBuffer(24) as ArrayBufferLike as ArrayBuffer);
    const [from, into] = [shared(), shared()];
    from.set([1, 2, 3, 4, 5, 6]);
    const results = await executable.run({ x: from, y: Float32Array.of(10, 20, 30) }, { sum: into });
    expect(results.sum).toBe(into);
    expect([...into]).toEqual([11, 22, 33, 14, 25, 36]);
    expect([...results.double!]).toEqual([2, 4, 6, 8, 10, 12]);
    // The same arrays again, with other elements.
    from.fill(1);
    await executable.run({ x: from, y: Float32Array.of(1, 2, 3) }, { sum: into });
    expect([...into]).toEqual([2, 3, 4, 2, 3, 4]);
    await executable.dispose();
  });

  test("may write the memory that they read, element by element", async () => {
    const executable = await engine.compile(lower({ y: add(input("x", [1000]), 1) }));
    const array = new Float32Array(1000);
    for (let k = 0; k < 5; k++) await executable.run({ x: array }, { y: array });
    expect(array).toEqual(new Float32Array(1000).fill(5));
    await executable.dispose();
  });

  test("keep their results while small arrays come and go", async () => {
    const executable = await engine.compile(lower({ y: add(input("x", [2]), input("z", [])) }));
    for (let k = 0; k < 3000; k++) {
      const garbage = Array.from({ length: 50 }, () => new Float32Array(2).fill(k));
      const { y } = await executable.run({ x: Float32Array.of(k, 1), z: Float32Array.of(garbage.length) });
      expect([...y!]).toEqual([k + 50, 51]);
    }
    await executable.dispose();
  });

  test("take scalars and types besides float32", async () => {
    const z = input("z", []);
    const executable = await engine.compile(
      lower({ more: greater(z, 1), count: cast(greater(z, 1), "int32"), long: cast(z, "int64") }),
    );
    const results = await executable.run({ z: Float32Array.of(2.5) });
    expect(results).toEqual({
      more: Uint8Array.of(1),
      count: Int32Array.of(1),
      long: BigInt64Array.of(2n),
    });
    await executable.dispose();
  });

  test("refuse arrays of another size, before the library sees them", async () => {
    const executable = await engine.compile(program);
    const arrays = { x: new Float32Array(6), y: new Float32Array(3) };
    await expect(executable.run({ ...arrays, x: new Float32Array(5) })).rejects.toThrow(ConfigError);
    await expect(executable.run(arrays, { sum: new Float32Array(7) })).rejects.toThrow(ConfigError);
    await executable.dispose();
  });

  test("refuse memory that was handed over, known from an earlier run or not", async () => {
    const executable = await engine.compile(program);
    const arrays = () => ({ x: new Float32Array(6), y: new Float32Array(3) });
    const [known, fresh] = [arrays(), arrays()];
    await executable.run(known);
    for (const { x } of [known, fresh]) structuredClone(x.buffer, { transfer: [x.buffer] });
    await expect(executable.run(known)).rejects.toThrow(ConfigError);
    await expect(executable.run(fresh)).rejects.toThrow(ConfigError);
    await executable.dispose();
  });

  test("copy unshared arrays before the call returns", async () => {
    const executable = await engine.compile(program);
    const [x, y] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 1, 1)];
    const pending = executable.run({ x, y });
    structuredClone(x.buffer, { transfer: [x.buffer] });
    expect([...(await pending).sum!]).toEqual([2, 3, 4, 5, 6, 7]);
    await executable.dispose();
  });

  test("are refused once the executable is disposed of, twice or once", async () => {
    const executable = await engine.compile(program);
    await executable.dispose();
    await executable.dispose();
    const arrays = { x: new Float32Array(6), y: new Float32Array(3) };
    await expect(executable.run(arrays)).rejects.toThrow(ConfigError);
  });

  test("leave the caller's thread alone", async () => {
    const executable = await engine.compile(program);
    const arrays = { x: new Float32Array(6), y: new Float32Array(3) };
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let k = 0; k < 500; k++) await executable.run(arrays);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    await executable.dispose();
  });

  test("come back in the order in which they were asked for", async () => {
    const executable = await engine.compile(lower({ y: add(input("x", [1]), 1) }));
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map(async (k) =>
        order.push((await executable.run({ x: Float32Array.of(k) })).y![0] as number),
      ),
    );
    expect(order).toEqual([2, 3, 4, 5]);
    await executable.dispose();
  });
});

test("what the library refuses is told in its words", async () => {
  const program = lower({ y: add(input("x", [1]), 1) });
  await expect(engine.compile({ ...program, model: Uint8Array.of(1, 2, 3) })).rejects.toThrow(
    /protobuf|No graph|ModelProto/i,
  );
});

describe("denormal numbers", () => {
  const program = lower({ y: multiply(0.5, input("x", [1])) });

  test("count as zero on every engine thread, and keep their value on the caller's", async () => {
    // Each engine has a thread of its own; the first session of the process is made on the first.
    for (const threads of [1, 2, 3]) {
      const executable = await createEngine({ threads }).compile(program);
      expect([...(await executable.run({ x: Float32Array.of(1.2e-38) })).y!]).toEqual([0]);
      expect([...(await executable.run({ x: Float32Array.of(1) })).y!]).toEqual([0.5]);
      await executable.dispose();
      expect(Number.MIN_VALUE > 0).toBe(true);
    }
  });

  test("keep their value on threads that the caller starts later", async () => {
    const executable = await engine.compile(program);
    await executable.dispose();
    const code = `require("node:worker_threads").parentPort.postMessage(Number.MIN_VALUE > 0);`;
    const worker = new Worker(code, { eval: true });
    expect(await new Promise((resolve) => worker.once("message", resolve))).toBe(true);
  });
});
