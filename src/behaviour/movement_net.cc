#include "behaviour/movement_net.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

namespace shrike {
namespace {

using nlohmann::json;

constexpr int kEmbedMost = 256, kHiddenMost = 1024;
constexpr size_t kPlacesMost = 4096, kWalksMost = 5'000'000;
constexpr float kSurpriseMost = 30;

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

/// out = w · x + b, w row-major.
void affine(const std::vector<float>& w, const std::vector<float>& b, std::span<const float> x, std::span<float> out) {
  for (size_t r = 0; r < out.size(); ++r)
    out[r] = std::inner_product(x.begin(), x.end(), w.begin() + static_cast<std::ptrdiff_t>(r * x.size()), b[r]);
}

/// −ln of softmax(logits)[at].
float surprise_at(std::span<const float> logits, size_t at) {
  const float most = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float l : logits) sum += std::exp(static_cast<double>(l - most));
  const double value = std::log(sum) + static_cast<double>(most - logits[at]);
  return std::isfinite(value) ? std::clamp(static_cast<float>(value), 0.F, kSurpriseMost) : kSurpriseMost;
}

/// The net at one moment of a walk.
class Reader {
 public:
  explicit Reader(const MovementNet& net)
      : net_(net),
        h_(static_cast<size_t>(net.hidden), 0.F),
        x_(static_cast<size_t>(net.inputs())),
        gi_(3 * h_.size()),
        gh_(3 * h_.size()),
        next_(net.places.size() + 1),
        joined_(static_cast<size_t>(net.hidden + net.embed)),
        mixed_(static_cast<size_t>(net.seconds_hidden)),
        bins_(kSecondsBins) {}

  [[nodiscard]] std::span<float> features() { return std::span(x_).subspan(static_cast<size_t>(net_.embed)); }

  void step(size_t place) {
    std::ranges::copy(vector_of(place), x_.begin());
    affine(net_.w_in, net_.b_in, x_, gi_);
    affine(net_.w_hidden, net_.b_hidden, h_, gh_);
    const size_t n = h_.size();
    for (size_t k = 0; k < n; ++k) {
      const float reset = sigmoid(gi_[k] + gh_[k]), keep = sigmoid(gi_[n + k] + gh_[n + k]);
      const float fresh = std::tanh(gi_[2 * n + k] + reset * gh_[2 * n + k]);
      h_[k] = (1 - keep) * fresh + keep * h_[k];
    }
    affine(net_.w_next, net_.b_next, h_, next_);
  }

  [[nodiscard]] float where(size_t place) const {
    return std::min(kSurpriseMost,
                    surprise_at(next_, place) + (place == 0 ? static_cast<float>(std::log(kUnknownPlaces)) : 0.F));
  }
  [[nodiscard]] float how_long(size_t place, int bin) {
    std::ranges::copy(h_, joined_.begin());
    std::ranges::copy(vector_of(place), joined_.begin() + net_.hidden);
    affine(net_.w_mix, net_.b_mix, joined_, mixed_);
    for (float& m : mixed_) m = std::tanh(m);
    affine(net_.w_seconds, net_.b_seconds, mixed_, bins_);
    return surprise_at(bins_, static_cast<size_t>(bin));
  }
  [[nodiscard]] float leaving() const { return surprise_at(next_, net_.places.size()); }
  [[nodiscard]] const std::vector<float>& state() const { return h_; }

 private:
  [[nodiscard]] std::span<const float> vector_of(size_t place) const {
    const auto width = static_cast<size_t>(net_.embed);
    return std::span(net_.place_vectors).subspan(place * width, width);
  }

  const MovementNet& net_;
  std::vector<float> h_, x_, gi_, gh_, next_, joined_, mixed_, bins_;
};

bool finite(const std::vector<float>& values) {
  return std::ranges::all_of(values, [](float v) { return std::isfinite(v) && std::abs(v) < 1e6F; });
}

Result<void> read_floats(const json& object, const char* key, size_t expected, std::vector<float>& out) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array() || found->size() != expected)
    return bad_input(fmt::format("'{}': expected a list of {} figures", key, expected));
  out.reserve(expected);
  for (const json& value : *found) {
    if (!value.is_number()) return bad_input(fmt::format("'{}' holds something that is no number", key));
    out.push_back(value.get<float>());
  }
  if (!finite(out)) return bad_input(fmt::format("'{}' holds a figure that cannot be", key));
  return {};
}

Result<int> read_size(const json& object, const char* key, int most) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned() || found->get<uint64_t>() < 1 ||
      found->get<uint64_t>() > static_cast<uint64_t>(most))
    return bad_input(fmt::format("'{}': expected a whole number from 1 to {}", key, most));
  return found->get<int>();
}

