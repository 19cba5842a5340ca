#include "behaviour/concealment_protocol.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace shrike {
namespace {

struct Frame {
  float score;
  bool theft;
};

std::optional<FrameRanking> rank(std::vector<Frame> frames) {
  FrameRanking out{.frames = static_cast<int64_t>(frames.size())};
  out.positives = std::count_if(frames.begin(), frames.end(), [](const Frame& f) { return f.theft; });
  const auto positives = static_cast<double>(out.positives), negatives = static_cast<double>(out.frames) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  std::sort(frames.begin(), frames.end(), [](const Frame& a, const Frame& b) { return a.score > b.score; });
  double hits = 0, alarms = 0, hit_rate = 0, alarm_rate = 0;
  // The point nearest to equal rates; (0, 0) misses everything.
  double imbalance = 1;
  out.eer = 0.5;
  for (size_t i = 0; i < frames.size(); ++i) {
    (frames[i].theft ? hits : alarms) += 1;
    if (i + 1 < frames.size() && frames[i + 1].score == frames[i].score) continue;  // frames that tie go together
    const double hit_now = hits / positives, alarm_now = alarms / negatives;
    out.auc_roc += (alarm_now - alarm_rate) * (hit_now + hit_rate) / 2;
    out.auc_pr += (hit_now - hit_rate) * hits / (hits + alarms);
    if (const double off = std::abs(alarm_now - (1 - hit_now)); off < imbalance) {
      imbalance = off;
      out.eer = (alarm_now + 1 - hit_now) / 2;
    }
    hit_rate = hit_now;
    alarm_rate = alarm_now;
  }
  return out;
}

void check(const ScoredClip& clip) {
  assert(clip.theft.size() == clip.score.size() && clip.person.size() == clip.score.size());
  (void)clip;
}

std::vector<Frame> inner_frames(const ScoredClip& clip) {
  check(clip);
  std::vector<Frame> out;
  const int n = static_cast<int>(clip.score.size());
  for (int i = kEdgeFrames; i < n - kEdgeFrames; ++i) {
    const auto at = static_cast<size_t>(i);
    if (clip.person[at]) out.push_back({clip.score[at], clip.theft[at]});
  }
  return out;
}

}  // namespace

bool ScoredClip::has_theft() const { return std::find(theft.begin(), theft.end(), true) != theft.end(); }

std::optional<FrameRanking> rank_frames(std::span<const ScoredClip> clips) {
  std::vector<Frame> frames;
  for (const ScoredClip& clip : clips) {
    check(clip);
    for (size_t i = 0; i < clip.score.size(); ++i) frames.push_back({clip.score[i], clip.theft[i]});
  }
  return rank(std::move(frames));
}

std::optional<HonestScore> honest_score(std::span<const ScoredClip> clips) {
  HonestScore out;
  std::vector<Frame> pooled;
  for (const ScoredClip& clip : clips) {
    const auto frames = inner_frames(clip);
    const auto alone = rank(frames);
    if (!alone) continue;
    out.within += alone->auc_roc;
    ++out.clips;
    pooled.insert(pooled.end(), frames.begin(), frames.end());
  }
  if (out.clips == 0) return std::nullopt;
  out.within /= out.clips;
  out.mixed = *rank(std::move(pooled));
  return out;
}

int alarms_in(const ScoredClip& clip, float threshold) {
  check(clip);
  int alarms = 0;
  double quiet_until = -1;
  for (size_t i = 0; i < clip.score.size(); ++i) {
    const double t = static_cast<double>(i) / clip.fps;
    if (!clip.person[i] || clip.score[i] < threshold || t < quiet_until) continue;
    ++alarms;
    quiet_until = t + kAlarmPause_s;
  }
  return alarms;
}

double hours_of(std::span<const ScoredClip> clips) {
  double seconds = 0;
  for (const ScoredClip& clip : clips) seconds += static_cast<double>(clip.score.size()) / clip.fps;
  return seconds / 3600;
}

float threshold_for(std::span<const ScoredClip> normal, double per_hour) {
  std::vector<float> scores;
  for (const ScoredClip& clip : normal)
    for (size_t i = 0; i < clip.score.size(); ++i)
      if (clip.person[i]) scores.push_back(clip.score[i]);
  const double alarms_max = per_hour * hours_of(normal);
  std::sort(scores.begin(), scores.end());
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
  // Alarms never grow with the threshold: a pause after each makes them the fewest half-minutes that cover the frames.
  const auto quiet_enough = [&](float threshold) {
    int alarms = 0;
    for (const ScoredClip& clip : normal) alarms += alarms_in(clip, threshold);
    return alarms <= alarms_max;
  };
  const auto first = std::partition_point(scores.begin(), scores.end(), [&](float s) { return !quiet_enough(s); });
  if (first != scores.end()) return *first;
  return scores.empty() ? std::numeric_limits<float>::lowest()
                        : std::nextafter(scores.back(), std::numeric_limits<float>::max());
}

bool caught(const ScoredClip& clip, float threshold) {
  check(clip);
  for (size_t i = 0; i < clip.score.size(); ++i)
    if (clip.theft[i] && clip.person[i] && clip.score[i] >= threshold) return true;
  return false;
}

std::optional<BootstrapInterval> bootstrap(
    std::span<const ScoredClip> clips,
    const std::function<std::optional<double>(std::span<const ScoredClip>)>& statistic, int draws, uint64_t seed) {
  std::vector<ScoredClip> drawn(clips.size());
  const auto of_these = [&](std::span<const size_t> numbers) {
    for (size_t i = 0; i < numbers.size(); ++i) drawn[i] = clips[numbers[i]];
    return statistic(drawn);
  };
  return bootstrap_of(clips.size(), of_these, draws, seed);
}

std::optional<BootstrapInterval> bootstrap_of(
    size_t count, const std::function<std::optional<double>(std::span<const size_t>)>& statistic, int draws,
    uint64_t seed) {
  std::vector<size_t> drawn(count);
  std::iota(drawn.begin(), drawn.end(), 0);
  if (count == 0 || !statistic(drawn)) return std::nullopt;
  std::mt19937_64 random(seed);
  std::vector<double> values;
  for (int tries = 0; static_cast<int>(values.size()) < draws && tries < 20 * draws; ++tries) {
    // Not std::uniform_int_distribution, whose draws differ between libraries; the bias of % is below 1e-16.
    for (size_t& number : drawn) number = random() % count;
    if (const auto value = statistic(drawn)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return BootstrapInterval{at(0.025), at(0.975)};
}

}  // namespace shrike
