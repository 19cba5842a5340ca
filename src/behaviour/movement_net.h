#pragma once
// The sequence model of movement: what a visit does next and for how long, given all that it did before. What it is,
// and how it reckons; `shrike-train` makes it with libtorch (src/train), to use one nothing but this is needed.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "behaviour/movement_walk.h"

namespace shrike {

/// A walk in numbers, one entry a stretch. Column-wise, as the trainer takes it.
struct WalkSteps {
  int hour = 12;               ///< of the day, the store's clock
  std::vector<int32_t> place;  ///< index into the net's places; 0: a place that it does not know
  std::vector<int32_t> kind;   ///< 0 open floor, 1 unseen, 2 + ZoneKind
  std::vector<float> seconds, way, at_s;
};
inline constexpr int kPlaceKinds = 10;
inline constexpr int kSecondsBins = 9;
/// Which of the bins, each twice as long as the one before: below 2 s, 2 to 4, …, from 256 s on.
[[nodiscard]] int seconds_bin(double seconds);
[[nodiscard]] int place_kind(const Stretch& stretch);

/// Numbers that the net reads of a stretch besides its place's vector.
inline constexpr int kStepFeatures = kPlaceKinds + 5;
void step_features(const WalkSteps& steps, size_t i, std::span<float> out);
/// … and of the moment before the first stretch.
void begin_features(int hour, std::span<float> out);

/// A gated recurrent unit (Cho and others 2014; PyTorch's equations), a softmax over the next place (the last one:
/// leaving), and one over how long it stays there.
struct MovementNet {
  int embed = 0, hidden = 0, seconds_hidden = 0;
  std::vector<std::string> places;          ///< by index; [0] stands for all that are not known
  std::vector<float> place_vectors;         ///< places × embed
  std::vector<float> w_in, b_in;            ///< 3 hidden × (embed + kStepFeatures), gates r z n
  std::vector<float> w_hidden, b_hidden;    ///< 3 hidden × hidden
  std::vector<float> w_next, b_next;        ///< (places + 1) × hidden
  std::vector<float> w_mix, b_mix;          ///< seconds_hidden × (hidden + embed)
  std::vector<float> w_seconds, b_seconds;  ///< kSecondsBins × seconds_hidden

  [[nodiscard]] int inputs() const { return embed + kStepFeatures; }
};

/// What a walk is to a net.
struct WalkReading {
  std::vector<float> surprise;   ///< by stretch: −ln of the probability of going there, and of staying so long
  std::vector<float> where;      ///< … of going there alone
  float leaving = 0;             ///< −ln of the probability of leaving where it left
  std::vector<float> embedding;  ///< the hidden state's mean over the stretches: what kind of visit it was
};

/// A place that the net does not know is as improbable as one of so many.
inline constexpr double kUnknownPlaces = 20;

[[nodiscard]] WalkSteps steps_of(const Walk& walk, int hour, std::span<const std::string> places);
/// Every figure is finite, whatever the walk.
[[nodiscard]] WalkReading read_walk(const MovementNet& net, const WalkSteps& steps);

/// A part of a model's file; every figure comes back the same.
[[nodiscard]] nlohmann::json to_json(const MovementNet& net);
/// Refuses what is no net, or one whose parts do not fit each other.
[[nodiscard]] Result<MovementNet> movement_net_from(const nlohmann::json& json);

/// Walks as CBOR, for the process that trains.
struct MovementRows {
  std::vector<std::string> places;
  std::vector<WalkSteps> walks;
};
[[nodiscard]] std::string to_cbor(const MovementRows& rows);
[[nodiscard]] Result<MovementRows> movement_rows_from_cbor(std::string_view bytes);

}  // namespace shrike
