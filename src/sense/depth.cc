#include "sense/depth.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace shrike {
namespace {

constexpr int kFramesAgreed = 2;              // before something has come or gone
constexpr uint64_t kFramesToLearn = 10;       // before anything is said
constexpr uint16_t kBecomesBackground = 450;  // frames that something stays: 30 s at 15 a second
constexpr int kStill_frames = 30;             // what does not move at all for 2 s at 15 a second is goods, not a hand
constexpr float kFollow = 1.0F / 16;
constexpr double kObject_mm = 300;  // what is lower is dirt, a mat, a bag's strap
constexpr double kSure = 0.8;       // that goods which look different were moved, and not only pushed aside

}  // namespace

DepthFindings DepthWatch::observe(const DepthFrame& frame, Timestamp received) {
  DepthFindings findings;
  const Timestamp time = frame.stated ? clock_.observe(*frame.stated, received) : received;
  if (width_ == 0) {
    width_ = frame.width;
    height_ = frame.height;
    background_.assign(frame.mm.size(), 0);
    near_for_.assign(frame.mm.size(), 0);
    near_.assign(frame.mm.size(), 0);
  }
  if (frame.width != width_ || frame.height != height_) {
    ++state_.left_out;
    return findings;
  }
  ++state_.frames;
  find_near(frame);
  const auto found = blobs(frame);
  if (state_.frames > kFramesToLearn) {
    if (config_.use == DepthConfig::Use::shelf) {
      watch_shelf(frame, !found.empty(), time, findings);
    } else {
      watch_exit(found, time, findings);
    }
  }
  last_mm_ = frame.mm;
  learn(frame, !something_ && found.empty());
  state_.events += findings.items.size() + findings.facts.size();
  return findings;
}

void DepthWatch::find_near(const DepthFrame& frame) {
  const auto near_mm = static_cast<float>(config_.near_mm);
  size_t measured = 0;
  for (size_t i = 0; i < frame.mm.size(); ++i) {
    const float mm = frame.mm[i];
    measured += mm > 0 ? 1 : 0;
    near_[i] = mm > 0 && background_[i] > 0 && background_[i] - mm > near_mm ? 1 : 0;
  }
  state_.measured = static_cast<double>(measured) / static_cast<double>(frame.mm.size());
}

void DepthWatch::learn(const DepthFrame& frame, bool quiet) {
  for (size_t i = 0; i < frame.mm.size(); ++i) {
    const float mm = frame.mm[i];
    if (mm <= 0) continue;
    near_for_[i] = near_[i] != 0 ? static_cast<uint16_t>(std::min<int>(near_for_[i] + 1, kBecomesBackground)) : 0;
    const bool stays = near_for_[i] >= kBecomesBackground;
    if (background_[i] <= 0 || stays) {
      background_[i] = mm;
    } else if (quiet || (near_[i] == 0 && !something_)) {
      background_[i] += kFollow * (mm - background_[i]);
    }
  }
}

/// What is near, in pieces that hang together and are large enough.
std::vector<DepthWatch::Blob> DepthWatch::blobs(const DepthFrame& frame) {
  const auto least = static_cast<size_t>(std::max(1.0, config_.area * static_cast<double>(frame.mm.size())));
  std::vector<Blob> all;
  std::vector<uint16_t> distances;
  const auto width = static_cast<size_t>(width_);
  for (size_t start = 0; start < near_.size(); ++start) {
    if (near_[start] != 1) continue;
    distances.clear();
    stack_.assign(1, start);
    near_[start] = 2;
    while (!stack_.empty()) {
      const size_t at = stack_.back();
      stack_.pop_back();
      distances.push_back(frame.mm[at]);
      const auto visit = [&](size_t next) {
        if (near_[next] != 1) return;
        near_[next] = 2;
        stack_.push_back(next);
      };
      if (at % width > 0) visit(at - 1);
      if (at % width + 1 < width) visit(at + 1);
      if (at >= width) visit(at - width);
      if (at + width < near_.size()) visit(at + width);
    }
    if (distances.size() < least) continue;
    const auto twentieth = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 20);
    std::nth_element(distances.begin(), twentieth, distances.end());
    all.push_back({distances.size(), *twentieth});
  }
  return all;
}

