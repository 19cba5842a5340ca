#include "behaviour/rule_book.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/yaml.h"
#include "behaviour/kinds.h"

namespace shrike {
namespace {

/// A stay in a restricted zone is one thing with restricted_entry, any other stay is lingering.
KindRule declared_kind(const RuleConfig& rule) {
  const bool restricted = rule.zone == ZoneKind::restricted;
  KindRule kind;
  kind.name = rule.kind;
  kind.llr = *rule.llr;
  kind.zone = rule.zone;
  kind.dwell_s = *rule.dwell_s;
  if (kind.llr > 0) {
    kind.alert_type = restricted ? "ZONE_VIOLATION" : "LOITERING";
    kind.group = restricted ? "trespass" : "lingering";
  }
  return kind;
}

std::string unknown_kind(const std::string& name) {
  std::vector<std::string> known;
  for (const Kind& kind : shipped_kinds()) known.emplace_back(kind.name);
  const auto meant = nearest(name, known);
  return fmt::format(
      "'{}' is not among the kinds of evidence that Shrike ships ({}); {}a kind of your own needs zone, "
      "dwell_s and llr",
      name, fmt::join(known, ", "), meant ? fmt::format("did you mean '{}'? ", *meant) : "");
}

/// What is wrong with `rule`; empty where nothing is.
std::string fault_of(const RuleConfig& rule) {
  const Kind* shipped = find_kind(rule.kind);
  if (rule.weight && !(*rule.weight >= 0 && std::isfinite(*rule.weight))) {
    return fmt::format("'{}': weight {} cannot be; expected 0 or more", rule.kind, *rule.weight);
  }
  if (rule.llr && !std::isfinite(*rule.llr)) {
    return fmt::format("'{}': llr {} is no number", rule.kind, *rule.llr);
  }
  if (shipped == nullptr) {
    return rule.zone && rule.dwell_s && rule.llr ? "" : unknown_kind(rule.kind);
  }
  if (rule.zone || rule.dwell_s) {
    return fmt::format("'{}' is shipped: zone and dwell_s belong to kinds of your own (choose another name)",
                       rule.kind);
  }
  if (rule.llr && *rule.llr * shipped->llr < 0) {
    return fmt::format("'{}' is evidence {} theft: its llr cannot be {}", rule.kind,
                       shipped->llr > 0 ? "for" : "against", *rule.llr);
  }
  return "";
}

}  // namespace

const KindRule* RuleBook::find(std::string_view kind) const {
  const auto it = std::ranges::find(kinds, kind, &KindRule::name);
  return it == kinds.end() ? nullptr : &*it;
}

Result<RuleBook> make_rule_book(std::span<const RuleConfig> rules) {
  RuleBook book;
  for (const Kind& kind : shipped_kinds()) {
    book.kinds.push_back({.name = std::string(kind.name),
                          .alert_type = std::string(kind.alert_type),
                          .group = std::string(kind.group),
                          .llr = kind.llr});
  }
  std::string faults;
  std::vector<std::string> seen;
  for (const RuleConfig& rule : rules) {
    std::string fault = fault_of(rule);
    if (fault.empty() && std::ranges::find(seen, rule.kind) != seen.end()) {
      fault = fmt::format("'{}' is there twice", rule.kind);
    }
    seen.push_back(rule.kind);
    if (!fault.empty()) {
      faults += fmt::format("{}{}: {}", faults.empty() ? "" : "\n", rule.where.empty() ? "rules" : rule.where, fault);
      continue;
    }
    auto row = std::ranges::find(book.kinds, rule.kind, &KindRule::name);
    if (row == book.kinds.end()) row = book.kinds.insert(row, declared_kind(rule));
    if (rule.llr) row->llr = *rule.llr;
    if (rule.weight) row->weight = *rule.weight;
    if (!rule.enabled) book.kinds.erase(row);
  }
  if (!faults.empty()) return bad_input(faults);
  return book;
}

std::vector<std::string> blind_spots(std::span<const CameraConfig> cameras, const RuleBook& book) {
  const auto has = [](const CameraConfig& camera, ZoneKind kind) {
    return std::ranges::find(camera.zones, kind, &Zone::kind) != camera.zones.end();
  };
  std::vector<std::string> notes;
  for (const CameraConfig& camera : cameras) {
    if (book.find("exit_without_checkout") != nullptr && has(camera, ZoneKind::exit) &&
        has(camera, ZoneKind::high_risk) && !has(camera, ZoneKind::checkout)) {
      notes.push_back(
          fmt::format("camera '{}' has an exit and a high_risk zone but no checkout: it cannot tell who paid, so "
                      "exit_without_checkout is never raised there",
                      camera.name));
    }
  }
  for (const KindRule& kind : book.kinds) {
    if (kind.zone && std::ranges::none_of(cameras, [&](const auto& camera) { return has(camera, *kind.zone); })) {
      notes.push_back(fmt::format("no camera has a {} zone: '{}' is never raised", to_string(*kind.zone), kind.name));
    }
  }
  return notes;
}

}  // namespace shrike
