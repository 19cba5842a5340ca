#pragma once
// Files of the MOTChallenge (motchallenge.net): detections, ground truth, results and sequence facts.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// One line of det.txt, gt.txt or a result file.
struct MotRow {
  int frame = 0;                                    ///< from 1
  int64_t id = 0;                                   ///< -1 in det.txt
  double left = 0, top = 0, width = 0, height = 0;  ///< pixels
  double confidence = 1;                            ///< score of a detection; in ground truth 0 = not to be counted
  int label = 1;  ///< ground truth of MOT16, 17, 20 only: 1 pedestrian, 2 7 8 12 distractors; 1 elsewhere
};

enum class MotKind {
  detections,  ///< frame,id,left,top,width,height,score and up to three more columns
  truth,       ///< 9 columns (MOT16 on: …,counted,class,visibility) or 10 (MOT15: …,counted,x,y,z)
  results,     ///< as detections; an id at most once in a frame
};

/// seqinfo.ini.
struct MotSequence {
  std::string name;
  double fps = 0;
  int frames = 0;
  int width = 0, height = 0;  ///< pixels
};

/// Rows of `text` sorted by frame (rows of one frame keep their order). The first wrong row is an error that names
/// `name`, line, field, what was found and what was expected. `frames_max`: the sequence's length.
[[nodiscard]] Result<std::vector<MotRow>> parse_mot(std::string_view text, const std::string& name, MotKind kind,
                                                    int frames_max);
[[nodiscard]] Result<MotSequence> parse_seqinfo(std::string_view text, const std::string& name);

/// The same from files of at most 256 MiB.
[[nodiscard]] Result<std::vector<MotRow>> read_mot(const std::filesystem::path& file, MotKind kind, int frames_max);
[[nodiscard]] Result<MotSequence> read_seqinfo(const std::filesystem::path& file);

/// Writes results in MOT form: frame,id,left,top,width,height,score,-1,-1,-1.
[[nodiscard]] Result<void> write_mot(const std::filesystem::path& file, const std::vector<MotRow>& rows);

/// Frames of the longest sequence that is accepted.
inline constexpr int kMotFramesMax = 1'000'000;

}  // namespace shrike
