#!/bin/sh
# Configures a preset once and builds it. usage: tools/build.sh PRESET [TARGET...]
set -eu
cd "$(dirname "$0")/.."
preset=$1; shift
[ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null
exec cmake --build "build/$preset" -j "${JOBS:-$(nproc)}" ${1:+--target "$@"}
