#include "track/reid_gaps.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr double kBeside_s = 2;  ///< a person is there so long before and after the gap
constexpr double kJudged_s = 1;  ///< after it comes back: a visit may begin as somebody new and be joined
constexpr double kJudgedBy_s = 3;
constexpr float kSameBox = 0.5F;

bool counts(const MotRow& row) { return row.confidence > 0 && row.label == 1; }

Box box_of(const MotRow& row) {
  return {static_cast<float>(row.left), static_cast<float>(row.top), static_cast<float>(row.left + row.width),
          static_cast<float>(row.top + row.height)};
}

}  // namespace

std::vector<GapCut> cut_gaps(const std::vector<MotRow>& truth, double fps, double gap_s) {
  std::map<int64_t, std::pair<int, int>> spans;
  for (const MotRow& row : truth) {
    if (!counts(row)) continue;
    auto& span = spans.try_emplace(row.id, row.frame, row.frame).first->second;
    span.second = std::max(span.second, row.frame);
  }
  const int length = static_cast<int>(std::lround(gap_s * fps)),
            beside = static_cast<int>(std::lround(kBeside_s * fps));
  std::vector<GapCut> gaps;
  for (const auto& [id, span] : spans) {
    if (span.second - span.first < length + 2 * beside) continue;
    const int first = (span.first + span.second - length) / 2;
    gaps.push_back({id, first, first + length - 1});
  }
  return gaps;
}

GapRun::GapRun(const MotSequence& sequence, const std::vector<MotRow>& truth, double gap_s)
    : sequence_(sequence),
      gaps_(cut_gaps(truth, sequence.fps, gap_s)),
      visits_({}, {}, [this](Timestamp) { return fmt::format("v{:06}", ++named_); }) {
  for (const MotRow& row : truth) {
    const bool hidden = std::ranges::any_of(
        gaps_, [&](const GapCut& gap) { return gap.id == row.id && row.frame >= gap.first && row.frame <= gap.last; });
    if (counts(row) && !hidden) seen_[row.frame].push_back(row);
  }
}

Detections GapRun::detections(int frame) const {
  Detections found;
  if (const auto rows = seen_.find(frame); rows != seen_.end())
    for (const MotRow& row : rows->second) found.add(box_of(row), 1, 0);
  return found;
}

void GapRun::see(int frame, const Detections& detections, const std::vector<float>& appearance) {
  const Timestamp time = Timestamp{1'700'000'000'000'000}.plus_s(frame / sequence_.fps);
  const PictureAt picture{time, sequence_.width, sequence_.height};
  const auto tracks = tracker_.update(detections, picture, appearance);
  const auto looks = tracker_.appearance();
  const size_t width = tracks.empty() ? 0 : looks.size() / tracks.size();
  const VisitsUpdate update = visits_.update(picture, tracks, looks);
  CameraSight sight{sequence_.name, time, {}, {}};
  for (const VisitTrack& one : update.present) {
    if (one.track.missed > 0) continue;
    const auto row = static_cast<size_t>(std::ranges::find(tracks, one.track.id, &Track::id) - tracks.begin());
    const auto look = looks.subspan(row * width, width);
    sight.people.push_back(
        {.camera_visit = one.visit_id, .continuity = one.continuity, .spot = {}, .look = {look.begin(), look.end()}});
  }
  for (const EndedVisit& ended : update.ended) sight.ended.push_back(ended.visit.id);
  (void)store_visits_.see(sight);
  const auto truth = seen_.find(frame);
  if (truth == seen_.end()) return;
  for (const VisitTrack& one : update.present) {
    if (one.track.missed > 0) continue;
    const auto best =
        std::ranges::max_element(truth->second, {}, [&](const MotRow& row) { return iou(box_of(row), one.track.box); });
    if (iou(box_of(*best), one.track.box) < kSameBox) continue;
    const auto claims = store_visits_.claims_of(one.visit_id);
    rows_.push_back({frame, best->id, one.visit_id, claims.empty() ? one.visit_id : claims.front().visit_id});
  }
}

GapScore GapRun::score(std::string Row::*id) const {
  GapScore score;
  for (const GapCut& gap : gaps_) {
    std::string before, after;
    const int from = gap.last + static_cast<int>(kJudged_s * sequence_.fps);
    const int by = gap.last + static_cast<int>(kJudgedBy_s * sequence_.fps);
    for (const Row& row : rows_) {
      if (row.who != gap.id) continue;
      if (row.frame < gap.first) before = row.*id;
      if (row.frame > from && row.frame <= by && after.empty()) after = row.*id;
    }
    if (before.empty() || after.empty()) continue;
    ++score.gaps;
    const bool known = std::ranges::any_of(
        rows_, [&](const Row& row) { return row.frame <= gap.last && row.who != gap.id && row.*id == after; });
    if (after == before)
      ++score.again;
    else if (known)
      ++score.wrong;
    else
      ++score.fresh;
  }
  return score;
}

}  // namespace shrike
