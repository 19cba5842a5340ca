#include "behaviour/movement_model.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/file.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr const char* kWhat = "shrike movement 2";
constexpr double kRidge = 0.02;  // share of the mean variance added to each: directions that hardly vary count little
constexpr size_t kWorst = 3;
constexpr size_t kVisitPoints = 513;
constexpr size_t kTablesMost = 100'000;
constexpr size_t kFileBytesMax = size_t{64} << 20U;

double shrunk(const Quantiles& own, float value, double whole, double shrink) {
  if (own.count == 0) return whole;
  const auto n = static_cast<double>(own.count);
  return (n * own.exceedance(value) + shrink * whole) / (n + shrink);
}

float distance_from_centre(const MovementModel& model, const std::vector<float>& embedding) {
  const size_t n = model.centre.size();
  if (n == 0 || embedding.size() != n) return 0;
  double sum = 0;
  for (size_t r = 0; r < n; ++r) {
    double value = 0;
    for (size_t c = 0; c <= r; ++c)
      value += static_cast<double>(model.whiten[r * n + c]) * static_cast<double>(embedding[c] - model.centre[c]);
    sum += value * value;
  }
  const double far = std::sqrt(sum / static_cast<double>(n));
  return std::isfinite(far) ? static_cast<float>(std::min(far, 1e6)) : 1e6F;
}

float worst_of(std::vector<float> surprise) {
  const size_t n = std::min(kWorst, surprise.size());
  if (n == 0) return 0;
  std::ranges::partial_sort(surprise, surprise.begin() + static_cast<std::ptrdiff_t>(n), std::greater<>());
  return std::accumulate(surprise.begin(), surprise.begin() + static_cast<std::ptrdiff_t>(n), 0.F) /
         static_cast<float>(n);
}

/// All but the ranks.
VisitReading without_ranks(const MovementModel& model, const Walk& walk) {
  const WalkReading reading = read_walk(model.net, steps_of(walk, model.hour_of(walk), model.net.places));
  VisitReading out{.surprise = reading.surprise, .rank = {}, .leaving = reading.leaving};
  out.far = distance_from_centre(model, reading.embedding);
  out.mean = std::accumulate(out.surprise.begin(), out.surprise.end(), out.leaving) /
             static_cast<float>(out.surprise.size() + 1);
  out.where = std::accumulate(reading.where.begin(), reading.where.end(), out.leaving) /
              static_cast<float>(out.surprise.size() + 1);
  out.below = model.facts.below(walk_facts(walk), static_cast<double>(out.where));
  switch (model.score) {
    case MovementScore::mean_surprise:
      out.raw = out.mean;
      break;
    case MovementScore::worst_surprise:
      out.raw = worst_of(out.surprise);
      break;
    case MovementScore::embedding:
      out.raw = out.far;
      break;
    case MovementScore::whole:
      out.raw = static_cast<float>(unusualness(out.below));
      break;
  }
  return out;
}

json json_of(const MovementCalibration& c) {
  json places = json::object(), hours = json::array(), place_hours = json::array();
  for (const auto& [place, q] : c.by_place) places[place] = json_of(q);
  for (const auto& [key, q] : c.by_place_hour)
    place_hours.push_back({{"place", key.first}, {"hour", key.second}, {"ranks", json_of(q)}});
  for (const Quantiles& q : c.visits_by_hour) hours.push_back(json_of(q));
  return {{"stretches", json_of(c.stretches)},       {"by_place", std::move(places)},
          {"by_place_hour", std::move(place_hours)}, {"visits", json_of(c.visits)},
          {"visits_by_hour", std::move(hours)},      {"surprise", c.surprise}};
}

