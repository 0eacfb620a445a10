/**
 * Cross-origin isolation, which WebAssembly's threads need. Where the host does not send the headers, a service worker adds
 * them, from the next load on: the first visit has one thread.
 */
export const isolate = (): void => {
  if (crossOriginIsolated || !isSecureContext || !("serviceWorker" in navigator)) return;
  // A browser that refuses service workers, as some do in private windows, still has one thread.
  navigator.serviceWorker.register("./isolate.js").catch(() => {});
};

/** Number of threads that may share memory: 1 where the page is not isolated. */
export const threadsAtHand = (): number =>
  crossOriginIsolated ? Math.max(1, navigator.hardwareConcurrency) : 1;
