#!/bin/sh
# Installs, builds, lints, type-checks, looks for unused code and runs all tests. The last line is "N passed,
# N failed"; a failure before the tests counts as one.
set -eu
cd "$(dirname "$0")/.."
report=$(mktemp)
counted=no
studio=
finish() {
  status=$?
  rm -f "$report"
  [ -z "$studio" ] || kill "$studio" 2>/dev/null || true
  [ "$counted" = yes ] || echo "0 passed, 1 failed"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
npm ci --no-audit --no-fund
npm run build
# The studio's build trains three networks; the checks need none of it.
npm run build:studio &
studio=$!
npm run lint
npm run typecheck
npm run unused
wait "$studio"
studio=
status=0
npx --no vitest run --reporter=default --reporter=json --outputFile.json="$report" || status=$?
node scripts/summary.mjs "$report" "$status" || exit "$((status ? status : 1))"
counted=yes
exit "$status"
