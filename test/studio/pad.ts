/** Drawing on the pad of the page. */
import type { Page } from "playwright-core";

/** A place of the pad in shares of its width and height. */
export type Place = readonly [across: number, down: number];

/** Places of the page for places of the pad, which is scrolled into view. */
export const onPad = async (page: Page, places: readonly Place[]): Promise<readonly Place[]> => {
  const pad = page.locator(".pad canvas");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  return places.map(([across, down]) => [x + across * width, y + down * height]);
};

/** Begins a stroke by mouse, from place to place, and leaves the button pressed. */
export const beginStroke = async (page: Page, places: readonly Place[]): Promise<void> => {
  for (const [k, place] of (await onPad(page, places)).entries()) {
    await page.mouse.move(...place, { steps: 3 });
    if (k === 0) await page.mouse.down();
  }
};

/** Draws lines between places of the pad by mouse. */
export const draw = async (page: Page, places: readonly Place[]): Promise<void> => {
  await beginStroke(page, places);
  await page.mouse.up();
};
