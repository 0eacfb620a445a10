/** The built studio in headless Chromium. Whatever the page says on its console is kept, to be compared with nothing. */
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import sirv from "sirv";
import { launchChromium } from "../browser/chromium.ts";

export const dist = fileURLToPath(new URL("../../studio/dist", import.meta.url));

/** Headers by which a page is cross-origin isolated, and its workers. */
export const ISOLATING = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** A static host of the studio; isolated: whether it sends the headers that give WebAssembly threads. */
const serve = (isolated: boolean): Promise<Server> =>
  new Promise((resolve) => {
    if (!existsSync(dist)) throw new Error("no studio/dist: npm run build:studio");
    const files = sirv(dist, {
      setHeaders: (response) => {
        if (isolated) for (const [name, value] of Object.entries(ISOLATING)) response.setHeader(name, value);
      },
    });
    const server = createServer((request, response) =>
      files(request, response, () => void response.writeHead(404).end()),
    );
    server.listen(0, "127.0.0.1", () => resolve(server));
  });

export interface Studio {
  readonly browser: Browser;
  /** Address of the page, ending in a slash. */
  readonly url: string;
  /** Opens a tab at `#hash`, in a browser context of its own; its user has seen the tour unless it is the first visit. */
  open(hash?: string, options?: VisitOptions): Promise<StudioTab>;
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  readonly isFirstVisit?: boolean;
}

export interface StudioTab {
  readonly page: Page;
  /** Messages on the console, errors of the page, and requests to other hosts, so far. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Narrowest screen that the page is made for. */
export const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true };
export const DARK: BrowserContextOptions = { colorScheme: "dark" };
/** Forms in which every room is looked at. */
export const LOOKS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ["light", {}],
  ["dark", DARK],
  ["a phone", PHONE],
];

/** Chromium's own words on a machine without a GPU, when a page asks whether WebGPU has one. */
const NO_GPU = "No available adapters.";

const openTab = async (
  browser: Browser,
  url: string,
  { isFirstVisit = false, ...options }: VisitOptions = {},
): Promise<StudioTab> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (!isFirstVisit)
    await context.addInitScript(() => localStorage.setItem("neural-sampling-studio.tour", "yes"));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.text() !== NO_GPU) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(url).origin)
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
};

/** A browser for the studio at `url`; `end` ends what serves it. */
export const browse = async (url: string, end: () => Promise<void>): Promise<Studio> => {
  const browser = await launchChromium();
  return {
    browser,
    url,
    open: (hash = "", options) => openTab(browser, `${url}#${hash}`, options),
    close: async () => {
      await browser.close();
      await end();
    },
  };
};

export const openStudio = async ({ isolated = true } = {}): Promise<Studio> => {
  const server = await serve(isolated);
  return browse(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, async () => {
    server.closeAllConnections();
    server.close();
  });
};

export interface DroppedFile {
  readonly name: string;
  readonly bytes: readonly number[];
}

/** Drops files on the page. */
export const dropFiles = (page: Page, files: readonly DroppedFile[]): Promise<void> =>
  page.evaluate((given) => {
    const transfer = new DataTransfer();
    for (const { name, bytes } of given) transfer.items.add(new File([new Uint8Array(bytes)], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
  }, files);
