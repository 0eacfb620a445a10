/** nsm data convert: an event recording as arrays for NumPy and for training. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { type Converted, convertRecording } from "../events/convert.ts";
import { onDisk } from "../storage/files.ts";
import { addConversionOptions, type ConversionFlags, conversionOf } from "./conversion.ts";
import { interruptibleUntilWritten } from "./interrupt.ts";
import { type CommonFlags, finish, path } from "./options.ts";
import { requireOtherFile } from "./out-file.ts";
import { bytesText, print, printJson, say } from "./print.ts";
import { createBar } from "./progress.ts";
import {
  addRecordingOptions,
  type RecordingFlags,
  recordingOptions,
  recordingText,
  remarkLines,
} from "./recording-options.ts";

interface ConvertFlags extends CommonFlags, ConversionFlags, RecordingFlags {
  readonly out: string;
}

export const addConvert = (data: Command): void => {
  const command = data
    .command("convert")
    .summary("convert an event recording to arrays")
    .description(
      "Converts an event recording of any size to arrays: frames, a voxel grid, time surfaces, or the events themselves " +
        "after transforms. The .npz file holds the array frames, voxels or timesurface of shape " +
        "[frames, channels, height, width], or t, x, y, p, width and height. An existing file is replaced.",
    )
    .argument("<file>", "an event recording")
    .requiredOption("--out <file>", "the .npz file to write", path);
  addConversionOptions(command);
  addRecordingOptions(command).action(async (file: string, flags: ConvertFlags) => {
    process.exitCode = await runConvert(file, flags);
  });
  finish(
    command,
    "nsm data convert recording.aedat4 --to frames --out f.npz\n" +
      "nsm data convert 00001.bin --to frames --time-bins 10 --polarity on --output binary --out nmnist.npz\n" +
      "nsm data convert left.evt2.bin --format evt2 --size 320x320 --to events --denoise 10000 --out e.npz",
  );
};

const runConvert = async (file: string, flags: ConvertFlags): Promise<number> => {
  const { out, json } = flags;
  const conversion = conversionOf(flags);
  await requireOtherFile(out, file, ".npz");
  return interruptibleUntilWritten(out, async (signal, onWritten) => {
    const bar = createBar("converting {bar} {percentage} %  {eta_formatted} left");
    signal.addEventListener("abort", bar.stop);
    const onProgress = (done: number): void => bar.draw(Math.floor(done * 1000), 1000);
    const options = { ...recordingOptions(flags), signal, onProgress };
    const converted = await convertRecording(file, out, conversion, options).finally(bar.stop);
    onWritten();
    if (json) printJson(converted);
    else
      print(
        [recordingText(file, converted), ...remarkLines(converted), await writtenText(converted)].join("\n"),
      );
    noteEmpty(converted);
  });
};

const noteEmpty = ({ events, kept, firstUs, lastUs }: Converted): void => {
  if (events === 0) say("nsm: the recording has no events");
  else if (kept === 0)
    say(`nsm: no events were left to convert; the recording has some from ${firstUs} to ${lastUs} us`);
};

const writtenText = async ({ out, array, shape, type }: Converted): Promise<string> => {
  const { size } = await onDisk(`reading ${out}`, () => stat(out));
  const what = array === null ? `${shape[0]} events` : `${array} ${shape.join(" x ")}, ${type}`;
  return `${out}: ${what}, ${bytesText(size)}`;
};
