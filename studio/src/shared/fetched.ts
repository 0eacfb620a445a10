/** Files of the page's own host. */
import { DownloadError } from "neural-sampling/web";

/** Throws DownloadError where the host does not give the file. */
export const fetched = async (address: string): Promise<Blob> => {
  const refuse = (given: string, cause?: unknown): never => {
    throw new DownloadError(
      `loading ${address}`,
      { given, expected: "a file of this page", remedy: "Reload the page." },
      cause,
    );
  };
  const response = await fetch(address).catch((cause: Error) => refuse(cause.message, cause));
  return response.ok ? response.blob() : refuse(`status ${response.status}`);
};
