#include "vault/judged_visits.h"

#include <algorithm>
#include <optional>
#include <soci/soci.h>

namespace shrike {
namespace {

/// The rows of visit_evidence from `since` on, one visit after the other.
class EvidenceReader {
 public:
  EvidenceReader(soci::session& sql, const long long& since_us)
      : statement_((sql.prepare << "SELECT e.visit_id, e.kind, e.from_us, e.to_us, e.source, e.zone, e.llr, e.detail, "
                                   "e.weight, e.contribution FROM visit_evidence e JOIN visits v ON v.visit_id = "
                                   "e.visit_id WHERE v.from_us >= :since ORDER BY e.visit_id, e.position",
                    soci::into(visit_), soci::into(row_.evidence.kind), soci::into(from_us_), soci::into(to_us_),
                    soci::into(row_.evidence.source), soci::into(row_.evidence.zone), soci::into(row_.evidence.llr),
                    soci::into(row_.evidence.detail), soci::into(row_.weight), soci::into(row_.contribution),
                    soci::use(since_us, "since"))) {
    statement_.execute();
    more_ = statement_.fetch();
  }

  void take(const std::string& visit, std::vector<WeighedEvidence>& evidence) {
    for (; more_ && visit_ <= visit; more_ = statement_.fetch()) {
      if (visit_ != visit) continue;
      row_.evidence.from.us = from_us_;
      row_.evidence.to.us = to_us_;
      evidence.push_back(row_);
    }
  }

 private:
  std::string visit_;
  WeighedEvidence row_;
  long long from_us_ = 0, to_us_ = 0;
  soci::statement statement_;
  bool more_ = false;
};

}  // namespace

std::optional<bool> is_theft(std::string_view verdict) {
  if (verdict == "theft" || verdict == "attempted") return true;
  if (verdict == "honest" || verdict == "staff_error") return false;
  return std::nullopt;
}

Result<std::vector<JudgedVisit>> judged_visits(IncidentStore& store) {
  std::vector<JudgedVisit> judged;
  IncidentFilter filter{.limit = 500};
  for (;;) {
    TRY(const IncidentPage page, store.list(filter));
    for (const StoredIncident& stored : page.incidents) {
      const auto theft = is_theft(stored.incident.verdict);
      if (!theft) continue;
      JudgedVisit visit{.visit_id = stored.incident.event_id, .theft = *theft, .prior = stored.incident.prior};
      for (const WeighedEvidence& weighed : stored.incident.evidence) visit.evidence.push_back(weighed.evidence);
      judged.push_back(std::move(visit));
    }
    if (page.next.empty()) return judged;
    filter.before_event_id = page.next;
  }
}

Result<void> read_visits(IncidentStore& store, Timestamp since, const std::function<void(VisitRecord)>& take) {
  const long long since_us = since.us;
  return store.database().read([&](soci::session& sql) -> Result<void> {
    EvidenceReader evidence(sql, since_us);
    VisitRecord visit;
    long long from_us = 0, to_us = 0;
    soci::statement statement =
        (sql.prepare << "SELECT visit_id, store_id, camera, from_us, to_us, prior, risk FROM visits WHERE from_us >= "
                        ":since ORDER BY visit_id",
         soci::into(visit.visit_id), soci::into(visit.store_id), soci::into(visit.camera), soci::into(from_us),
         soci::into(to_us), soci::into(visit.prior), soci::into(visit.risk), soci::use(since_us, "since"));
    statement.execute();
    while (statement.fetch()) {
      VisitRecord one = visit;
      one.from.us = from_us;
      one.to.us = to_us;
      evidence.take(one.visit_id, one.evidence);
      take(std::move(one));
    }
    return {};
  });
}

Result<KeptRisks> kept_risks(IncidentStore& store, Timestamp since, Timestamp now) {
  KeptRisks kept{.first = now};
  TRY_VOID(read_visits(store, since, [&](const VisitRecord& visit) {
    kept.risks.push_back(visit.risk);
    kept.first = std::min(kept.first, visit.from);
    kept.last = std::max(kept.last, visit.to);
  }));
  return kept;
}

Result<std::optional<BudgetChoice>> threshold_by_budget(IncidentStore& store, const RiskConfig& risk, Timestamp now) {
  constexpr double kDay_s = 86400, kDays = 28;
  if (risk.false_alerts_a_day <= 0) return std::optional<BudgetChoice>();
  TRY(const KeptRisks kept, kept_risks(store, now.plus_s(-kDays * kDay_s), now));
  const double days = seconds_between(kept.first, kept.last) / kDay_s;
  if (kept.risks.empty() || days < kBudgetDaysLeast) return std::optional<BudgetChoice>();
  return std::optional(choose_threshold(kept.risks, days, risk.false_alerts_a_day));
}

}  // namespace shrike
