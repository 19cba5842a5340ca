#!/bin/sh
# Configures a preset once and builds it. usage: tools/build.sh PRESET [TARGET...]
# `test` is `release` with the tests: both build in build/release.
set -eu
cd "$(dirname "$0")/.."
preset=$1; shift
case $preset in test) dir=build/release ;; *) dir=build/$preset ;; esac
if [ ! -f "$dir/.configured-$preset" ]; then
  cmake --preset "$preset" >/dev/null
  touch "$dir/.configured-$preset"
fi
exec cmake --build "$dir" -j "${JOBS:-$(nproc)}" ${1:+--target "$@"}