Result<MovementCalibration> calibration_from(const json& object) {
  MovementCalibration out;
  const auto part = [&](const char* key) { return object.is_object() ? object.value(key, json()) : json(); };
  TRY(out.stretches, quantiles_from(part("stretches")));
  TRY(out.visits, quantiles_from(part("visits")));
  const json places = part("by_place"), place_hours = part("by_place_hour"), hours = part("visits_by_hour");
  if (!places.is_object() || !place_hours.is_array() || !hours.is_array() || hours.size() != 24 ||
      places.size() > kTablesMost || place_hours.size() > kTablesMost)
    return bad_input("'calibration': expected by_place, by_place_hour and 24 visits_by_hour");
  for (const auto& [name, q] : places.items()) {
    TRY(out.by_place[name], quantiles_from(q));
  }
  for (const json& one : place_hours) {
    const json place = one.is_object() ? one.value("place", json()) : json();
    const json hour = one.is_object() ? one.value("hour", json()) : json();
    if (!place.is_string() || !hour.is_number_unsigned() || hour.get<uint64_t>() > 23)
      return bad_input("'by_place_hour': expected place and hour");
    TRY((out.by_place_hour[{place.get<std::string>(), hour.get<int>()}]), quantiles_from(one.value("ranks", json())));
  }
  for (size_t h = 0; h < 24; ++h) {
    TRY(out.visits_by_hour[h], quantiles_from(hours[h]));
  }
  const json surprise = part("surprise");
  if (!surprise.is_number()) return bad_input("'surprise' is no number");
  out.surprise = surprise.get<double>();
  return out;
}

Result<std::vector<float>> figures_of(const json& all, const char* key, size_t expected) {
  const auto found = all.find(key);
  if (found == all.end() || !found->is_array() || found->size() != expected)
    return bad_input(fmt::format("'{}': expected a list of {} figures", key, expected));
  std::vector<float> out;
  for (const json& value : *found) {
    if (!value.is_number() || !std::isfinite(value.get<float>())) return bad_input(fmt::format("'{}': no number", key));
    out.push_back(value.get<float>());
  }
  return out;
}

int64_t whole_at(const json& all, const char* key) {
  const auto found = all.find(key);
  return found != all.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

std::string text_at(const json& all, const char* key) {
  const auto found = all.find(key);
  return found != all.end() && found->is_string() ? found->get<std::string>() : "";
}

json json_of(const FactRanks& facts) {
  json normal = json::array();
  for (const Quantiles& q : facts.normal) normal.push_back(json_of(q));
  return {{"slope", facts.slope}, {"offset", facts.offset}, {"normal", std::move(normal)}};
}

Result<FactRanks> facts_from(const json& object) {
  FactRanks out;
  const auto number = [&](const char* key) { return object.is_object() ? object.value(key, json()) : json(); };
  const json slope = number("slope"), offset = number("offset"), normal = number("normal");
  if (!slope.is_number() || !offset.is_number() || !normal.is_array() || normal.size() != kMovementFacts)
    return bad_input(fmt::format("'facts': expected slope, offset and {} tables of ranks", kMovementFacts));
  out.slope = slope.get<double>();
  out.offset = offset.get<double>();
  for (size_t f = 0; f < kMovementFacts; ++f) {
    TRY(out.normal[f], quantiles_from(normal[f]));
  }
  return out;
}

json json_of(const std::optional<MovementTried>& tried) {
  if (!tried) return nullptr;
  return {{"promoted", tried->promoted}, {"why", tried->why}, {"visits", tried->visits}, {"psi", tried->psi}};
}

/// None where the model was never tried, or before that was kept.
Result<std::optional<MovementTried>> tried_from(const json& object) {
  if (object.is_null()) return std::optional<MovementTried>();
  const auto part = [&](const char* key) { return object.is_object() ? object.value(key, json()) : json(); };
  const json promoted = part("promoted"), why = part("why"), visits = part("visits"), psi = part("psi");
  if (!promoted.is_boolean() || !why.is_string() || !visits.is_number_integer() || !psi.is_number())
    return bad_input("'tried': expected promoted, why, visits and psi");
  return std::optional(
      MovementTried{promoted.get<bool>(), why.get<std::string>(), visits.get<int64_t>(), psi.get<double>()});
}

Result<MovementModel> model_from(const json& all) {
  MovementModel model;
  const std::string what = all.is_object() ? text_at(all, "what") : "";
  if (what == "shrike movement 1") return bad_input("a movement model of an older Shrike: delete it, and train anew");
  if (what != kWhat) return bad_input("not a movement model of `shrike train movement`");
  TRY(model.net, movement_net_from(all.value("net", json())));
  const auto n = static_cast<size_t>(model.net.hidden);
  TRY(model.centre, figures_of(all, "centre", n));
  TRY(model.whiten, figures_of(all, "whiten", n * n));
  TRY(model.calibration, calibration_from(all.value("calibration", json())));
  TRY(model.facts, facts_from(all.value("facts", json())));
  const std::string score = text_at(all, "score");
  for (const auto s : kMovementScores)
    if (score == to_string(s)) model.score = s;
  if (score != to_string(model.score)) return bad_input(fmt::format("'score': '{}' is not known", score));
  model.time_zone = text_at(all, "time_zone");
  if (!zone_exists(model.time_zone)) return bad_input(fmt::format("'time_zone': '{}' is unknown", model.time_zone));
  model.store = text_at(all, "store");
  model.learnt_from = {whole_at(all, "learnt_from_us")};
  model.learnt_to = {whole_at(all, "learnt_to_us")};
  model.calibrated_to = {whole_at(all, "calibrated_to_us")};
  model.tried_to = {whole_at(all, "tried_to_us")};
  model.walks = whole_at(all, "walks");
  model.days = whole_at(all, "days");
  TRY(model.tried, tried_from(all.value("tried", json())));
  const json retrain = all.value("retrain_days", json());
  if (!retrain.is_number() || !(retrain.get<double>() >= 0 && retrain.get<double>() <= 3660))
    return bad_input("'retrain_days': expected 0 to 3660");
  model.retrain_days = retrain.get<double>();
  return model;
}

}  // namespace

