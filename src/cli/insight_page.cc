#include "cli/insight_page.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "plot/page.h"
#include "plot/plan_map.h"
#include "plot/svg.h"

namespace shrike {
namespace {

using plot::Ink;
using plot::number;
using plot::Series;

constexpr size_t kWaysMax = 12, kZonesMax = 30, kFlowZonesMax = 16;

std::string hour_text(int hour) { return fmt::format("{:02}", hour); }

std::string rate_text(const IntervalEstimate& e) {
  return std::isfinite(e.value) ? fmt::format("{} ({} to {})", number(e.value), number(e.low), number(e.high)) : "–";
}

std::string days_text(const StoreInsight& in) {
  const auto local = [&](Timestamp t) { return to_rfc3339(t, in.time_zone).value_or("").substr(0, 16); };
  auto from = local(in.first), to = local(in.last);
  for (auto* text : {&from, &to}) std::ranges::replace(*text, 'T', ' ');
  return fmt::format("{} to {} ({}), {} day{}, {} camera{}", from, to, in.time_zone, in.days, in.days == 1 ? "" : "s",
                     in.cameras.size(), in.cameras.size() == 1 ? "" : "s");
}

/// 0.4, 4.2, 42: no more digits than a share of visits bears.
std::string percent_number(double share) { return fmt::format("{:.{}f}", 100 * share, 100 * share < 9.95 ? 1 : 0); }

double worst_wait(const StoreInsight& in) {
  double wait = NAN;
  for (const TillInsight& t : in.tills) wait = std::fmax(wait, t.wait_s[1]);
  return wait;
}

void say_summary(plot::Page& page, const StoreInsight& in) {
  const bool whole_days = std::isfinite(in.visits_a_day.value);
  const Share stopped{in.funnel.stopped, in.funnel.visits}, bought{in.funnel.stopped_then_till, in.funnel.stopped};
  std::vector<std::pair<std::string, std::string>> tiles{
      whole_days
          ? std::pair(number(in.visits_a_day.value),
                      fmt::format("visits a day ({} to {})", number(in.visits_a_day.low), number(in.visits_a_day.high)))
          : std::pair(number(static_cast<double>(in.visits)), std::string("visits were seen")),
      {time_text(in.stay_s[1]),
       fmt::format("is how long a visit lasts: half take less; a quarter take over {}", time_text(in.stay_s[2]))},
      {percent_text(stopped.estimate().value), "of visits stop at some shelf"}};
  if (in.funnel.followed) tiles.emplace_back(percent_text(bought.estimate().value), "of those then go to a checkout");
  if (worst_wait(in) > 0)
    tiles.emplace_back(time_text(worst_wait(in)), "is what one in ten waits longer than, at the slowest checkout");
  page.tiles(tiles);
  for (const auto& note : in.notes) page.note(note);
}

std::string hours_chart(const StoreInsight& in) {
  plot::XyChart chart{.title = "Visits by hour", .x = {.title = "hour of the day"}, .y = {.title = "visits an hour"}};
  Series columns{.mark = Series::Mark::columns, .ink = Ink::first},
      whiskers{.mark = Series::Mark::points, .ink = Ink::focus};
  for (size_t i = 0; i < in.hours.size(); ++i) {
    const HourInsight& h = in.hours[i];
    chart.x_names.push_back(hour_text(h.hour));
    const auto tip = fmt::format("{} to {} h: {} visits an hour, {} h looked at", h.hour, h.hour + 1,
                                 rate_text(h.visits), number(h.open_h));
    columns.x.push_back(static_cast<double>(i));
    columns.y.push_back(h.visits.value);
    columns.tips.push_back(tip);
    whiskers.x.push_back(static_cast<double>(i));
    whiskers.y.push_back(h.visits.value);
    whiskers.y_low.push_back(h.visits.low);
    whiskers.y_high.push_back(h.visits.high);
    whiskers.tips.push_back(tip);
  }
  chart.series = {columns, whiskers};
  return plot::draw(chart);
}

std::string week_chart(const StoreInsight& in) {
  plot::HeatMap map{.title = "Visits by weekday and hour", .low_name = "none", .high_name = "most", .one_sided = true};
  for (const HourInsight& h : in.hours) map.columns.push_back(hour_text(h.hour));
  for (size_t d = 0; d < 7; ++d) {
    map.rows.emplace_back(weekday_name(static_cast<int>(d)));
    for (const HourInsight& h : in.hours) {
      const double v = in.week[d][static_cast<size_t>(h.hour)];
      map.values.push_back(v);
      map.tips.push_back(fmt::format("{} {} h: {} visits an hour", map.rows.back(), h.hour, number(v)));
    }
  }
  return plot::draw(map);
}

void say_hours(plot::Page& page, const StoreInsight& in) {
  page.heading("When people come");
  page.figure(
      hours_chart(in),
      in.days >= kDaysMin
          ? "Visits in an hour. The lines show how far the figure could be off: had other days of the same kind been "
            "looked at, it would lie in there 95 times in 100."
          : "Visits in an hour. The lines show how far chance alone could have moved the figure (95 in 100).");
  if (in.days >= 2)
    page.figure(week_chart(in), "The deeper the colour, the more visits in an hour. Blank: closed, or not looked at.");
}

std::string minutes_text(double seconds) { return fmt::format("{} min", number(seconds / 60)); }

plot::PlanMap map_of(const HeatGrid& grid, const std::optional<KeptFloorPlan>& plan) {
  plot::PlanMap map{.title = grid.name, .columns = grid.columns, .rows = grid.rows, .aspect = grid.aspect};
  for (const ZoneOutline& o : grid.zones) {
    plot::PlanMap::Outline outline{.name = o.zone.name};
    for (const Point& p : o.zone.polygon) outline.corners.emplace_back(p.x, p.y);
    map.outlines.push_back(std::move(outline));
  }
  if (plan && grid.plane == Plane::floor && grid.width > 0 && grid.height > 0) {
    map.picture = plan->picture;
    map.picture_left = -grid.left / grid.width;
    map.picture_top = -grid.top / grid.height;
    map.picture_width = plan->width_m / grid.width;
    map.picture_height = plan->depth_m / grid.height;
  }
  return map;
}

void say_heat(plot::Page& page, const StoreInsight& in, const std::optional<KeptFloorPlan>& plan) {
  page.heading("Where people spend their time");
  for (const HeatGrid& grid : in.heat) {
    const auto where = grid.plane == Plane::floor ? std::string("The floor") : fmt::format("Camera {}", grid.name);
    auto map = map_of(grid, plan);
    map.values = grid.seconds;
    for (double s : grid.seconds) map.tips.push_back(minutes_text(s));
    map.low_name = "nobody stood here";
    map.high_name = "most time";
    page.figure(plot::draw(map),
                fmt::format("{}: time spent standing or walking, {} visits. {}", where, grid.visits,
                            grid.plane == Plane::picture ? "A place is where the feet were in the picture." : ""));
    map.values = grid.people;
    map.tips.clear();
    for (double n : grid.people) map.tips.push_back(fmt::format("{} visits", number(n)));
    map.low_name = "nobody passed";
    map.high_name = "most people";
    page.begin_more(fmt::format("{}: how many people passed", where));
    page.figure(plot::draw(map), "Each visit counts once in a place, however long it stayed.");
    page.end_more();
  }
}

std::string zone_hours_chart(const StoreInsight& in, bool time) {
  plot::HeatMap map{.title = time ? "Time in zones by hour" : "People in zones by hour",
                    .low_name = "none",
                    .high_name = "most",
                    .one_sided = true};
  for (const HourInsight& h : in.hours) map.columns.push_back(hour_text(h.hour));
  for (const ZoneInsight& z : in.zones) {
    if (map.rows.size() == kZonesMax) break;
    map.rows.push_back(z.zone);
    for (const HourInsight& h : in.hours) {
      const double v = (time ? z.minutes : z.people)[static_cast<size_t>(h.hour)];
      map.values.push_back(v);
      map.tips.push_back(
          fmt::format("{}, {} h: {} {} an hour", z.zone, h.hour, number(v), time ? "minutes" : "people"));
    }
  }
  return plot::draw(map);
}

void say_zones(plot::Page& page, const StoreInsight& in) {
  if (in.zones.empty()) {
    page.paragraph("No zone was entered. Draw zones on the camera's picture to see which shelves people stop at.");
    return;
  }
  page.heading("Zone by zone");
  std::vector<std::vector<std::string>> rows;
  for (const ZoneInsight& z : in.zones) {
    if (rows.size() == kZonesMax) break;
    std::string kind = to_string(z.kind);
    std::ranges::replace(kind, '_', ' ');
    rows.push_back({z.zone, kind, std::to_string(z.visits), share_text(z.stopped), time_text(z.dwell_s[1]),
                    time_text(z.dwell_s[2]), z.to_till.of > 0 && in.funnel.followed ? share_text(z.to_till) : "–"});
  }
  page.table({{"zone", false},
              {"kind", false},
              {"visits that went in"},
              {"of those stopped (5 s or more)"},
              {"half stay less than"},
              {"a quarter stay over"},
              {"of those who stopped, went on to a checkout"}},
             rows);
  page.paragraph("In brackets: 95 times in 100 the true share lies in there, if these visits are like others.");
  page.figure(zone_hours_chart(in, false), "People who went into a zone, in an hour, by hour of the day.");
  page.figure(zone_hours_chart(in, true), "Minutes that all visitors together spent in a zone, in an hour.");
}

std::string flow_chart(const StoreInsight& in) {
  plot::HeatMap map{.title = "From zone to zone", .low_name = "never", .high_name = "always", .one_sided = true};
  std::map<std::string, size_t> place;
  for (const ZoneInsight& z : in.zones) {
    if (map.rows.size() == kFlowZonesMax) break;
    place[z.zone] = map.rows.size();
    map.rows.push_back(fmt::format("from {}", z.zone));
    map.columns.push_back(fmt::format("to {}", z.zone));
  }
  const size_t n = map.rows.size();
  map.values.assign(n * n, NAN);
  map.tips.assign(n * n, "");
  for (const FlowStep& f : in.flow) {
    const auto from = place.find(f.from), to = place.find(f.to);
    if (from == place.end() || to == place.end()) continue;
    const size_t k = from->second * n + to->second;
    map.values[k] = f.share.estimate().value;
    map.tips[k] = fmt::format("{} → {}: {} times, {}", f.from, f.to, f.share.n, share_text(f.share));
  }
  return plot::draw(map);
}

void say_ways(plot::Page& page, const StoreInsight& in) {
  if (in.ways.empty()) return;
  page.heading("Which ways people take");
  if (in.funnel.followed) {
    const auto n = [](int64_t v) { return static_cast<double>(v); };
    plot::Bars bars{.title = "From the door to the checkout", .axis = "visits", .parts = {""}, .inks = {Ink::first}};
    bars.rows = {{"came in", {n(in.funnel.visits)}, ""},
                 {"stopped at a shelf", {n(in.funnel.stopped)}, share_text({in.funnel.stopped, in.funnel.visits})},
                 {"then stopped at a checkout",
                  {n(in.funnel.stopped_then_till)},
                  share_text({in.funnel.stopped_then_till, in.funnel.stopped})}};
    page.figure(plot::draw(bars), "From the door over a shelf to a checkout.");
  }
  plot::Bars bars{.title = "Most common ways", .axis = "visits", .parts = {""}, .inks = {Ink::first}};
  std::vector<std::vector<std::string>> rows;
  for (const Way& way : in.ways) {
    if (rows.size() == kWaysMax) break;
    rows.push_back({way_text(way.zones), std::to_string(way.share.n), share_text(way.share)});
  }
  page.table({{"way", false}, {"visits"}, {"of all that went through a zone"}}, rows);
  page.paragraph("Doors are on a way whenever someone passed them, other zones only where someone stopped.");
  if (in.zones.size() > 1 && !in.flow.empty()) {
    page.figure(flow_chart(in),
                "Where people went next: of those who left the zone of the line, the share that came next into the "
                "zone of the column.");
  }
}

void say_till(plot::Page& page, const TillInsight& t) {
  page.paragraph(fmt::format(
      "{}: {} visits. Half spend less than {} there, one in ten more than {}. Half wait less than {} until those who "
      "came before have left, one in ten more than {}. On average {} people are there, at most {}; {} of the time "
      "three or more.",
      t.zone, t.visits, time_text(t.at_till_s[0]), time_text(t.at_till_s[1]), time_text(t.wait_s[0]),
      time_text(t.wait_s[1]), number(t.queue, 2), t.queue_max, percent_text(t.share_with[3])));
  plot::XyChart queue{.title = fmt::format("People at {} by hour", t.zone),
                      .x = {.title = "hour of the day"},
                      .y = {.title = "people there at a time"}};
  Series columns{.mark = Series::Mark::columns, .ink = Ink::first};
  for (size_t i = 0; i < t.hours.size(); ++i) {
    const TillHour& h = t.hours[i];
    queue.x_names.push_back(hour_text(h.hour));
    columns.x.push_back(static_cast<double>(i));
    columns.y.push_back(h.queue);
    columns.tips.push_back(fmt::format("{} h: {} people at a time; {} visits, one in ten waits over {}", h.hour,
                                       number(h.queue), h.visits, time_text(h.wait_s[1])));
  }
  queue.series = {columns};
  page.figure(plot::draw(queue),
              fmt::format("{}: how many people are there at a time, waiting and being served.", t.zone));
}

void say_tills(plot::Page& page, const StoreInsight& in) {
  if (in.tills.empty()) return;
  page.heading("Waiting at the checkouts");
  for (const TillInsight& t : in.tills) say_till(page, t);
  page.paragraph(
      "A zone counts as one queue: whoever comes is taken to wait until everyone who was there before has left. Where "
      "one zone holds "
      "several tills, draw a zone for each.");
}

void say_staff(plot::Page& page, const StoreInsight& in) {
  if (in.staff_visits == 0) return;
  page.heading("Staff and customers");
  plot::XyChart chart{.title = "Staff and customers by hour",
                      .x = {.title = "hour of the day"},
                      .y = {.title = "people there at a time"}};
  Series customers{.name = "customers", .mark = Series::Mark::columns, .ink = Ink::first},
      staff{.name = "staff", .mark = Series::Mark::line, .ink = Ink::second};
  for (size_t i = 0; i < in.hours.size(); ++i) {
    const HourInsight& h = in.hours[i];
    chart.x_names.push_back(hour_text(h.hour));
    for (Series* s : {&customers, &staff}) s->x.push_back(static_cast<double>(i));
    customers.y.push_back(h.inside);
    customers.tips.push_back(fmt::format("{} h: {} customers, {} staff; {} customers to one of staff", h.hour,
                                         number(h.inside), number(h.staff),
                                         h.staff > 0 ? number(h.inside / h.staff) : "–"));
    staff.y.push_back(h.staff);
  }
  chart.series = {customers, staff};
  page.figure(
      plot::draw(chart),
      fmt::format(
          "People in the pictures at a time. Staff are the {} visits that were in a staff zone for 10 s or more.",
          in.staff_visits));
}

void say_change(plot::Page& page, const LayoutChange& change) {
  page.heading(fmt::format("Before and from {} on", date_of(change.day)));
  page.paragraph(
      fmt::format("{} days before, {} days after.{}", change.days_before, change.days_after,
                  change.weekends_apart
                      ? " Weekdays are compared with weekdays and weekends with weekends, put together as in a week."
                      : ""));
  for (const auto& note : change.notes) page.note(note);
  std::vector<std::vector<std::string>> rows;
  for (const bool loud : {true, false}) {
    for (const Change& c : change.changes) {
      if (c.stands_out != loud) continue;
      rows.push_back({c.where.empty() ? "whole store" : c.where, c.what, in_unit(c.before, c.unit),
                      in_unit(c.after, c.unit), difference_text(c),
                      !change.enough ? "too few days"
                      : c.stands_out ? (c.difference.value > 0 ? "more than before" : "less than before")
                                     : "no more than days differ anyway"});
    }
  }
  page.table({{"where", false}, {"what", false}, {"before"}, {"after"}, {"difference"}, {"", false}}, rows);
  if (change.enough) {
    page.paragraph(
        "In brackets the 95 % interval: whole days were drawn again and again, for visits of one day are alike. A line "
        "stands out where its interval "
        "misses zero and, given how many lines there are, exchanging days between before and after seldom does as "
        "well.");
  }
}

std::string value_text(double v) { return std::isfinite(v) ? number(v) : "–"; }

}  // namespace

std::string time_text(double seconds) {
  if (!std::isfinite(seconds)) return "–";
  const auto s = static_cast<int64_t>(std::lround(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
}

std::string percent_text(double share) {
  return std::isfinite(share) ? fmt::format("{} %", percent_number(share)) : "–";
}

std::string share_text(const Share& share) {
  const IntervalEstimate e = share.estimate();
  if (!std::isfinite(e.value)) return "–";
  return fmt::format("{} % ({} to {})", percent_number(e.value), percent_number(e.low), percent_number(e.high));
}

std::string way_text(const std::vector<std::string>& zones) { return fmt::format("{}", fmt::join(zones, " → ")); }

std::string in_unit(double value, const std::string& unit) {
  if (!std::isfinite(value)) return "–";
  if (unit == "%") return fmt::format("{} %", number(100 * value));
  return unit.empty() ? number(value) : fmt::format("{} {}", number(value), unit);
}

std::string difference_text(const Change& c) {
  const double scale = c.unit == "%" ? 100 : 1;
  const std::string unit = c.unit == "%" ? " points" : c.unit.empty() ? "" : fmt::format(" {}", c.unit);
  const auto& d = c.difference;
  const auto text = [&](double v) { return fmt::format("{}{}", v > 0 ? "+" : "", number(scale * v, 2)); };
  if (!std::isfinite(d.low)) return text(d.value) + unit;
  return fmt::format("{}{} ({} to {})", text(d.value), unit, text(d.low), text(d.high));
}

std::string insight_page(const std::string& store, const StoreInsight& in, const std::optional<LayoutChange>& change,
                         const std::optional<KeptFloorPlan>& plan) {
  plot::Page page(store.empty() ? "How the store is used" : fmt::format("How {} is used", store), days_text(in));
  say_summary(page, in);
  if (change) say_change(page, *change);
  say_hours(page, in);
  say_heat(page, in, plan);
  say_zones(page, in);
  say_ways(page, in);
  say_tills(page, in);
  say_staff(page, in);
  page.heading("Where this comes from");
  page.paragraph(
      "Cameras follow people by their outline and the colours of their clothing and keep, for a limited time, which "
      "zones a visit "
      "went through and when. No picture, no face and no appearance is kept for this page, and nobody can be told from "
      "it.");
  return page.html();
}

std::string correlates_page(const std::string& store, const Correlates& found) {
  plot::Page page(
      store.empty() ? "What goes with confirmed incidents"
                    : fmt::format("{}: what goes with confirmed incidents", store),
      fmt::format("{} confirmed, {} judged otherwise, {} other visits; confirmed on {} days; {} tests counted",
                  found.confirmed, found.judged_otherwise, found.others, found.days, found.all_tests));
  page.paragraph(
      "Each fact of a visit is held against shuffled labels, made-up facts, days drawn again and days left out, and "
      "against the number of tests that "
      "were ever made here. Only what stands all of that is called an association.");
  for (const auto& note : found.notes) page.note(note);
  plot::Intervals chart{.title = "Facts and confirmed incidents",
                        .axis = {.title = "rank correlation after hour and length of the visit"},
                        .reference = 0,
                        .has_reference = true};
  std::vector<std::vector<std::string>> rows;
  for (const FactTest& t : found.tests) {
    const auto label = fmt::format("{} ({})", t.name, t.against == Against::judged ? "judged" : "all");
    chart.rows.push_back({label, t.low, t.partial, t.high, t.label != AssociationLabel::noise, t.why});
    rows.push_back({t.name, to_string(t.against), value_text(t.typical_confirmed), value_text(t.typical_others),
                    fmt::format("{:+.2f} ({:+.2f} to {:+.2f})", t.partial, t.low, t.high), fmt::format("{:.4f}", t.p),
                    to_string(t.label), t.why});
  }
  page.figure(
      plot::draw(chart),
      "95 % intervals, days drawn again. Right of the line: more of it in confirmed visits. Red: an association.");
  page.table({{"fact", false},
              {"compared with", false},
              {"mean, confirmed"},
              {"mean, others"},
              {"correlation"},
              {"p"},
              {"label", false},
              {"why", false}},
             rows);
  page.heading("Not asked, and why");
  rows.clear();
  for (const RefusedFact& r : found.refused) rows.push_back({r.name, to_string(r.against), r.reason});
  page.table({{"fact", false}, {"compared with", false}, {"why", false}}, rows);
  return page.html();
}

}  // namespace shrike
