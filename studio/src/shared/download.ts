/** Files that the page hands to the user. */
export const download = (bytes: Uint8Array<ArrayBuffer>, name: string): void => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
