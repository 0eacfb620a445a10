#!/usr/bin/env node
/** Starts the built program, or says in a line why it cannot. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = new URL("../dist/cli/main.js", import.meta.url);

const refuse = (what, command) => {
  console.error(`nsm: ${what}: run \`${command}\` in ${fileURLToPath(new URL("..", import.meta.url))}`);
  process.exitCode = 1;
};

const load = async () => {
  try {
    return await import(program);
  } catch (cause) {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    return undefined;
  }
};

if (existsSync(program)) {
  const loaded = await load();
  if (loaded) await loaded.main(process.argv.slice(2));
  else refuse("its packages are not installed", "npm install && npm run build");
} else {
  refuse("not built", "npm install && npm run build");
}
