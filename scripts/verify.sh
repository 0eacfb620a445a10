#!/bin/sh
# Installs, builds, lints, type-checks and runs every test. The last line is "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
npm ci --no-audit --no-fund
npm run build
npm run lint
npm run typecheck
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
npx --no vitest run --reporter=default --reporter=json --outputFile.json="$report" || status=$?
node scripts/summary.mjs "$report"
exit "$status"