Result<std::vector<std::string>> read_places(const json& object) {
  const auto found = object.find("places");
  if (found == object.end() || !found->is_array() || found->empty() || found->size() > kPlacesMost)
    return bad_input(fmt::format("'places': expected a list of 1 to {} names", kPlacesMost));
  std::vector<std::string> places;
  for (const json& value : *found) {
    if (!value.is_string()) return bad_input("'places' holds something that is no name");
    places.push_back(value.get<std::string>());
  }
  return places;
}

template <class T>
Result<std::vector<T>> read_column(const json& object, const char* key, size_t most) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array() || found->size() > most)
    return bad_input(fmt::format("'{}': expected a list", key));
  std::vector<T> out;
  out.reserve(found->size());
  for (const json& value : *found) {
    if (!value.is_number()) return bad_input(fmt::format("'{}' holds something that is no number", key));
    out.push_back(value.get<T>());
  }
  return out;
}

}  // namespace

int seconds_bin(double seconds) {
  if (!(seconds >= 2)) return 0;
  return std::min(kSecondsBins - 1, static_cast<int>(std::floor(std::log2(seconds))));
}

int place_kind(const Stretch& stretch) {
  if (stretch.zone) return 2 + static_cast<int>(*stretch.zone);
  return stretch.place == kUnseenPlace ? 1 : 0;
}

void begin_features(int hour, std::span<float> out) {
  std::ranges::fill(out, 0.F);
  const double angle = 2 * std::numbers::pi * hour / 24;
  out[kPlaceKinds + 3] = static_cast<float>(std::sin(angle));
  out[kPlaceKinds + 4] = static_cast<float>(std::cos(angle));
}

void step_features(const WalkSteps& steps, size_t i, std::span<float> out) {
  begin_features(steps.hour, out);
  out[static_cast<size_t>(std::clamp(steps.kind[i], 0, kPlaceKinds - 1))] = 1;
  out[kPlaceKinds] = std::log1p(steps.seconds[i]) / 4;
  out[kPlaceKinds + 1] = std::log1p(steps.way[i]) / 4;
  out[kPlaceKinds + 2] = std::log1p(steps.at_s[i]) / 8;
}

WalkSteps steps_of(const Walk& walk, int hour, std::span<const std::string> places) {
  WalkSteps steps{.hour = hour, .place = {}, .kind = {}, .seconds = {}, .way = {}, .at_s = {}};
  for (const Stretch& stretch : walk.stretches) {
    const auto known =
        places.empty() ? places.end() : std::ranges::find(places.begin() + 1, places.end(), stretch.place);
    steps.place.push_back(known == places.end() ? 0 : static_cast<int32_t>(known - places.begin()));
    steps.kind.push_back(place_kind(stretch));
    const auto bounded = [](double v) { return std::isfinite(v) ? static_cast<float>(std::clamp(v, 0.0, 1e5)) : 0.F; };
    steps.seconds.push_back(bounded(stretch.seconds));
    steps.way.push_back(bounded(stretch.way));
    steps.at_s.push_back(bounded(stretch.at_s));
  }
  return steps;
}

WalkReading read_walk(const MovementNet& net, const WalkSteps& steps) {
  WalkReading out;
  Reader reader(net);
  std::vector<double> sum(static_cast<size_t>(net.hidden), 0);
  begin_features(steps.hour, reader.features());
  reader.step(0);
  for (size_t i = 0; i < steps.place.size(); ++i) {
    const auto place = static_cast<size_t>(steps.place[i]);
    out.where.push_back(reader.where(place));
    const float how_long = reader.how_long(place, seconds_bin(static_cast<double>(steps.seconds[i])));
    out.surprise.push_back(std::min(kSurpriseMost, out.where.back() + how_long));
    step_features(steps, i, reader.features());
    reader.step(place);
    for (size_t k = 0; k < sum.size(); ++k) sum[k] += static_cast<double>(reader.state()[k]);
  }
  out.leaving = reader.leaving();
  for (const double s : sum)
    out.embedding.push_back(static_cast<float>(s / static_cast<double>(std::max<size_t>(1, steps.place.size()))));
  return out;
}

json to_json(const MovementNet& net) {
  return {{"embed", net.embed},
          {"hidden", net.hidden},
          {"seconds_hidden", net.seconds_hidden},
          {"places", net.places},
          {"place_vectors", net.place_vectors},
          {"w_in", net.w_in},
          {"b_in", net.b_in},
          {"w_hidden", net.w_hidden},
          {"b_hidden", net.b_hidden},
          {"w_next", net.w_next},
          {"b_next", net.b_next},
          {"w_mix", net.w_mix},
          {"b_mix", net.b_mix},
          {"w_seconds", net.w_seconds},
          {"b_seconds", net.b_seconds}};
}

