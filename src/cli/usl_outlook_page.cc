#include "cli/usl_outlook_page.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "plot/page.h"
#include "plot/svg.h"

namespace shrike {
namespace {

using plot::Ink;
using plot::number;
using plot::Series;

constexpr size_t kDrawnMost = 40, kListedMost = 500, kPlanLinesMost = 200;

std::string with_interval(const Estimate& e) {
  return fmt::format("{} ({} … {})", number(e.mean), number(e.low), number(e.high));
}

std::string in_money(const LossData& data) { return data.currency.empty() ? "at cost" : data.currency + " at cost"; }

/// Money since the last count, or what a count at the end of the days ahead would show.
const Estimate& cost_of(const GroupOutlook& g, bool ahead) { return ahead ? g.next_cost : g.since_cost; }

std::string product_text(const LossData& data, const Interval& x) {
  const Product& p = data.products[static_cast<size_t>(x.product)];
  return p.name.empty() || p.name == p.sku ? p.sku : p.sku + " " + p.name;
}

/// Who spoke, of what is past and where asked of what is ahead, and what its intervals rest on.
void say_model(plot::Page& page, const FittedLosses& fitted, bool ahead) {
  page.paragraph(voice_text(fitted.voice, View::nowcast));
  if (ahead && fitted.voice.card) page.paragraph("Days ahead: " + voice_text(fitted.voice, View::forecast));
  const size_t counts = fitted.nowcaster.calibration(View::nowcast).counts;
  page.paragraph(counts > 0 ? fmt::format("Intervals hold 90 %, set right on {} counts that the model had not seen.",
                                          number(static_cast<double>(counts)))
                            : "Too few counts to check the intervals on: they are the model's own, uncalibrated.");
}

void list_groups(plot::Page& page, const FittedLosses& fitted, const std::vector<CellOutlook>& cells, GroupBy by,
                 const std::vector<GroupOutlook>& groups, bool ahead) {
  std::vector<plot::Column> columns{
      {to_string(by), false}, {"products × stores"}, {"days since count"}, {"units since"}, {"cost since"}};
  if (ahead) {
    columns.push_back({"cost ahead"});
    columns.push_back({"cost at a count then"});
  } else {
    columns.push_back({"shelves probably empty"});
  }
  std::vector<std::vector<std::string>> rows;
  for (const GroupOutlook& g : groups) {
    if (rows.size() == kListedMost) break;
    rows.push_back({group_name(fitted.data, cells, by, g.index), number(static_cast<double>(g.cells)),
                    number(g.days_since_count), with_interval(g.since), with_interval(g.since_cost)});
    if (ahead) {
      rows.back().push_back(with_interval(g.ahead_cost));
      rows.back().push_back(with_interval(g.next_cost));
    } else {
      rows.back().push_back(number(g.empty_shelves));
    }
  }
  const bool closed = rows.size() > 12;
  if (closed) page.begin_more(fmt::format("All {} lines", rows.size()));
  page.table(columns, rows);
  if (closed) page.end_more();
}

/// How a distribution fits what was found: flat where it does.
std::string draw_pit(const Score& s) {
  plot::XyChart chart{.title = "Where counts fell in what was predicted",
                      .x = {"probability that had been given to at most what was found"},
                      .y = {"counts, as a multiple of an even spread"}};
  Series seen{.mark = Series::Mark::columns, .ink = Ink::first};
  double sum = 0;
  for (double share : s.pit_histogram) sum += share;
  for (size_t i = 0; i < s.pit_histogram.size(); ++i) {
    const double even = sum > 0 ? s.pit_histogram[i] / sum * static_cast<double>(s.pit_histogram.size()) : 0;
    seen.x.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(s.pit_histogram.size()));
    seen.y.push_back(even);
    seen.tips.push_back(fmt::format("{:.0f} to {:.0f} %: {:.2f} times an even share", 5.0 * static_cast<double>(i),
                                    5.0 * static_cast<double>(i + 1), even));
  }
  const Series even{.name = "where every interval is right",
                    .mark = Series::Mark::dashed,
                    .ink = Ink::focus,
                    .x = {0, 1},
                    .y = {1, 1}};
  chart.series = {seen, even};
  return draw(chart);
}

std::string draw_deciles(const Score& s) {
  plot::XyChart chart{.title = "Counts within their 90 % interval",
                      .x = {"tenths of the counts, least predicted loss first"},
                      .y = {.title = "within the interval", .percent = true}};
  Series covered{.mark = Series::Mark::points, .ink = Ink::first};
  for (size_t i = 0; i < s.coverage_by_decile.size(); ++i) {
    covered.x.push_back(static_cast<double>(i + 1));
    covered.y.push_back(s.coverage_by_decile[i]);
    covered.tips.push_back(fmt::format("tenth {}: {:.1f} %", i + 1, 100 * s.coverage_by_decile[i]));
  }
  const Series promised{
      .name = "promised", .mark = Series::Mark::dashed, .ink = Ink::focus, .x = {1, 10}, .y = {0.9, 0.9}};
  chart.series = {covered, promised};
  return draw(chart);
}

void add_origin(plot::Page& page, const LossData& data, const BacktestOrigin& origin) {
  page.heading("Learnt until " + day_text(origin.day));
  std::vector<std::vector<std::string>> rows;
  for (const Score& s : origin.scores) {
    rows.push_back({s.predictor, fmt::format("{:.3f}", s.mae), fmt::format("{:.3f}", s.rmse),
                    fmt::format("{:.3f}", s.total_ratio), fmt::format("{:.3f}", s.deviance),
                    fmt::format("{:.2f}", s.cost_mae), fmt::format("{:.1f} %", 100 * s.capture_10),
                    s.coverage_90 > 0 ? fmt::format("{:.1f} %", 100 * s.coverage_90) : "–"});
  }
  page.table({{"predictor", false},
              {"error a count, units"},
              {"root mean square"},
              {"predicted / counted"},
              {"deviance"},
              {"error a count, " + in_money(data)},
              {"loss in the top tenth"},
              {"within 90 %"}},
             rows);
  for (const Score& s : origin.scores) {
    if (s.coverage_90 <= 0) continue;
    page.figure(draw_pit(s), s.predictor +
                                 ": a hump in the middle says that intervals are too wide, high ends that they are too "
                                 "narrow, a slope that predictions lean one way.");
    page.figure(draw_deciles(s), s.predictor + ": the 90 % should hold where little is lost and where much is.");
  }
}

}  // namespace

