import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dataFileOf } from "../../src/datasets/data-file.ts";
import { sha256 } from "../../src/storage/sha256.ts";

describe("checksums", () => {
  it("are those of texts and arrays one behind the other, of any type", () => {
    const words = Uint16Array.of(1, 500, 65535);
    const bytes = Uint8Array.from({ length: 1000 }, (_, k) => k);
    const expected = createHash("sha256")
      .update("[1,2]")
      .update(words)
      .update(bytes.subarray(3))
      .digest("hex");
    expect(sha256("[1,2]", words, bytes.subarray(3))).toBe(expected);
    expect(sha256()).toBe(createHash("sha256").digest("hex"));
  });

  it("are of arrays of more than 2 GiB, which a hash does not take at once", { timeout: 120_000 }, () => {
    const bytes = new Uint8Array(2 ** 31 + 5);
    bytes[2 ** 31 + 4] = 7;
    const hash = createHash("sha256");
    for (let start = 0; start < bytes.length; start += 1 << 28)
      hash.update(bytes.subarray(start, start + (1 << 28)));
    expect(dataFileOf("x", bytes)).toEqual({ name: "x", sha256: hash.digest("hex"), bytes: 2 ** 31 + 5 });
  });
});
