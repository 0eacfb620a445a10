/** The stack machine that a Python pickle is a program for, and the values that it makes. */

/** A name in a Python module, as "numpy.ndarray". */
export interface PickledGlobal {
  readonly kind: "global";
  readonly name: string;
}

/** A call that was not made, and the state that its result would have been given. */
export interface PickledCall {
  readonly kind: "call";
  readonly callee: Pickled;
  readonly args: Pickled;
  state: Pickled;
}

/** Python 2's str and Python 3's bytes are bytes: views of the file. Tuples are lists. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<string | number, Pickled>
  | PickledGlobal
  | PickledCall;

const kindOf = (value: Pickled | undefined): string | undefined =>
  typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;

export const isCall = (value: Pickled | undefined): value is PickledCall => kindOf(value) === "call";

/** Whether `value` is one of these names. */
export const isGlobal = (value: Pickled, ...names: readonly string[]): boolean =>
  kindOf(value) === "global" && names.includes((value as PickledGlobal).name);

/** Error at the current opcode. */
export class PickleError extends Error {}

export class PickleMachine {
  readonly memo = new Map<number, Pickled>();
  /** The next byte to read. */
  at = 0;
  readonly #stack: Pickled[] = [];
  /** Positions of the marks on the stack. */
  readonly #marks: number[] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `count` bytes; fails unless the file has that many. */
  take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.at) throw new PickleError("the end of the file");
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  /** A whole number of `size` bytes, the lowest first. */
  unsigned(size: number): number {
    return this.take(size).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new PickleError("a line without an end");
    const text = latin1(this.take(end - this.at));
    this.at++;
    return text;
  }

  push(value: Pickled): void {
    this.#stack.push(value);
  }

  pop(): Pickled {
    const top = this.top();
    this.#stack.pop();
    return top;
  }

  /** The items pushed since the last mark. */
  top(): Pickled {
    if (this.#stack.length === (this.#marks.at(-1) ?? 0)) throw new PickleError("an empty stack");
    return this.#stack.at(-1)!;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** All above the last mark, which goes. */
  popToMark(): Pickled[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new PickleError("no mark");
    return this.#stack.splice(mark);
  }
}

export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
