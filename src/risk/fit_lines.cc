#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "risk/fit.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kVisitsMax = 2'000'000, kFactsMax = 256;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Empty where nobody could say.
Result<std::optional<bool>> theft_of(const json& line, const std::string& where) {
  if (const auto theft = line.find("theft"); theft != line.end()) {
    if (!theft->is_boolean()) return bad_input(fmt::format("{}: theft: expected true or false", where));
    return std::optional(theft->get<bool>());
  }
  const std::string verdict = text_of(line, "verdict");
  if (verdict == "theft" || verdict == "attempted") return std::optional(true);
  if (verdict == "honest" || verdict == "staff_error") return std::optional(false);
  if (verdict.empty() || verdict == "unsure") return std::optional<bool>();
  return bad_input(
      fmt::format("{}: verdict '{}': expected theft, attempted, honest, staff_error or unsure", where, verdict));
}

Result<Evidence> fact_of(const json& fact, const std::string& where) {
  if (!fact.is_object()) return bad_input(fmt::format("{}: evidence: expected objects", where));
  Evidence evidence{.kind = text_of(fact, "kind"), .source = text_of(fact, "source"), .zone = text_of(fact, "zone")};
  const auto llr = fact.find("llr");
  if (evidence.kind.empty() || llr == fact.end() || !llr->is_number() || !std::isfinite(llr->get<double>()))
    return bad_input(fmt::format("{}: evidence without kind and llr", where));
  evidence.llr = llr->get<double>();
  return evidence;
}

}  // namespace

Result<std::vector<JudgedVisit>> parse_judged(std::string_view text, const std::string& file) {
  std::vector<JudgedVisit> visits;
  for (int row = 1; !text.empty(); ++row) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (raw.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = fmt::format("{}:{}", file, row);
    const json line = json::parse(raw, nullptr, false);
    if (!line.is_object()) return bad_input(where + ": is no JSON object");
    TRY(const auto theft, theft_of(line, where));
    if (!theft) continue;
    JudgedVisit visit{.visit_id = text_of(line, "visit_id"), .theft = *theft};
    if (visit.visit_id.empty()) visit.visit_id = where;
    if (const auto prior = line.find("prior"); prior != line.end()) {
      const double p = prior->is_number() ? prior->get<double>() : NAN;
      if (!(p > 0 && p < 1)) return bad_input(where + ": prior: expected a probability between 0 and 1");
      visit.prior = p;
    }
    const auto evidence = line.find("evidence");
    if (evidence != line.end() && !evidence->is_array()) return bad_input(where + ": evidence: expected a list");
    for (size_t i = 0; evidence != line.end() && i < std::min(evidence->size(), kFactsMax); ++i) {
      TRY(Evidence fact, fact_of((*evidence)[i], where));
      visit.evidence.push_back(std::move(fact));
    }
    if (visits.size() >= kVisitsMax) return bad_input(fmt::format("{}: more than {} visits", where, kVisitsMax));
    visits.push_back(std::move(visit));
  }
  return visits;
}

}  // namespace shrike
