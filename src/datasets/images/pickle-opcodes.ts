/** The opcodes of pickles that hold plain data, by their code; named and explained in Python's pickletools. */

import { isCall, isGlobal, latin1, type Pickled, PickleError, type PickleMachine } from "./pickle-machine.ts";
import { float, integer, long, quoted, unescaped, utf8, whole } from "./pickle-values.ts";

type Machine = PickleMachine;

/** Its code has been taken; it takes its argument from the file and its operands from the stack. */
export type Opcode = (machine: Machine) => void;

const push =
  (value: (machine: Machine) => Pickled): Opcode =>
  (machine) =>
    machine.push(value(machine));

/** A list of the topmost `count` values. */
const tuple = (count: number): Opcode =>
  push((machine) => Array.from({ length: count }, () => machine.pop()).reverse());

const memoize =
  (index: (machine: Machine) => number): Opcode =>
  (machine) => {
    machine.memo.set(index(machine), machine.top());
  };

const recall = (index: (machine: Machine) => number): Opcode =>
  push((machine) => {
    const value = machine.memo.get(index(machine));
    if (value === undefined) throw new PickleError("a reference to a value that is not in the memo");
    return value;
  });

const append =
  (values: (machine: Machine) => readonly Pickled[]): Opcode =>
  (machine) => {
    const added = values(machine);
    const list = machine.top();
    if (!Array.isArray(list)) throw new PickleError("items for what is no list");
    for (const value of added) list.push(value);
  };

const setItems =
  (values: (machine: Machine) => readonly Pickled[]): Opcode =>
  (machine) => {
    const added = values(machine);
    fill(machine.top(), added);
  };

/** Sets key 0, value 0, key 1, value 1.. in the dictionary, which is returned. */
const fill = (dictionary: Pickled, items: readonly Pickled[]): Pickled => {
  if (!(dictionary instanceof Map)) throw new PickleError("items for what is no dictionary");
  if (items.length % 2 === 1) throw new PickleError("a key without a value");
  for (let k = 0; k < items.length; k += 2) dictionary.set(keyOf(items[k]!), items[k + 1]!);
  return dictionary;
};

const keyOf = (value: Pickled): string | number => {
  if (value instanceof Uint8Array) return latin1(value);
  if (typeof value === "string" || typeof value === "number") return value;
  throw new PickleError("a key that is neither text nor a number");
};

const global = (module: Pickled, name: Pickled): Pickled => {
  if (typeof module !== "string" || typeof name !== "string") throw new PickleError("a name that is no text");
  return { kind: "global", name: `${module}.${name}` };
};

/** Below protocol 3, Python 3 writes bytes as a call of _codecs.encode(text, "latin1"), which is what they are here. */
const call = (callee: Pickled, args: Pickled): Pickled =>
  isGlobal(callee, "_codecs.encode") &&
  Array.isArray(args) &&
  typeof args[0] === "string" &&
  args[1] === "latin1"
    ? Buffer.from(args[0], "latin1")
    : { kind: "call", callee, args, state: null };

const build: Opcode = (machine) => {
  const state = machine.pop();
  const target = machine.top();
  if (!isCall(target)) throw new PickleError("state for what has none");
  target.state = state;
};

const protocol: Opcode = (machine) => {
  const version = machine.unsigned(1);
  if (version > 5) throw new PickleError(`protocol ${version}`);
};

const code = (letter: string): number => letter.charCodeAt(0);
const items = (machine: Machine): Pickled[] => machine.popToMark();

export const opcodes: Readonly<Record<number, Opcode>> = {
  [code("(")]: (machine) => machine.mark(),
  [code("0")]: (machine) => void machine.pop(),
  [code("1")]: (machine) => void machine.popToMark(),
  [code("2")]: push((machine) => machine.top()),
  [code("p")]: memoize((machine) => whole(machine.line())),
  [code("q")]: memoize((machine) => machine.unsigned(1)),
  [code("r")]: memoize((machine) => machine.unsigned(4)),
  148: memoize((machine) => machine.memo.size),
  [code("g")]: recall((machine) => whole(machine.line())),
  [code("h")]: recall((machine) => machine.unsigned(1)),
  [code("j")]: recall((machine) => machine.unsigned(4)),
  [code("N")]: push(() => null),
  136: push(() => true),
  137: push(() => false),
  [code("I")]: push((machine) => integer(machine.line())),
  [code("J")]: push((machine) => machine.unsigned(4) | 0),
  [code("K")]: push((machine) => machine.unsigned(1)),
  [code("M")]: push((machine) => machine.unsigned(2)),
  138: push((machine) => long(machine.take(machine.unsigned(1)))),
  [code("L")]: push((machine) => whole(machine.line().replace(/L$/, ""))),
  [code("G")]: push((machine) => float(machine.take(8))),
  [code("V")]: push((machine) => unescaped(machine.line())),
  [code("S")]: push((machine) => quoted(machine.line())),
  [code("U")]: push((machine) => machine.take(machine.unsigned(1))),
  [code("T")]: push((machine) => machine.take(machine.unsigned(4))),
  [code("C")]: push((machine) => machine.take(machine.unsigned(1))),
  [code("B")]: push((machine) => machine.take(machine.unsigned(4))),
  142: push((machine) => machine.take(machine.unsigned(8))),
  150: push((machine) => machine.take(machine.unsigned(8))),
  152: () => {},
  140: push((machine) => utf8(machine.take(machine.unsigned(1)))),
  [code("X")]: push((machine) => utf8(machine.take(machine.unsigned(4)))),
  141: push((machine) => utf8(machine.take(machine.unsigned(8)))),
  [code(")")]: tuple(0),
  133: tuple(1),
  134: tuple(2),
  135: tuple(3),
  [code("t")]: push(items),
  [code("]")]: push(() => []),
  [code("l")]: push(items),
  [code("a")]: append((machine) => [machine.pop()]),
  [code("e")]: append(items),
  [code("}")]: push(() => new Map()),
  [code("d")]: push((machine) => fill(new Map(), items(machine))),
  [code("s")]: setItems((machine) => [machine.pop(), machine.pop()].reverse()),
  [code("u")]: setItems(items),
  [code("c")]: push((machine) => global(machine.line(), machine.line())),
  147: push((machine) => {
    const name = machine.pop();
    return global(machine.pop(), name);
  }),
  [code("R")]: push((machine) => {
    const args = machine.pop();
    return call(machine.pop(), args);
  }),
  [code("b")]: build,
  128: protocol,
  149: (machine) => void machine.take(8),
};
