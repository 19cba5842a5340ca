#!/bin/sh
# Runs every benchmark of the bench build, one after the other, each under its own name.
set -eu
cd "$(dirname "$0")/.."
for bench in build/bench/src/shrike_*_bench; do
  [ -x "$bench" ] || continue
  echo "== $bench"
  "$bench" --benchmark_color=false
done
