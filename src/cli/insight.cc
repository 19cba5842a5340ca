#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <unordered_set>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/insight_data.h"
#include "cli/insight_page.h"
#include "cli/usl_page.h"
#include "insight/insight_json.h"

namespace shrike {
namespace {

struct InsightArgs {
  InsightFrom from;
  std::string html, compare;
  size_t top = 10;
  bool json = false;
};

void print_summary(const StoreInsight& in) {
  fmt::print("{} visits on {} day(s), {} camera(s); half last less than {}\n", in.visits, in.days, in.cameras.size(),
             time_text(in.stay_s[1]));
  if (std::isfinite(in.visits_a_day.value)) {
    fmt::print("{:.0f} visits a day ({:.0f} to {:.0f})\n", in.visits_a_day.value, in.visits_a_day.low,
               in.visits_a_day.high);
  }
  fmt::print("\n{:<8} {:>22} {:>16} {:>8}\n", "hour", "visits an hour (95 %)", "customers there", "staff");
  for (const HourInsight& h : in.hours) {
    fmt::print("{:02}–{:02} {:>24} {:>16.1f} {:>8.1f}\n", h.hour, h.hour + 1,
               fmt::format("{:.1f} ({:.1f} to {:.1f})", h.visits.value, h.visits.low, h.visits.high), h.inside,
               h.staff);
  }
}

void print_zones(const StoreInsight& in, size_t top) {
  if (in.zones.empty()) return;
  fmt::print("\n{:<20} {:>7} {:>22} {:>12} {:>22}\n", "zone", "visits", "stopped (95 %)", "half stay <",
             "then a checkout (95 %)");
  for (size_t i = 0; i < std::min(top, in.zones.size()); ++i) {
    const ZoneInsight& z = in.zones[i];
    fmt::print("{:<20} {:>7} {:>22} {:>12} {:>22}\n", z.zone, z.visits, share_text(z.stopped), time_text(z.dwell_s[1]),
               z.to_till.of > 0 && in.funnel.followed ? share_text(z.to_till) : "–");
  }
}

void print_ways(const StoreInsight& in, size_t top) {
  if (in.ways.empty()) return;
  fmt::print("\n{:>7}  {:<20} way\n", "visits", "share (95 %)");
  for (size_t i = 0; i < std::min(top, in.ways.size()); ++i) {
    fmt::print("{:>7}  {:<20} {}\n", in.ways[i].share.n, share_text(in.ways[i].share), way_text(in.ways[i].zones));
  }
}

void print_tills(const StoreInsight& in) {
  if (in.tills.empty()) return;
  fmt::print("\n{:<20} {:>7} {:>14} {:>14} {:>14} {:>6}\n", "checkout", "visits", "half wait <", "1 in 10 wait >",
             "people, mean", "most");
  for (const TillInsight& t : in.tills) {
    fmt::print("{:<20} {:>7} {:>14} {:>14} {:>14.1f} {:>6}\n", t.zone, t.visits, time_text(t.wait_s[0]),
               time_text(t.wait_s[1]), t.queue, t.queue_max);
  }
}

void print_change(const LayoutChange& change) {
  fmt::print("\nBefore and from {} on: {} days, {} days\n", date_of(change.day), change.days_before, change.days_after);
  fmt::print("{:<18} {:<42} {:>10} {:>10} {:>30}\n", "where", "what", "before", "after", "difference (95 %)");
  for (const Change& c : change.changes) {
    fmt::print("{:<18} {:<42} {:>10} {:>10} {:>30}{}\n", c.where.empty() ? "whole store" : c.where, c.what,
               in_unit(c.before, c.unit), in_unit(c.after, c.unit), difference_text(c), c.stands_out ? "  *" : "");
  }
  if (change.enough) fmt::print("* differs by more than days differ anyway\n");
}

Result<void> insight(const InsightArgs& args) {
  TRY(InsightData data, open_insight(args.from));
  TRY(const Journeys journeys, load_journeys(data.database, data.since, data.until));
  std::unordered_set<std::string> staff;
  for (const Journey& j : journeys.staff) staff.insert(j.visit_id);
  TRY(auto heat, heat_of(data.database, data.since, data.until, staff));
  TRY(const StoreInsight found, store_insight(journeys, std::move(heat), data.time_zone));
  TRY(const auto plan, load_floor_plan(data.database));
  std::optional<LayoutChange> change;
  if (!args.compare.empty()) {
    TRY(const int64_t day, parse_day(args.compare));
    TRY(change, compare_layout(journeys, data.time_zone, day, {}));
  }
  if (args.json) {
    auto json = to_json(found);
    json["store"] = data.store;
    if (change) json["before_after"] = to_json(*change);
    std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    print_summary(found);
    print_zones(found, args.top);
    print_ways(found, args.top);
    print_tills(found);
    if (change) print_change(*change);
    std::fflush(stdout);
    for (const auto& note : found.notes) fmt::print(stderr, "note: {}\n", note);
    for (size_t i = 0; change && i < change->notes.size(); ++i) fmt::print(stderr, "note: {}\n", change->notes[i]);
  }
  if (!args.html.empty()) TRY_VOID(write_page(args.html, insight_page(data.store, found, change, plan)));
  return {};
}

}  // namespace

void add_insight(CLI::App& app, int& exit_code) {
  auto* sub = app.add_subcommand(
      "insight",
      "How the store is used: when people come, where they stop and for how long, which ways they take, how long they "
      "wait.\n"
      "Of visits without identities, as `shrike watch` or `serve` left them in the data folder (docs/insight.md)");
  auto args = std::make_shared<InsightArgs>();
  add_insight_from(*sub, args->from, false);
  sub->add_flag("--json", args->json, "One JSON object, with all figures");
  sub->add_option("--html", args->html, "Write one self-contained page with charts to this file too");
  sub->add_option("--compare", args->compare,
                  "The first day of a new layout, e.g. 2026-03-01: days before and after are compared");
  sub->add_option("--top", args->top, "Lines of the tables; JSON has all")->capture_default_str();
  sub->footer("Example: shrike insight --from data --since 2026-03-01 --html insight.html");
  add_insight_correlates(*sub, exit_code);
  sub->callback([sub, args, &exit_code] {
    if (sub->get_subcommands().empty()) exit_code = finish_command("insight", insight(*args));
  });
}

}  // namespace shrike
