import { expect, test } from "vitest";
import { PackageError } from "../src/errors.ts";
import { requirePackages } from "../src/optional-package.ts";

test("packages that are installed are let pass, also those that only `import` resolves", () => {
  expect(() => requirePackages("a test", ["koffi", "onnxruntime-node", "h5wasm", "linkedom"])).not.toThrow();
});

test("packages that are left out are named, with the command that installs them", () => {
  const ask = () => requirePackages("writing a report", ["koffi", "not-installed-a", "not-installed-b"]);
  expect(ask).toThrow(PackageError);
  expect(ask).toThrow(
    "writing a report: got an installation without not-installed-a and not-installed-b; expected the package's " +
      "optional dependencies. Run `npm install` again without --omit=optional.",
  );
});
