// Prints the files that took longest, and "N passed, N failed" (and ", N skipped") as the last line, from a vitest JSON
// report, given its path and vitest's exit status. Without a report it prints nothing and fails.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const LONGEST = 12;

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
const times = testResults.map(({ name, startTime, endTime }) => ({
  name: relative(process.cwd(), name),
  seconds: (endTime - startTime) / 1000,
}));
const sum = times.reduce((total, { seconds }) => total + seconds, 0);
console.log(`${times.length} files took ${sum.toFixed(0)} s one after the other; the longest:`);
for (const { name, seconds } of times.toSorted((a, b) => b.seconds - a.seconds).slice(0, LONGEST))
  console.log(`${seconds.toFixed(0).padStart(6)} s  ${name}`);
const skipped = numPendingTests + numTodoTests;
// An error outside of tests counts as a failure.
const failed = Math.max(numFailedTests + brokenFiles.length, status === "0" ? 0 : 1);
console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
