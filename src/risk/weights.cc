#include "risk/weights.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.h"

namespace shrike {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr size_t kBytesMax = 1U << 20U;
constexpr double kWeightMax = 10, kSlopeMin = 0.05, kSlopeMax = 20, kInterceptMax = 20;

double number_of(const json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

std::filesystem::path previous(std::filesystem::path file) { return file += ".previous"; }

}  // namespace

Result<RiskWeights> parse_weights(std::string_view text, const std::string& file) {
  const json all = json::parse(text, nullptr, false);
  if (!all.is_object())
    return bad_input(fmt::format("{}: is no JSON object; expected what `shrike risk fit` wrote", file));
  RiskWeights weights;
  const auto version = all.find("version");
  if (version == all.end() || !version->is_string() || version->get<std::string>().empty())
    return bad_input(fmt::format("{}: no text 'version'; expected what `shrike risk fit` wrote", file));
  weights.version = version->get<std::string>();
  weights.thefts = static_cast<int64_t>(std::clamp(number_of(all, "thefts", 0), 0.0, 1e15));
  weights.honest = static_cast<int64_t>(std::clamp(number_of(all, "honest", 0), 0.0, 1e15));
  const auto kinds = all.find("kinds");
  if (kinds == all.end() || !kinds->is_object())
    return bad_input(fmt::format("{}: no object 'kinds' of weights by kind", file));
  for (const auto& [kind, row] : kinds->items()) {
    const double weight = row.is_object() ? number_of(row, "weight", NAN) : NAN;
    if (!(weight >= 0 && weight <= kWeightMax))
      return bad_input(fmt::format("{}: kinds.{}.weight: expected a number from 0 to {}", file, kind, kWeightMax));
    weights.kinds.push_back({.kind = kind,
                             .weight = weight,
                             .low = number_of(row, "low", weight),
                             .high = number_of(row, "high", weight),
                             .thefts = static_cast<int64_t>(std::clamp(number_of(row, "thefts", 0), 0.0, 1e15)),
                             .honest = static_cast<int64_t>(std::clamp(number_of(row, "honest", 0), 0.0, 1e15))});
  }
  if (const auto calibration = all.find("calibration"); calibration != all.end() && calibration->is_object()) {
    weights.calibration = {number_of(*calibration, "slope", 1), number_of(*calibration, "intercept", 0)};
  }
  const auto& [slope, intercept] = weights.calibration;
  if (!(slope >= kSlopeMin && slope <= kSlopeMax && std::abs(intercept) <= kInterceptMax))
    return bad_input(fmt::format("{}: calibration: expected a slope from {} to {} and an intercept within ±{}", file,
                                 kSlopeMin, kSlopeMax, kInterceptMax));
  return weights;
}

Result<RiskWeights> read_weights(const std::filesystem::path& file) {
  TRY(const std::string text, read_file(file, kBytesMax));
  return parse_weights(text, file.string());
}

std::string to_text(const RiskWeights& weights) {
  ordered_json out{{"version", weights.version}, {"thefts", weights.thefts}, {"honest", weights.honest}};
  out["kinds"] = ordered_json::object();
  for (const KindWeight& kind : weights.kinds) {
    out["kinds"][kind.kind] = {{"weight", kind.weight},
                               {"low", kind.low},
                               {"high", kind.high},
                               {"thefts", kind.thefts},
                               {"honest", kind.honest}};
  }
  out["calibration"] = {{"slope", weights.calibration.slope}, {"intercept", weights.calibration.intercept}};
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<void> write_weights(const RiskWeights& weights, const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    TRY(const std::string before, read_file(file, kBytesMax));
    TRY_VOID(write_file(previous(file), before));
  }
  return write_file(file, to_text(weights));
}

Result<std::string> roll_back(const std::filesystem::path& file) {
  TRY(const RiskWeights before, read_weights(previous(file)));
  TRY(const std::string now, read_file(file, kBytesMax));
  TRY_VOID(write_file(file, to_text(before)));
  TRY_VOID(write_file(previous(file), now));
  return before.version;
}

void apply_weights(const RiskWeights& weights, RuleBook& book, std::span<const RuleConfig> rules) {
  for (KindRule& rule : book.kinds) {
    const auto own = std::ranges::find(rules, rule.name, &RuleConfig::kind);
    if (own != rules.end() && own->weight) continue;
    const auto fitted = std::ranges::find(weights.kinds, rule.name, &KindWeight::kind);
    if (fitted != weights.kinds.end()) rule.weight = fitted->weight;
  }
}

}  // namespace shrike