Result<MovementNet> movement_net_from(const json& object) {
  if (!object.is_object()) return bad_input("no object with a net");
  MovementNet net;
  TRY(net.embed, read_size(object, "embed", kEmbedMost));
  TRY(net.hidden, read_size(object, "hidden", kHiddenMost));
  TRY(net.seconds_hidden, read_size(object, "seconds_hidden", kHiddenMost));
  TRY(net.places, read_places(object));
  const auto h = static_cast<size_t>(net.hidden), e = static_cast<size_t>(net.embed),
             s = static_cast<size_t>(net.seconds_hidden), in = static_cast<size_t>(net.inputs()),
             places = net.places.size();
  TRY_VOID(read_floats(object, "place_vectors", places * e, net.place_vectors));
  TRY_VOID(read_floats(object, "w_in", 3 * h * in, net.w_in));
  TRY_VOID(read_floats(object, "b_in", 3 * h, net.b_in));
  TRY_VOID(read_floats(object, "w_hidden", 3 * h * h, net.w_hidden));
  TRY_VOID(read_floats(object, "b_hidden", 3 * h, net.b_hidden));
  TRY_VOID(read_floats(object, "w_next", (places + 1) * h, net.w_next));
  TRY_VOID(read_floats(object, "b_next", places + 1, net.b_next));
  TRY_VOID(read_floats(object, "w_mix", s * (h + e), net.w_mix));
  TRY_VOID(read_floats(object, "b_mix", s, net.b_mix));
  TRY_VOID(read_floats(object, "w_seconds", kSecondsBins * s, net.w_seconds));
  TRY_VOID(read_floats(object, "b_seconds", kSecondsBins, net.b_seconds));
  return net;
}

std::string to_cbor(const MovementRows& rows) {
  json lengths = json::array(), hours = json::array(), place = json::array(), kind = json::array(),
       seconds = json::array(), way = json::array(), at_s = json::array();
  for (const WalkSteps& w : rows.walks) {
    lengths.push_back(w.place.size());
    hours.push_back(w.hour);
    for (size_t i = 0; i < w.place.size(); ++i) {
      place.push_back(w.place[i]);
      kind.push_back(w.kind[i]);
      seconds.push_back(w.seconds[i]);
      way.push_back(w.way[i]);
      at_s.push_back(w.at_s[i]);
    }
  }
  const json all{{"places", rows.places},     {"lengths", std::move(lengths)}, {"hours", std::move(hours)},
                 {"place", std::move(place)}, {"kind", std::move(kind)},       {"seconds", std::move(seconds)},
                 {"way", std::move(way)},     {"at_s", std::move(at_s)}};
  std::string bytes;
  json::to_cbor(all, bytes);
  return bytes;
}

Result<MovementRows> movement_rows_from_cbor(std::string_view bytes) {
  const json all = json::from_cbor(bytes, true, false);
  if (!all.is_object()) return bad_input("no table of walks");
  MovementRows rows;
  TRY(rows.places, read_places(all));
  TRY(const auto lengths, read_column<uint32_t>(all, "lengths", kWalksMost));
  TRY(const auto hours, read_column<int>(all, "hours", kWalksMost));
  const size_t most = kWalksMost * 10;
  TRY(const auto place, read_column<int32_t>(all, "place", most));
  TRY(const auto kind, read_column<int32_t>(all, "kind", most));
  TRY(const auto seconds, read_column<float>(all, "seconds", most));
  TRY(const auto way, read_column<float>(all, "way", most));
  TRY(const auto at_s, read_column<float>(all, "at_s", most));
  const size_t n = place.size();
  size_t sum = 0;
  for (const uint32_t l : lengths) sum += l;
  if (hours.size() != lengths.size() || sum != n || kind.size() != n || seconds.size() != n || way.size() != n ||
      at_s.size() != n || !finite(seconds) || !finite(way) || !finite(at_s))
    return bad_input("a table of walks whose columns do not fit each other");
  const auto known = static_cast<int32_t>(rows.places.size());
  if (std::ranges::any_of(place, [&](int32_t p) { return p < 0 || p >= known; }))
    return bad_input("a walk to a place that is not in the list");
  size_t at = 0;
  for (size_t w = 0; w < lengths.size(); ++w) {
    const auto part = [&](const auto& column) {
      const auto first = column.begin() + static_cast<std::ptrdiff_t>(at);
      return std::vector(first, first + lengths[w]);
    };
    rows.walks.push_back({std::clamp(hours[w], 0, 23), part(place), part(kind), part(seconds), part(way), part(at_s)});
    at += lengths[w];
  }
  return rows;
}

}  // namespace shrike