double MovementCalibration::stretch_rank(const std::string& place, int hour, float found) const {
  double rank = stretches.exceedance(found);
  if (const auto own = by_place.find(place); own != by_place.end()) rank = shrunk(own->second, found, rank, kShrink);
  const auto here = by_place_hour.find({place, hour});
  return here == by_place_hour.end() ? rank : shrunk(here->second, found, rank, kShrink);
}

double MovementCalibration::visit_rank(int hour, float raw) const {
  const double whole = visits.exceedance(raw);
  return hour < 0 || hour > 23 ? whole : shrunk(visits_by_hour[static_cast<size_t>(hour)], raw, whole, kShrink);
}

const char* to_string(MovementScore score) {
  switch (score) {
    case MovementScore::mean_surprise:
      return "mean_surprise";
    case MovementScore::worst_surprise:
      return "worst_surprise";
    case MovementScore::embedding:
      return "embedding";
    case MovementScore::whole:
      return "whole";
  }
  return "";
}

int MovementModel::hour_of(const Walk& walk) const { return local_hour(walk.from, time_zone).value_or(12); }

VisitReading MovementModel::read(const Walk& walk) const {
  VisitReading out = without_ranks(*this, walk);
  const int hour = hour_of(walk);
  for (size_t i = 0; i < out.surprise.size(); ++i)
    out.rank.push_back(calibration.stretch_rank(walk.stretches[i].place, hour, out.surprise[i]));
  out.p = calibration.visit_rank(hour, out.raw);
  return out;
}

