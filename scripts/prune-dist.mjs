/**
 * Removes outputs from dist whose source no longer exists, and copies files that the compiler does not. The
 * build does this at its end instead of emptying dist at its start, because programs may be running from it.
 * --all removes everything that is built, the bundle too.
 */
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

const isStale = (name) => {
  const [, stem] = /^(.*?)(\.d\.ts|\.js)$/.exec(name) ?? [];
  return stem === undefined || !existsSync(join(root, "src", `${stem}.ts`));
};

if (process.argv[2] === "--all")
  for (const built of ["dist", "bundle"]) rmSync(join(root, built), { recursive: true, force: true });
else {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name);
      if (isStale(file.slice(dist.length + 1))) rmSync(file);
    }
  copyFileSync(join(root, "src", "web.jsx"), join(dist, "web.jsx"));
}
