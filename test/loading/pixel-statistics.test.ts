import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { pixelStatistics, withPixelStatistics } from "../../src/loading/pixel-statistics.ts";
import { encodingTable, type Images } from "../../src/networks/images.ts";
import { parseNetwork } from "../../src/networks/network.ts";

const network = parseNetwork({
  name: "net",
  input: [2, 1, 2],
  classes: 2,
  encoding: "standard",
  layers: [{ type: "dense", units: 2 }],
});
const images: Images = {
  name: "two",
  count: 2,
  shape: [2, 1, 2],
  images: Uint8Array.of(0, 51, 255, 255, 102, 153, 255, 255),
};

describe("statistics of pixels", () => {
  test("are those of each channel, over all images", async () => {
    const { mean, deviation } = await pixelStatistics(images);
    expect(mean[0]).toBeCloseTo(0.3, 12);
    // Variance of 0, .2, .4 and .6: .05.
    expect(deviation[0]).toBeCloseTo(Math.sqrt(0.05), 12);
    expect(mean[1]).toBeCloseTo(1, 12);
  });

  test("leave a channel that does not vary unscaled", async () => {
    expect((await pixelStatistics(images)).deviation[1]).toBe(1);
  });

  test("are put into a network that wants them, in the place of others", async () => {
    const filled = await withPixelStatistics(network, images);
    expect(filled.pixels).toEqual(await pixelStatistics(images));
    const others = { ...images, images: images.images.map((pixel) => 255 - pixel) };
    expect((await withPixelStatistics(filled, others)).pixels).toEqual(await pixelStatistics(others));
    const real = { ...network, encoding: "real" as const };
    expect(await withPixelStatistics(real, images)).toBe(real);
  });
});

describe("the standard encoding", () => {
  test("takes the mean off and divides by the deviation, channel by channel", () => {
    const pixels = { mean: [0.5, 0.25], deviation: [0.5, 0.125] };
    const table = encodingTable({ ...network, pixels });
    for (const pixel of [0, 51, 255]) {
      expect(table[pixel]).toBe(Math.fround((pixel / 255 - 0.5) / 0.5));
      expect(table[256 + pixel]).toBe(Math.fround((pixel / 255 - 0.25) / 0.125));
    }
  });

  test("is refused without statistics of every channel", () => {
    expect(() => encodingTable(network)).toThrow(ConfigError);
    expect(() => encodingTable({ ...network, pixels: { mean: [0], deviation: [1] } })).toThrow(
      /statistics of 1 channels.*2 channels/,
    );
  });
});
