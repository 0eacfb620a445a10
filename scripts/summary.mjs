// Prints "N passed, N failed" (and ", N skipped") of a vitest JSON report; a report that is missing or empty fails.
import { readFileSync } from "node:fs";

const text = readFileSync(process.argv[2], "utf8");
if (text === "") {
  console.log("0 passed, 1 failed");
  process.exit(1);
}
const { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(text);
// A file that could not even be loaded has no failed test of its own.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed"),
);
for (const { name, message } of brokenFiles) console.log(`could not run ${name}: ${message}`);
const skipped = numPendingTests + numTodoTests;
const failed = numFailedTests + brokenFiles.length;
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
