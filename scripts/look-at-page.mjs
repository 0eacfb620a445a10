/**
 * node scripts/look-at-page.mjs URL: opens a page in Chromium and prints the text of its <output> as soon as
 * there is any.
 */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? EXECUTABLES.find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
const complaints = [];
page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(error.message));
page.on(
  "response",
  (response) => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`),
);
await page.goto(process.argv[2]);
const output = page.locator("output:not(:empty)");
try {
  await output.waitFor({ state: "attached", timeout: 60_000 });
  console.log(await output.textContent());
} catch {
  console.log(`nothing was written. ${complaints.join("; ")}`);
  process.exitCode = 1;
}
await browser.close();
