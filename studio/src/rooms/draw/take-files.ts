/** Files of the room: a network, and a device to put it on. */
import { changeSettings } from "../../address.ts";
import { givenDevice, readGivenDevice } from "../../shared/given-device.ts";
import { type FileKind, fileTaker, networkFile } from "../../shared/take-files.ts";

const device: FileKind = {
  name: "a device (.json, .csv)",
  // Folders of networks hold JSON files of other kinds.
  takes: ({ path }) => /^[^/]*\.(json|csv)$/i.test(path),
  read: async (file) => {
    const given = await readGivenDevice(file);
    return () => {
      givenDevice.value = given;
      changeSettings({ device: "own" }, "draw");
    };
  },
};

export const { failure: fileFailure, take: takeFiles } = fileTaker([networkFile("draw"), device]);