std::string outlook_page(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, GroupBy by,
                         const std::vector<GroupOutlook>& groups, const GroupOutlook& chain, double days_ahead) {
  const bool ahead = days_ahead > 0;
  plot::Page page(
      ahead ? "Unknown stock loss ahead" : "Unknown stock loss since the last counts",
      fmt::format("As of {}, expected and net of gains, with 90 % intervals.", day_text(last_day(fitted.data))));
  std::vector<std::pair<std::string, std::string>> tiles{
      {number(chain.since_cost.mean), fmt::format("{} lost since the last counts ({} … {})", in_money(fitted.data),
                                                  number(chain.since_cost.low), number(chain.since_cost.high))},
      {number(chain.since.mean),
       fmt::format("units of it ({} … {})", number(chain.since.low), number(chain.since.high))}};
  if (ahead) {
    tiles.push_back(
        {number(chain.ahead_cost.mean), fmt::format("more in the next {:g} days ({} … {})", days_ahead,
                                                    number(chain.ahead_cost.low), number(chain.ahead_cost.high))});
  } else {
    tiles.push_back({number(chain.empty_shelves), "shelves are probably empty while the book says otherwise"});
  }
  page.tiles(tiles);
  plot::Intervals chart{.title = fmt::format("Expected loss by {}", to_string(by)), .axis = {in_money(fitted.data)}};
  for (const GroupOutlook& g : groups) {
    if (chart.rows.size() == kDrawnMost) break;
    const Estimate& e = cost_of(g, ahead);
    const auto name = group_name(fitted.data, cells, by, g.index);
    chart.rows.push_back(
        {.label = name,
         .low = e.low,
         .middle = e.mean,
         .high = e.high,
         .tip = fmt::format("{}: {}, {} days since its counts", name, with_interval(e), number(g.days_since_count))});
  }
  page.heading(fmt::format("By {}", to_string(by)));
  page.figure(draw(chart), fmt::format("{}, the {} with most of {}. A whisker is a 90 % interval.",
                                       ahead ? "What a count then would show" : "Lost since the last count",
                                       chart.rows.size(), groups.size()));
  list_groups(page, fitted, cells, by, groups, ahead);
  say_model(page, fitted, ahead);
  return page.html();
}

