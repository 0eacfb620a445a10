/** Time from opening the studio to its first answer, in headless Chromium with a warm cache. */
import { openStudio, type Studio } from "../test/studio/page.ts";
import { quantile } from "./interleave.ts";
import { againstGoal, type Race } from "./race.ts";

const MOST_MS = 3000;
const VISITS = 15;

/** Milliseconds from each opening of the room Draw to its first answer; the first visit, which fills the cache, is not counted. */
const answersOf = async ({ browser, url }: Studio): Promise<readonly number[]> => {
  const context = await browser.newContext();
  const times: number[] = [];
  for (let visit = 0; visit <= VISITS; visit++) {
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForSelector(".answer[data-kind]");
    times.push(performance.now() - began);
    await page.close();
  }
  return times.slice(1);
};

/** Median and longest of the visits, against the goal. Throws Error where Chromium or the built studio is not there. */
export async function* studioRaces(): AsyncGenerator<Race, void, void> {
  const studio = await openStudio();
  try {
    const times = await answersOf(studio);
    for (const [name, q] of [
      ["median", 0.5],
      ["longest", 1],
    ] as const)
      yield againstGoal(`first answer of the studio, ${name} of ${VISITS}`, quantile(times, q), MOST_MS);
  } finally {
    await studio.close();
  }
}
