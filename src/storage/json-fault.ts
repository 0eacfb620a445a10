/** The place of a fault in JSON text, which the engine's messages do not always have. RFC 8259. */

const BLANK = /[ \t\n\r]*/y;
/** Parts of a string: one expression for a whole string would exhaust the stack on a long one. */
const CHARACTERS = /[ !#-[\]-\uffff]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/** Most brackets in one another: no document of ours comes near, and reading more would take the whole stack. */
const MOST_NESTED = 500;

/** What was expected at an offset. */
class Fault extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/** What is wrong with text that is no JSON document, with line and column from 1; undefined for a document. */
export const jsonFault = (text: string): string | undefined => {
  try {
    requireDocument(text);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const before = text.slice(0, cause.offset).split("\n");
    return `line ${before.length}, column ${before.at(-1)!.length + 1}: expected ${cause.expected}`;
  }
};

const requireDocument = (text: string): void => {
  let [at, nested] = [0, 0];
  const has = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  const hasString = (): boolean => {
    const start = at;
    if (text[at] !== '"') return false;
    at++;
    while (has(CHARACTERS) || has(ESCAPE));
    if (text[at] === '"') at++;
    else at = start;
    return at > start;
  };
  const skip = (): string => {
    has(BLANK);
    return text[at] ?? "";
  };
  const fail = (expected: string): never => {
    throw new Fault(at, expected);
  };
  /** Elements up to the closing bracket, of which the opening one is next. */
  const elements = (closing: string, element: () => void): void => {
    if (++nested > MOST_NESTED) fail(`at most ${MOST_NESTED} brackets in one another`);
    at++;
    if (skip() !== closing)
      for (;;) {
        element();
        if (skip() !== ",") break;
        at++;
      }
    if (skip() !== closing) fail(`a comma or ${closing}`);
    at++;
    nested--;
  };
  const member = (): void => {
    skip();
    if (!hasString()) fail("a name in quotation marks");
    if (skip() !== ":") fail("a colon");
    at++;
    value();
  };
  const value = (): void => {
    const next = skip();
    if (next === "{") elements("}", member);
    else if (next === "[") elements("]", value);
    else if (!hasString() && !has(SCALAR)) fail("a value");
  };
  value();
  if (skip() !== "") fail("the end of the file");
};
