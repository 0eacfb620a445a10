import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { readHeader } from "../../../src/events/formats/header.ts";
import { memorySource } from "../../../src/files/byte-source.ts";

const header = (text: string, mark: string, last?: string) =>
  readHeader(memorySource("/x/file", Buffer.from(text, "latin1")), mark, last);

describe("readHeader", () => {
  it("reads lines that start with the mark, with either line end", async () => {
    expect(await header("#a\r\n# b\n\x01#c\n", "#")).toEqual({ lines: ["#a", "# b"], end: 8 });
    expect(await header("data", "#")).toEqual({ lines: [], end: 0 });
    expect(await header("", "#")).toEqual({ lines: [], end: 0 });
  });

  it("ends with the last line, whatever follows it", async () => {
    expect(await header("% a\n% end\n% data\n", "% ", "% end")).toEqual({ lines: ["% a", "% end"], end: 10 });
  });

  it("takes no data for a line that only start with the mark", async () => {
    expect(await header("#a\n#\x00b\n", "#")).toEqual({ lines: ["#a"], end: 3 });
  });

  it("refuses a header that does not end", async () => {
    await expect(header("#a\n#b", "#")).rejects.toThrow(/byte 3: got a header line without an end/);
    const endless = "#012345\n".repeat(150_000);
    await expect(header(endless, "#")).rejects.toThrow(DataError);
  });
});
