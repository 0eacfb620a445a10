/** Tests of the studio's rooms in depth, some ten minutes in a browser. Needs `npm run build` and `npm run build:studio`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/studio/*.room.test.ts"],
    setupFiles: ["test/support/fast-check.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
