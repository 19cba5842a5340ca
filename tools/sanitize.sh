#!/bin/sh
# Every unit test under AddressSanitizer + UBSan, every test again under ThreadSanitizer, and each fuzz target for FUZZ_S seconds.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)  # asked before OMP_NUM_THREADS is set, which nproc obeys
export JOBS="$jobs"
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS="suppressions=$PWD/tools/lsan.supp:print_suppressions=0"
# Libraries that were not built with ThreadSanitizer synchronise in ways it cannot see; OpenMP (XGBoost) spins under it.
export TSAN_OPTIONS="suppressions=$PWD/tools/tsan.supp:history_size=4:ignore_noninstrumented_modules=1" OMP_NUM_THREADS=1
for preset in asan tsan; do
  tools/build.sh "$preset"
  ctest --test-dir "build/$preset" --output-on-failure -j "$jobs" -LE slow
done
tools/build.sh fuzz fuzz
printf '%s\n' build/fuzz/src/shrike_*_fuzz | FUZZ_S="${FUZZ_S:-60}" xargs -P "$jobs" -I TARGET sh -c '
  TARGET -max_total_time="$FUZZ_S" -max_len=65536 -rss_limit_mb=2048 -artifact_prefix=build/fuzz/ -print_final_stats=1 \
    >TARGET.log 2>&1 || { cat TARGET.log; exit 1; }
  echo "fuzz: $(basename TARGET), $FUZZ_S s" && tail -n 8 TARGET.log'
echo "sanitize: clean"
