/** Drawing on the pad of the page. */
import type { Page } from "playwright-core";

/** Draws lines between places of the pad, each a share of its width and height. */
export const draw = async (page: Page, points: readonly (readonly [number, number])[]): Promise<void> => {
  const pad = page.locator(".pad canvas");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  for (const [k, [across, down]] of points.entries()) {
    await page.mouse.move(x + across * width, y + down * height, { steps: 3 });
    if (k === 0) await page.mouse.down();
  }
  await page.mouse.up();
};