void fit_visits(MovementModel& model, std::span<const Walk> walks) {
  std::vector<WalkFacts> facts;
  std::vector<double> where;
  const auto n = static_cast<Eigen::Index>(model.net.hidden);
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(n);
  Eigen::MatrixXd squares = Eigen::MatrixXd::Zero(n, n);
  for (const Walk& walk : walks) {
    const WalkReading reading = read_walk(model.net, steps_of(walk, model.hour_of(walk), model.net.places));
    facts.push_back(walk_facts(walk));
    where.push_back(std::accumulate(reading.where.begin(), reading.where.end(), static_cast<double>(reading.leaving)) /
                    static_cast<double>(reading.where.size() + 1));
    const Eigen::VectorXd e = Eigen::Map<const Eigen::VectorXf>(reading.embedding.data(), n).cast<double>();
    sum += e;
    squares += e * e.transpose();
  }
  model.facts = fit_facts(facts, where);
  const double count = std::max<double>(1, static_cast<double>(walks.size()));
  const Eigen::VectorXd mean = sum / count;
  Eigen::MatrixXd covariance = squares / count - mean * mean.transpose();
  covariance.diagonal().array() += kRidge * covariance.diagonal().mean() + 1e-9;
  const Eigen::MatrixXd whiten =
      Eigen::LLT<Eigen::MatrixXd>(covariance).matrixL().solve(Eigen::MatrixXd::Identity(n, n));
  model.centre.assign(static_cast<size_t>(n), 0);
  model.whiten.assign(static_cast<size_t>(n * n), 0);
  for (Eigen::Index r = 0; r < n; ++r) {
    model.centre[static_cast<size_t>(r)] = static_cast<float>(mean(r));
    for (Eigen::Index c = 0; c <= r; ++c)
      model.whiten[static_cast<size_t>(r * n + c)] = static_cast<float>(whiten(r, c));
  }
}

void calibrate(MovementModel& model, std::span<const Walk> walks) {
  std::vector<float> stretches, visits;
  std::map<std::string, std::vector<float>> places;
  std::map<std::pair<std::string, int>, std::vector<float>> place_hours;
  std::array<std::vector<float>, 24> hours;
  double sum = 0, count = 0;
  for (const Walk& walk : walks) {
    const VisitReading reading = without_ranks(model, walk);
    const int hour = model.hour_of(walk);
    for (size_t i = 0; i < reading.surprise.size(); ++i) {
      stretches.push_back(reading.surprise[i]);
      places[walk.stretches[i].place].push_back(reading.surprise[i]);
      place_hours[{walk.stretches[i].place, hour}].push_back(reading.surprise[i]);
    }
    visits.push_back(reading.raw);
    hours[static_cast<size_t>(std::clamp(hour, 0, 23))].push_back(reading.raw);
    sum += static_cast<double>(reading.mean) * static_cast<double>(reading.surprise.size() + 1);
    count += static_cast<double>(reading.surprise.size() + 1);
  }
  MovementCalibration& c = model.calibration;
  c = {.stretches = Quantiles::of(std::move(stretches)),
       .by_place = {},
       .by_place_hour = {},
       .visits = Quantiles::of(std::move(visits), kVisitPoints),
       .visits_by_hour = {},
       .surprise = count > 0 ? sum / count : 0};
  for (auto& [place, sample] : places) c.by_place[place] = Quantiles::of(std::move(sample));
  for (auto& [key, sample] : place_hours)
    if (static_cast<int64_t>(sample.size()) >= MovementCalibration::kOwn_min)
      c.by_place_hour[key] = Quantiles::of(std::move(sample));
  for (size_t h = 0; h < 24; ++h) c.visits_by_hour[h] = Quantiles::of(std::move(hours[h]));
}

std::string to_text(const MovementModel& model) {
  const json all{{"what", kWhat},
                 {"store", model.store},
                 {"time_zone", model.time_zone},
                 {"score", to_string(model.score)},
                 {"learnt_from_us", model.learnt_from.us},
                 {"learnt_to_us", model.learnt_to.us},
                 {"calibrated_to_us", model.calibrated_to.us},
                 {"tried_to_us", model.tried_to.us},
                 {"walks", model.walks},
                 {"days", model.days},
                 {"tried", json_of(model.tried)},
                 {"retrain_days", model.retrain_days},
                 {"net", to_json(model.net)},
                 {"centre", model.centre},
                 {"whiten", model.whiten},
                 {"facts", json_of(model.facts)},
                 {"calibration", json_of(model.calibration)}};
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<MovementModel> movement_model_from(std::string_view text, const std::string& file) {
  const json all = json::parse(text, nullptr, false);
  if (all.is_discarded()) return bad_input(fmt::format("{}: no JSON", file));
  auto model = model_from(all);
  if (!model) return fail(model.error(), file);
  return model;
}

Result<MovementModel> load_movement_model(const std::string& file) {
  TRY(const std::string text, read_file(file, kFileBytesMax));
  return movement_model_from(text, file);
}

}  // namespace shrike
