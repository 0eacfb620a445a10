#!/usr/bin/env node
/** Starts the built program, or says in one line why it cannot. Old releases of Node must be able to parse this file. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The oldest release that runs the program; package.json states the same under "engines". */
const OLDEST = [20, 12];

const program = new URL("../bundle/cli/main.js", import.meta.url);

const refuse = (message) => {
  console.error(`nsm: ${message}`);
  process.exitCode = 1;
};

const refuseInstallation = (what) =>
  refuse(`${what}: run \`npm install && npm run build\` in ${fileURLToPath(new URL("..", import.meta.url))}`);

const isTooOld = () => {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
};

const start = async () => {
  if (isTooOld())
    return refuse(`Node ${process.versions.node} is too old: install ${OLDEST.join(".")} or later`);
  if (!existsSync(program)) return refuseInstallation("not built");
  try {
    const { main } = await import(program);
    await main(process.argv.slice(2));
  } catch (cause) {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const isPackage = cause.message.startsWith("Cannot find package");
    refuseInstallation(isPackage ? "its packages are not installed" : "its build is not whole");
  }
};

await start();
