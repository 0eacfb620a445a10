// Prints "N passed, N failed" (and ", N skipped") from a vitest JSON report, given its path and vitest's exit
// status. Without a report it prints nothing and fails.
import { readFileSync } from "node:fs";

const [file, status] = process.argv.slice(2);
const { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
  readFileSync(file, "utf8"),
);
// A file that could not be loaded contains no failed tests.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed"),
);
for (const { name, message } of brokenFiles) console.log(`could not run ${name}: ${message}`);
const skipped = numPendingTests + numTodoTests;
// An error outside of tests counts as a failure.
const failed = Math.max(numFailedTests + brokenFiles.length, status === "0" ? 0 : 1);
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
