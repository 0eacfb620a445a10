import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take longest start first, so that no worker is left with one at the end. */
const LONGEST = ["cli/reproduce", "readme-outputs", "cli/bad-input", "readme", "cli/kill", "events/large"];

const rank = ({ moduleId }: TestSpecification): number => {
  const found = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return found < 0 ? LONGEST.length : found;
};

const startWorker = fileURLToPath(new URL("test/support/start-worker.ts", import.meta.url));

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  resolve: {
    // As src/ names it; test/support names the original by another path.
    alias: [{ find: /^\.{1,2}\/(?!.*src\/).*start-worker\.ts$/, replacement: startWorker }],
  },
  test: {
    globalSetup: ["test/support/bundled-threads.ts"],
    include: ["test/**/*.test.ts"],
    // The rooms of the studio, in depth: `npm run test:rooms`.
    exclude: ["test/**/*.room.test.ts"],
    setupFiles: ["test/support/fast-check.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
