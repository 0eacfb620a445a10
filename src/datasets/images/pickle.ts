/**
 * Python pickles of plain data, protocols 0 to 5 (pickletools in Python's standard library describes the format).
 * A pickle is a program, and Python runs whatever it calls. Here nothing is run: a call becomes a record of what
 * would have been called, which the reader of a known structure may recognise.
 */

import { DataError, type Place } from "../../errors.ts";
import { type Pickled, PickleError, PickleMachine } from "./pickle-machine.ts";
import { opcodes } from "./pickle-opcodes.ts";

const stop = ".".charCodeAt(0);

/**
 * The value of the pickle `bytes`, the contents of `file`. An opcode may take a hundred times its byte in memory:
 * there may be as many as small pickles and pickles of images have, so that memory is bounded by the file's size.
 * Throws DataError, with the place, where the pickle is damaged or no plain data.
 */
export const unpickle = (bytes: Uint8Array, file: string): Pickled => {
  const machine = new PickleMachine(bytes);
  const most = 10_000 + bytes.length / 256;
  for (let count = 0; ; count++) {
    const offset = machine.at;
    try {
      if (count > most) throw new PickleError(`more than ${Math.floor(most)} opcodes`);
      const code = machine.unsigned(1);
      if (code === stop) return machine.pop();
      const opcode = opcodes[code];
      if (!opcode) throw new PickleError(`opcode ${code.toString(16).padStart(2, "0")}`);
      opcode(machine);
    } catch (cause) {
      if (!(cause instanceof PickleError)) throw cause;
      throw pickleDamage({ file, offset }, cause.message);
    }
  }
};

/** The error for a pickle that is not what it should be. */
export const pickleDamage = (
  place: Place,
  given: string,
  expected = "a whole Python pickle of plain data",
): DataError =>
  new DataError(place, {
    given,
    expected,
    remedy: "The file is damaged or of another kind: fetch it again.",
  });
