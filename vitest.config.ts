import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take longest start first, so that no worker is left with one at the end. */
const LONGEST = ["cli/reproduce", "readme-outputs", "cli/bad-input", "readme", "cli/kill", "events/large"];

const rank = ({ moduleId }: TestSpecification): number => {
  const found = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return found < 0 ? LONGEST.length : found;
};

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const [original, replacement] = [pathOf("src/threads/start.ts"), pathOf("test/support/bundled-start.ts")];

/** Every import of src/threads/start.ts gets its replacement, which itself imports the original. */
const bundledThreads: Plugin = {
  name: "bundled threads",
  enforce: "pre",
  async resolveId(source, importer, options) {
    if (!source.endsWith("/start.ts") || importer === replacement) return undefined;
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    return found?.id === original ? replacement : undefined;
  },
};

/** The rooms of the studio, in depth: `npm run test:rooms`. */
const ROOMS = ["test/**/*.room.test.ts"];

/** Files that measure the memory of their process, or take so much of it that much to collect slows them down: it is theirs alone. */
const ALONE = [
  "test/fuzz/**/*.test.ts",
  "test/datasets/fetching/unpack.test.ts",
  "test/datasets/idx/idx-file.test.ts",
  "test/datasets/images/jpeg.test.ts",
  "test/datasets/images/read-image.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  plugins: [bundledThreads],
  test: {
    globalSetup: ["test/support/bundled-threads.ts"],
    setupFiles: ["test/support/fast-check.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    ...{ restoreMocks: true, unstubEnvs: true, unstubGlobals: true },
    projects: [
      // Files of a worker share the modules: loading them anew for each took a third of the time of all tests.
      {
        extends: true,
        test: {
          ...{ name: "shared", isolate: false },
          include: ["test/**/*.test.ts"],
          exclude: [...ROOMS, ...ALONE],
        },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
    sequence: { sequencer: LongestFirst },
  },
});
