/** nsm substrate: lists, shows and checks analog devices. */
import type { Command } from "commander";
import type { AnalogDevice } from "../substrate/device.ts";
import { analogDeviceByName, analogDeviceNames } from "../substrate/devices/devices.ts";
import { readAnalogDevice } from "../substrate/read-device.ts";
import { deviceRow, deviceText, ROW_HEADS } from "./device-text.ts";
import { type CommonFlags, finish, showExample } from "./options.ts";
import { print, printDocument, printJson, table } from "./print.ts";

export const addSubstrate = (program: Command): void => {
  const substrate = program
    .command("substrate")
    .summary("list, show and check analog devices")
    .description(
      "Lists, shows and checks analog devices: memory cells that store weights, and stochastic switches in series with them.",
    );
  for (const add of [addList, addShow, addCheck]) add(substrate);
  showExample(substrate, "nsm substrate list\nnsm substrate check my-device.json");
};

const addList = (substrate: Command): void => {
  const command = substrate
    .command("list")
    .summary("list the built-in devices")
    .description("Lists the built-in devices with their conductances, drift and switch.")
    .action(({ json }: CommonFlags) => {
      const devices = analogDeviceNames.map(analogDeviceByName);
      if (json) printJson(devices.map(({ name, description }) => ({ name, description })));
      else print(table([ROW_HEADS, ...devices.map(deviceRow)]));
    });
  finish(command, "nsm substrate list");
};

const addShow = (substrate: Command): void => {
  const command = substrate
    .command("show")
    .summary("show a built-in device")
    .description(
      "Shows a built-in device: every field, its sources, and the assumptions that fill their gaps. With --json, " +
        "prints the device as a file to start from.",
    )
    .argument("<name>", analogDeviceNames.join(", "))
    .action((name: string, flags: CommonFlags) => show(analogDeviceByName(name), flags));
  finish(command, "nsm substrate show fefet-selector\nnsm substrate show pcm --json > my-device.json");
};

const addCheck = (substrate: Command): void => {
  const command = substrate
    .command("check")
    .summary("check the file of a device")
    .description(
      "Checks a device in a file and shows it: a description as JSON, or a table of measurements as .csv with the columns " +
        "target_uS,measured_uS or device,seconds,transmitted. With --json, prints the device that was read or fitted.",
    )
    .argument("<file>", "description (.json) or measurements (.csv)")
    .action(async (file: string, flags: CommonFlags) => show(await readAnalogDevice(file), flags));
  finish(
    command,
    "nsm substrate check my-device.json\nnsm substrate check reads.csv --json > my-device.json",
  );
};

const show = (device: AnalogDevice, { json }: CommonFlags): void =>
  json ? printDocument(device) : print(deviceText(device));
