#!/bin/sh
# Assembles src/random/xoshiro128.wat into src/random/xoshiro128-wasm.ts. Run it after changing the .wat file;
# the result is committed.
set -eu
cd "$(dirname "$0")/../src/random"
binary=$(mktemp)
trap 'rm -f "$binary"' EXIT
npx --yes --package=wabt@1.0.39 wat2wasm xoshiro128.wat --output="$binary"
{
  echo '/** xoshiro128.wat, assembled by scripts/generate-random-kernel.sh: do not edit. */'
  echo 'export const XOSHIRO128_WASM ='
  printf '  "%s";\n' "$(base64 -w0 "$binary")"
} > xoshiro128-wasm.ts
