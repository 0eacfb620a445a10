#!/bin/sh
# Checks the README's pages in Vite, without any configuration: packs the package, installs it beside Vite 6, 7 and 8 in
# temporary folders, serves each page in development and built, and looks at it in Chromium. Needs the package registry and
# Chromium, and takes some minutes: not a part of `npm run verify`.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
folder=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
npm pack --silent --pack-destination "$folder" >"$folder/name"
package=$folder/$(tail -1 "$folder/name")
node bin/nsm.js train mnist-mlp --epochs 1 --out "$folder/run" >"$folder/log" 2>&1
node bin/nsm.js export "$folder/run" --format safetensors --out "$folder/model.safetensors" >"$folder/log" 2>&1
# The README's pages: one predicts, the other trains.
for page in 1 2; do
  awk -v page=$page '/^```html$/ { count++; inside = count == page; next } /^```$/ { inside = 0 } inside' README.md \
    >"$folder/page-$page.html"
done
port=5600

# look WHAT COMMAND...: serves by the command and prints what the page says.
look() {
  what=$1
  shift
  port=$((port + 1))
  "$@" --port "$port" --strictPort >"$folder/log" 2>&1 &
  server=$!
  tries=0
  until curl -s -o "$folder/page" "http://localhost:$port/"; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || { cat "$folder/log"; exit 1; }
    sleep 0.5
  done
  printf '%s: ' "$what"
  (cd "$root" && node scripts/look-at-page.mjs "http://localhost:$port/")
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}

for version in 6 7 8; do
  mkdir "$folder/vite-$version"
  cd "$folder/vite-$version"
  mkdir public
  cp "$folder/model.safetensors" "$root"/data/mnist-subset/*.gz public
  printf '{ "private": true, "type": "module" }\n' >package.json
  npm install --silent --no-audit --no-fund --ignore-scripts "vite@$version" "$package"
  vite=node_modules/vite/bin/vite.js
  for page in 1 2; do
    cp "$folder/page-$page.html" index.html
    look "Vite $version, page $page, development" node "$vite"
    node "$vite" build >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
    look "Vite $version, page $page, built" node "$vite" preview
  done
done