std::string plan_page(const FittedLosses& fitted, const std::vector<CellOutlook>& cells, const CountPlan& plan,
                      const PlanOptions& options) {
  const LossData& data = fitted.data;
  plot::Page page("What to count next",
                  fmt::format("Within {:g} hours, as of {}.", options.hours, day_text(last_day(data))));
  page.tiles({{number(static_cast<double>(plan.lines)),
               fmt::format("lines in {} stores, {} hours", plan.stores.size(), number(plan.hours))},
              {number(plan.loss), in_money(data) + " of loss it should find"},
              {number(plan.loss_at_random), "as many lines of the same stores, drawn blindly"},
              {number(plan.loss_of_all), fmt::format("counting everything, in {} hours", number(plan.hours_of_all))}});
  plot::Bars bars{.title = "Loss that counting should find, by store",
                  .axis = in_money(data),
                  .parts = {"loss found"},
                  .inks = {Ink::first}};
  for (const PlannedStore& s : plan.stores) {
    if (bars.rows.size() == kDrawnMost) break;
    const auto& id = data.stores[static_cast<size_t>(s.store)].id;
    bars.rows.push_back(
        {id,
         {s.loss},
         fmt::format("{}: {} in {} hours, {} lines", id, number(s.loss), number(s.hours), s.cells.size())});
  }
  page.figure(draw(bars), "Most worth an hour first.");
  for (const PlannedStore& s : plan.stores) {
    page.begin_more(fmt::format("{}: {} lines, {} hours", data.stores[static_cast<size_t>(s.store)].id, s.cells.size(),
                                number(s.hours)));
    std::vector<std::vector<std::string>> rows;
    for (const uint32_t k : s.cells) {
      if (rows.size() == kPlanLinesMost) break;
      const CellOutlook& c = cells[k];
      const Interval& x = data.intervals[c.interval];
      rows.push_back({product_text(data, x),
                      data.categories[static_cast<size_t>(data.products[static_cast<size_t>(x.product)].category)],
                      day_text(x.day_from), with_interval({c.since_mean, c.since_low, c.since_high}),
                      fmt::format("{:.2f}", c.found * x.unit_cost), fmt::format("{:.0f} %", 100 * c.empty), ""});
    }
    page.table({{"product", false},
                {"category", false},
                {"last count", false},
                {"units missing"},
                {"loss found, " + in_money(data)},
                {"shelf empty"},
                {"counted", false}},
               rows);
    page.end_more();
  }
  say_model(page, fitted, false);
  return page.html();
}

std::string backtest_page(const LossData& data, const std::vector<BacktestOrigin>& origins,
                          const std::string& challenger) {
  plot::Page page("How good the estimates would have been",
                  "Learnt from what was counted by a day; judged on each product's next full count after it.");
  for (const BacktestOrigin& origin : origins) add_origin(page, data, origin);
  page.paragraph(challenger);
  page.paragraph(
      "Deviance is negative binomial, of the loss part. Within 90 %: the share of counts inside the interval, by "
      "randomised probability integral transform. Lower errors are better; predicted / counted should be 1.");
  return page.html();
}

}  // namespace shrike
