/** The server of `nsm studio`, which sent this page; a static host has none. */

/** Whether this page comes from the server. */
export const hasServer = (): boolean => document.querySelector('meta[name="nsm-server"]') !== null;

interface StudioDocument {
  readonly folder: string;
  readonly token: string;
}

/** The document that a request is answered with. Throws Error with the server's sentence for a refusal. */
const answerOf = async <T>(request: Promise<Response>): Promise<T> => {
  const response = await request.catch(() => {
    throw new Error("The server does not answer. Start it again: npx nsm studio.");
  });
  const document = await response.json().catch(() => ({}));
  if (response.ok) return document as T;
  throw new Error(document.error?.message ?? `The server answered with status ${response.status}.`);
};

/** Reads /api/PATH. */
export const read = <T>(path: string): Promise<T> => answerOf<T>(fetch(`./api/${path}`));

export const readStudio = (): Promise<StudioDocument> => read<StudioDocument>("studio");

/** Asks for a change at /api/PATH. The token is asked for each time: the server may have been started again. */
export const change = async (path: string, body: object): Promise<void> => {
  const { token } = await readStudio();
  await answerOf(
    fetch(`./api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "nsm-token": token },
      body: JSON.stringify(body),
    }),
  );
};

/** Path of the API for a run. */
export const runPath = (name: string, rest = ""): string => `runs/${encodeURIComponent(name)}${rest}`;
