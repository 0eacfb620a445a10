/** Digits to start from: test digits that the network is surest and least sure of, found when the page was built. */
import { DownloadError } from "neural-sampling/web";
import { SIDE } from "../../shared/pad/ink.ts";

export interface Example {
  /** Number of the digit in the embedded test digits. */
  readonly index: number;
  readonly label: number;
  /** Entropy in nats that it was chosen by. */
  readonly entropy: number;
  /** [28, 28] */
  readonly pixels: Uint8Array;
}

export interface Examples {
  readonly surest: readonly Example[];
  readonly leastSure: readonly Example[];
}

interface StoredExample extends Omit<Example, "pixels"> {
  readonly pixels: string;
}

const parsed = ({ pixels, ...rest }: StoredExample): Example => ({
  ...rest,
  pixels: Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0)).slice(0, SIDE * SIDE),
});

/** The examples that come with the page. Throws DownloadError where they can't be fetched. */
export const loadExamples = async (): Promise<Examples> => {
  const url = new URL("./models/examples.json", document.baseURI);
  const refuse = (given: string): never => {
    throw new DownloadError(`loading the example digits ${url}`, {
      given,
      expected: "the digits that come with the page",
      remedy: "Reload the page, or draw a digit.",
    });
  };
  const response = await fetch(url).catch((cause: Error) => refuse(`a failure (${cause.message})`));
  if (!response.ok) return refuse(`status ${response.status}`);
  const { surest, leastSure } = (await response.json()) as Record<keyof Examples, readonly StoredExample[]>;
  return { surest: surest.map(parsed), leastSure: leastSure.map(parsed) };
};
