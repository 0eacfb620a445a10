/** The engine's library, called in place: on any memory, from any thread. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { createNativeSession, treatDenormalsAsZero } from "../../src/runtime/native-session.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { ortLibrary } from "../../src/runtime/ort-c-api.ts";
import { add, multiply } from "../../src/tensor/elementwise.ts";
import { lower } from "../../src/tensor/lower.ts";
import { cast, greater } from "../../src/tensor/select.ts";
import { input } from "../../src/tensor/tensor.ts";
import { startWorker, threadOf } from "../../src/threads/thread.ts";

const engine = createEngine({ threads: 1 });

test("the library says its version, which is the package's", () => {
  expect(ortLibrary().version).toBe("1.30.0");
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

  test("are done with their arrays when the call is back", async () => {
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

  test("let others have their turn in between", async () => {
    const executable = await engine.compile(program);
    const arrays = { x: new Float32Array(6), y: new Float32Array(3) };
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let k = 0; k < 2000; k++) await executable.run(arrays);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    await executable.dispose();
  });
});

test("what the library refuses is told in its words", () => {
  const program = lower({ y: add(input("x", [1]), 1) });
  expect(() => createNativeSession({ ...program, model: Uint8Array.of(1, 2, 3) }, 1)).toThrow(
    /protobuf|No graph|ModelProto/i,
  );
});

describe("denormal numbers count as zero", () => {
  test("on this thread, and on those that it starts", async () => {
    await treatDenormalsAsZero();
    const executable = await engine.compile(lower({ y: multiply(0.5, input("x", [1])) }));
    expect([...(await executable.run({ x: Float32Array.of(1.2e-38) })).y!]).toEqual([0]);
    await executable.dispose();
    const worker = startWorker("./halving-thread.js", import.meta.url, undefined);
    const thread = threadOf<number, number>(worker, "halving");
    expect(await thread.ask(1.2e-38)).toBe(0);
    expect(await thread.ask(1)).toBe(0.5);
    await thread.close();
  });
});
