/** What axe-core finds wrong with a page. */
import { source } from "axe-core";
import type { Page } from "playwright-core";

interface AxeNode {
  readonly target: readonly string[];
  readonly failureSummary?: string;
}

interface AxeGlobal {
  run(): Promise<{ violations: readonly { readonly id: string; readonly nodes: readonly AxeNode[] }[] }>;
}

/** Violations of every rule of axe-core, one line a node. */
export const violationsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: AxeGlobal };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
  });
};

/** Pixels by which the page is wider than its window: 0 where nothing scrolls sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