void DepthWatch::watch_shelf(const DepthFrame& frame, bool hand, Timestamp time, DepthFindings& findings) {
  follow_stillness(frame, time);
  if (something_ && hand && still_for_ >= kStill_frames) {
    // Goods that were put there, nearer than what was behind them.
    for (size_t i = 0; i < near_.size(); ++i) {
      if (near_[i] != 0) background_[i] = frame.mm[i];
    }
    something_ = false;
    agreed_ = 0;
    ++state_.reaches;
    compare_goods(frame, still_since_, findings);
    return;
  }
  agreed_ = hand == something_ ? 0 : agreed_ + 1;
  if (agreed_ < kFramesAgreed) return;
  agreed_ = 0;
  something_ = hand;
  if (hand) {
    since_ = time;
    before_ = background_;
    still_for_ = 0;
    return;
  }
  ++state_.reaches;
  compare_goods(frame, time, findings);
}

void DepthWatch::follow_stillness(const DepthFrame& frame, Timestamp time) {
  size_t near = 0, moved = 0;
  for (size_t i = 0; i < near_.size() && !last_mm_.empty(); ++i) {
    if (near_[i] == 0 || last_mm_[i] == 0) continue;
    ++near;
    moved += std::abs(frame.mm[i] - last_mm_[i]) > config_.near_mm / 2 ? 1 : 0;
  }
  const bool still = near > 0 && moved * 20 < near;
  still_for_ = still ? still_for_ + 1 : 0;
  if (still_for_ <= 1) still_since_ = time;
}

/// The goods after a reach against those before it.
void DepthWatch::compare_goods(const DepthFrame& frame, Timestamp time, DepthFindings& findings) {
  const auto near_mm = static_cast<float>(config_.near_mm);
  size_t farther = 0, nearer = 0;
  for (size_t i = 0; i < frame.mm.size(); ++i) {
    if (frame.mm[i] == 0 || before_[i] <= 0) continue;
    const float change = static_cast<float>(frame.mm[i]) - before_[i];
    farther += change > near_mm ? 1 : 0;
    nearer += change < -near_mm / 2 ? 1 : 0;
  }
  const double least = config_.area * static_cast<double>(frame.mm.size());
  if (static_cast<double>(std::max(farther, nearer)) < least) return;
  findings.items.push_back({.kind = farther > nearer ? ItemEvent::Kind::taken : ItemEvent::Kind::put_back,
                            .from = since_,
                            .to = time,
                            .source = config_.name,
                            .zone = config_.zone,
                            .visit_id = {},
                            .guesses = {{.product = "", .count = 1, .probability = kSure}}});
}

void DepthWatch::watch_exit(const std::vector<Blob>& blobs, Timestamp time, DepthFindings& findings) {
  bool person = false;
  double object_mm = 0;
  for (const auto& blob : blobs) {
    const double height_mm = config_.floor_mm - blob.nearest_mm;
    if (height_mm >= config_.tall_mm) {
      person = true;
    } else if (height_mm >= kObject_mm) {
      object_mm = std::max(object_mm, height_mm);
    }
  }
  const bool now = person || object_mm > 0;
  if (now && something_) {
    highest_mm_ = std::max(highest_mm_, object_mm);
    person_ = person_ || person;
    // A crouching head is no trolley: person and object must be seen apart, at once.
    object_apart_ = object_apart_ || (person && object_mm > 0);
  }
  agreed_ = now == something_ ? 0 : agreed_ + 1;
  if (agreed_ < kFramesAgreed) return;
  agreed_ = 0;
  something_ = now;
  if (now) {
    since_ = time;
    highest_mm_ = object_mm;
    person_ = person;
    object_apart_ = person && object_mm > 0;
    return;
  }
  state_.people += person_ ? 1 : 0;
  if (!object_apart_) return;
  ++state_.objects;
  findings.facts.push_back(
      {.kind = "object_carried_out",
       .from = since_,
       .to = time,
       .source = config_.name,
       .zone = config_.zone,
       .detail = fmt::format("an object {:.1f} m high passed beside a person", highest_mm_ / 1e3)});
}

DepthState DepthWatch::state() const {
  auto state = state_;
  state.clock_offset_s = clock_.offset_s();
  return state;
}

}  // namespace shrike
