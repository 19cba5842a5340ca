#include "sim/store_explain.h"

#include <algorithm>
#include <fmt/format.h>

namespace shrike {
namespace {

std::string clock(const TrueDay& truth, Timestamp t) {
  // Since the first one came in: days are short, and zones do not matter here.
  Timestamp first{INT64_MAX};
  for (const TruePerson& person : truth.people) first = std::min(first, person.enters);
  const auto s = static_cast<int64_t>(seconds_between(first, t));
  return t == Timestamp{} ? "never" : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string who(const TrueDay& truth, int id) {
  const TruePerson* person = truth.person(id);
  if (person == nullptr) return "nobody";
  return fmt::format("{} {} of party {}{}{}, {} to {}, exit {}", person->kind, id, person->party,
                     person->thief() ? " (" + person->theft + ")" : "",
                     person->habits.empty() ? "" : " [" + person->habits + "]", clock(truth, person->enters),
                     clock(truth, person->leaves), clock(truth, person->passes_exit));
}

void add_pieces(const TrueDay& truth, int party, std::vector<std::string>& lines) {
  if (party <= 0) return;
  std::string all;
  for (const TruePiece& piece : truth.pieces)
    if (piece.party == party)
      all += fmt::format(" {}{}{}{} at {};", piece.product, piece.stolen ? " stolen" : "",
                         piece.hidden ? " hidden" : "", piece.paid ? " paid" : "", clock(truth, piece.taken));
  lines.push_back("    held:" + (all.empty() ? " nothing" : all));
}

void add_evidence(const TrueDay& truth, const std::vector<WeighedEvidence>& evidence, std::vector<std::string>& lines) {
  for (const WeighedEvidence& one : evidence)
    lines.push_back(fmt::format("    {:>+6.2f} (llr {:+.2f})  {} {} {}: {}", one.contribution, one.evidence.llr,
                                clock(truth, one.evidence.from), one.evidence.kind, one.evidence.zone,
                                one.evidence.detail));
}

}  // namespace

std::vector<std::string> explain_day(const TrueDay& truth, const MindDay& day, double threshold) {
  std::vector<std::string> lines;
  std::map<int, bool> alerted;  // parties
  for (const RaisedVisit& trace : day.raised) {
    const auto at = std::ranges::find_if(trace.risks, [&](const auto& risk) { return risk.risk >= threshold; });
    if (at == trace.risks.end()) continue;
    const TruePerson* person = truth.person(at->person);
    if (person != nullptr) alerted[person->party] = true;
    if (person != nullptr && person->thief()) continue;
    lines.push_back(fmt::format("false alert at {}, risk {:.3f} of threshold {:.3f}, visit {}: {}",
                                clock(truth, at->time), trace.highest.risk, threshold, trace.highest.visit_id,
                                who(truth, at->person)));
    add_pieces(truth, person == nullptr ? 0 : person->party, lines);
    add_evidence(truth, trace.highest.evidence, lines);
  }
  for (const TrueTheft& theft : truth.thefts) {
    if (alerted[theft.party]) continue;
    lines.push_back(fmt::format("missed: {} by party {}, begins {}, leaves {}", theft.kind, theft.party,
                                clock(truth, theft.begins), clock(truth, theft.leaves)));
    add_pieces(truth, theft.party, lines);
    for (const ScoredVisit& visit : day.visits) {
      const TruePerson* person = truth.person(visit.person);
      if (person == nullptr || person->party != theft.party) continue;
      lines.push_back(fmt::format("  visit {}, risk {:.3f}, {} parts, {} to {}: {}", visit.record.visit_id, visit.risk,
                                  visit.record.parts.size(), clock(truth, visit.record.from),
                                  clock(truth, visit.record.to), who(truth, visit.person)));
      add_evidence(truth, visit.record.evidence, lines);
    }
  }
  return lines;
}

}  // namespace shrike
