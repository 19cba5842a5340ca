#!/bin/sh
# clang-format checked everywhere, then clang-tidy on every source that ships; clean or exit 1.
# usage: tools/lint.sh [FILE.cc...]   (default: all but tests, fuzz targets and benchmarks: gtest makes them twice as slow as the rest)
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.h' '*.cc' | xargs clang-format --dry-run --Werror
tools/build.sh test >/dev/null
files=${*:-$(git ls-files 'src/*.cc' 'tools/*.cc' | grep -vE '_(test|fuzz|bench)\.cc$|/testing/')}
printf '%s\n' $files | xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet --extra-arg=-Wno-unknown-warning-option
echo "lint: clean"
