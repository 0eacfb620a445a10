#!/bin/sh
# Writes src/onnx/schema/onnx_pb.ts from the official schema, onnx.proto (Apache-2.0, the ONNX project), as
# installed by Debian's libonnx-dev. Needed only for a newer ONNX version; the result is committed.
#   apt-get install libonnx-dev && scripts/generate-onnx-schema.sh [onnx.proto]
set -eu
schema=${1:-/usr/include/onnx/onnx.proto}
[ -r "$schema" ] || { echo "no $schema: install libonnx-dev or give the path of onnx.proto" >&2; exit 1; }
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$schema" "$folder/onnx.proto"
buf="npx --yes --package=@bufbuild/buf@1 --package=@bufbuild/protoc-gen-es@2 buf"
$buf build "$folder" --exclude-source-info -o "$folder/image.binpb"
$buf generate "$folder/image.binpb" --template '{
  "version": "v2",
  "plugins": [{ "local": "protoc-gen-es", "out": "src/onnx/schema", "opt": ["target=ts"] }]
}'
