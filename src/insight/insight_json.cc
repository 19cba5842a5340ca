#include "insight/insight_json.h"

#include "base/local_time.h"

namespace shrike {
namespace {

using Json = nlohmann::ordered_json;

Json figure(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json json_of(const IntervalEstimate& e) {
  return {{"value", figure(e.value)}, {"low", figure(e.low)}, {"high", figure(e.high)}};
}

Json json_of(const Share& s) {
  Json out{{"n", s.n}, {"of", s.of}};
  const IntervalEstimate e = s.estimate();
  out["share"] = figure(e.value);
  out["low"] = figure(e.low);
  out["high"] = figure(e.high);
  return out;
}

Json quarters(const double (&v)[3]) { return {{"p25", figure(v[0])}, {"p50", figure(v[1])}, {"p75", figure(v[2])}}; }
Json halves(const double (&v)[2]) { return {{"p50", figure(v[0])}, {"p90", figure(v[1])}}; }

Json json_of(const ZoneInsight& z) {
  Json out{{"zone", z.zone}, {"kind", to_string(z.kind)}, {"visits", z.visits}};
  out["stopped"] = json_of(z.stopped);
  out["dwell_s"] = quarters(z.dwell_s);
  out["went_on_to_checkout"] = z.to_till.of > 0 ? json_of(z.to_till) : Json(nullptr);
  out["people_an_open_hour"] = z.people;
  out["minutes_an_open_hour"] = z.minutes;
  return out;
}

Json json_of(const TillInsight& t) {
  Json out{{"zone", t.zone}, {"visits", t.visits}};
  out["at_checkout_s"] = halves(t.at_till_s);
  out["wait_s"] = halves(t.wait_s);
  out["people_there"] = {{"mean", t.queue}, {"most", t.queue_max}};
  out["share_of_open_time"] = {{"nobody", t.share_with[0]},
                               {"one", t.share_with[1]},
                               {"two", t.share_with[2]},
                               {"three_or_more", t.share_with[3]}};
  out["hours"] = Json::array();
  for (const TillHour& h : t.hours) {
    out["hours"].push_back(
        {{"hour", h.hour}, {"people_there", h.queue}, {"visits", h.visits}, {"wait_s", halves(h.wait_s)}});
  }
  return out;
}

Json json_of(const HeatGrid& g) {
  Json out{{"of", g.name},      {"plane", to_string(g.plane)}, {"left", g.left},       {"top", g.top},
           {"width", g.width},  {"height", g.height},          {"columns", g.columns}, {"rows", g.rows},
           {"visits", g.visits}};
  out["seconds"] = g.seconds;
  out["people"] = g.people;
  return out;
}

}  // namespace

Json to_json(const StoreInsight& in) {
  Json out{{"from", local_rfc3339(in.first, in.time_zone)},
           {"to", local_rfc3339(in.last, in.time_zone)},
           {"time_zone", in.time_zone},
           {"days", in.days},
           {"open_hours", in.open_h},
           {"cameras", in.cameras},
           {"visits", in.visits},
           {"staff_visits", in.staff_visits},
           {"visits_joined_across_cameras", in.joined}};
  out["visits_a_day"] = json_of(in.visits_a_day);
  out["length_s"] = quarters(in.stay_s);
  out["notes"] = in.notes;
  out["hours"] = Json::array();
  for (const HourInsight& h : in.hours) {
    out["hours"].push_back({{"hour", h.hour},
                            {"open_hours", h.open_h},
                            {"visits_an_hour", json_of(h.visits)},
                            {"customers_there", h.inside},
                            {"staff_there", h.staff}});
  }
  out["visits_an_hour_by_weekday"] = Json::object();
  for (size_t d = 0; d < 7; ++d) {
    Json row = Json::array();
    for (double v : in.week[d]) row.push_back(figure(v));
    out["visits_an_hour_by_weekday"][weekday_name(static_cast<int>(d))] = std::move(row);
  }
  out["zones"] = Json::array();
  for (const ZoneInsight& z : in.zones) out["zones"].push_back(json_of(z));
  out["flow"] = Json::array();
  for (const FlowStep& f : in.flow)
    out["flow"].push_back({{"from", f.from}, {"to", f.to}, {"share", json_of(f.share)}});
  out["ways"] = Json::array();
  for (const Way& w : in.ways) out["ways"].push_back({{"zones", w.zones}, {"share", json_of(w.share)}});
  out["funnel"] = {{"visits", in.funnel.visits},
                   {"stopped_at_goods", in.funnel.stopped},
                   {"then_at_a_checkout", in.funnel.stopped_then_till},
                   {"checkout_only", in.funnel.till_only}};
  out["checkouts"] = Json::array();
  for (const TillInsight& t : in.tills) out["checkouts"].push_back(json_of(t));
  out["heat"] = Json::array();
  for (const HeatGrid& g : in.heat) out["heat"].push_back(json_of(g));
  return out;
}

Json to_json(const LayoutChange& in) {
  Json out{{"first_day_after", date_of(in.day)},
           {"days_before", in.days_before},
           {"days_after", in.days_after},
           {"enough_days", in.enough},
           {"weekends_compared_apart", in.weekends_apart},
           {"notes", in.notes}};
  out["changes"] = Json::array();
  for (const Change& c : in.changes) {
    out["changes"].push_back({{"what", c.what},
                              {"where", c.where},
                              {"unit", c.unit},
                              {"before", figure(c.before)},
                              {"after", figure(c.after)},
                              {"difference", json_of(c.difference)},
                              {"p", in.enough ? figure(c.p) : Json(nullptr)},
                              {"stands_out", c.stands_out}});
  }
  return out;
}

Json to_json(const Correlates& in) {
  Json out{{"confirmed", in.confirmed}, {"judged_otherwise", in.judged_otherwise}, {"other_visits", in.others},
           {"days", in.days},           {"tests_counted", in.all_tests},           {"notes", in.notes}};
  out["facts"] = Json::array();
  for (const FactTest& t : in.tests) {
    out["facts"].push_back({{"fact", t.name},
                            {"against", to_string(t.against)},
                            {"label", to_string(t.label)},
                            {"why", t.why},
                            {"confirmed", {{"n", t.confirmed}, {"mean", t.typical_confirmed}}},
                            {"others", {{"n", t.others}, {"mean", t.typical_others}}},
                            {"partial_rank_correlation", {{"value", t.partial}, {"low", t.low}, {"high", t.high}}},
                            {"p_permutation", t.p},
                            {"discovery", t.discovery},
                            {"made_up_beyond", t.controls_beyond},
                            {"out_of_sample_gain", t.gain},
                            {"halves",
                             {{{"partial", t.partial_half[0]}, {"p", t.p_half[0]}},
                              {{"partial", t.partial_half[1]}, {"p", t.p_half[1]}}}}});
  }
  out["refused"] = Json::array();
  for (const RefusedFact& r : in.refused) {
    out["refused"].push_back({{"fact", r.name}, {"against", to_string(r.against)}, {"reason", r.reason}});
  }
  return out;
}

}  // namespace shrike
