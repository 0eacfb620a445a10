/** Python literals, as the header of an .npy file is one: dict, list, tuple, string, whole number, True, False. */

/** A list and a tuple are both an array, a dict is a Map. */
export type PythonLiteral =
  | string
  | number
  | boolean
  | readonly PythonLiteral[]
  | ReadonlyMap<string, PythonLiteral>;

/** Text that is no such literal: its message is what was expected at `index` of the text. */
export class LiteralError extends Error {
  readonly index: number;
  constructor(expected: string, index: number) {
    super(expected);
    this.index = index;
  }
}

/** Deepest nesting, which is bounded because each level takes a part of the stack. */
const deepest = 8;
const token =
  /(\s*)(?:([[\](){},:])|'((?:[^'\\\n]|\\['"\\])*)'|"((?:[^"\\\n]|\\['"\\])*)"|(\d{1,15})L?(?![\w.])|(True|False)(?!\w)|$)/y;
const closing: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };

interface Token {
  /** Undefined at the end of the text. */
  readonly mark?: string | undefined;
  readonly value?: string | number | boolean;
  readonly index: number;
}

/** The one literal that `text` consists of, up to white space. Throws LiteralError. */
export const parsePythonLiteral = (text: string): PythonLiteral => {
  const rest = tokensOf(text);
  let { value: next } = rest.next() as { value: Token };
  const take = (): Token => {
    const taken = next;
    next = rest.next().value ?? taken;
    return taken;
  };
  const takes = (mark: string | undefined): boolean =>
    next.value === undefined && next.mark === mark && !!take();
  const expect = (mark: string): void => {
    if (!takes(mark)) throw new LiteralError(`"${mark}"`, next.index);
  };
  /** Reads items with `read`, separated by commas, until `close`. */
  const readAll = (close: string, read: () => void): void => {
    for (let more = !takes(close); more; more = more && !takes(close)) {
      read();
      more = takes(",");
      if (!more) expect(close);
    }
  };
  const parse = (depth: number): PythonLiteral => {
    const { mark = "", value, index } = take();
    if (value !== undefined) return value;
    const close = closing[mark];
    if (close === undefined) throw new LiteralError("a value", index);
    if (depth === 0) throw new LiteralError(`at most ${deepest} levels`, index);
    if (close !== "}") {
      const values: PythonLiteral[] = [];
      readAll(close, () => values.push(parse(depth - 1)));
      return values;
    }
    const entries = new Map<string, PythonLiteral>();
    readAll(close, () => {
      const { value: key, index: at } = take();
      if (typeof key !== "string" || entries.has(key)) throw new LiteralError("a key, once", at);
      expect(":");
      entries.set(key, parse(depth - 1));
    });
    return entries;
  };
  const literal = parse(deepest);
  if (next.mark !== undefined || next.value !== undefined) throw new LiteralError("the end", next.index);
  return literal;
};

function* tokensOf(text: string): Generator<Token, undefined> {
  for (let start = 0; ; start = token.lastIndex) {
    token.lastIndex = start;
    const match = token.exec(text);
    if (!match) throw new LiteralError("a part of a Python literal", start);
    const [, blanks, mark, single, double, digits, truth] = match;
    const index = start + blanks!.length;
    const quoted = single ?? double;
    if (mark !== undefined) yield { mark, index };
    else if (quoted !== undefined) yield { value: quoted.replace(/\\(.)/g, "$1"), index };
    else if (digits !== undefined) yield { value: Number(digits), index };
    else if (truth !== undefined) yield { value: truth === "True", index };
    else return void (yield { index });
  }
}
