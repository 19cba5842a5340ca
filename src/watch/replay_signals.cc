#include "watch/replay_signals.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/file.h"
#include "sense/portal.h"
#include "sense/till_context.h"
#include "sense/till_json.h"
#include "sense/weight.h"
#include "watch/plain_table.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTillBytesMax = size_t{1} << 30U;

using Row = PlainRow;

/// A source that the day does not have said nothing.
Result<void> read_rows(const fs::path& path, std::string_view header,
                       const std::function<Result<void>(const Row&)>& take) {
  if (!fs::exists(path)) return {};
  return read_plain_table(path, header, take);
}

Result<Timestamp> time_of(const Row& row) {
  TRY(const int64_t us, row.as<int64_t>(0, "microseconds since 1970"));
  return Timestamp{us};
}

/// What is wrong with a row, and which.
Result<void> named(const Result<void>& taken, const Row& row) {
  if (taken) return {};
  return fail(taken.error(), fmt::format("{}:{}", row.file, row.number));
}

Result<void> read_hands(const fs::path& day, ReplaySignals& out) {
  static const std::map<std::string_view, ItemEvent::Kind> kKinds{
      {"taken", ItemEvent::Kind::taken}, {"put_back", ItemEvent::Kind::put_back}, {"hidden", ItemEvent::Kind::hidden}};
  return read_rows(day / "hands.csv", "time_us,camera,x1,y1,x2,y2,kind,zone,probability",
                   [&](const Row& row) -> Result<void> {
                     HeardItem heard{.source = ReplaySource::hands};
                     TRY(heard.heard, time_of(row));
                     float* sides[] = {&heard.box.x1, &heard.box.y1, &heard.box.x2, &heard.box.y2};
                     for (size_t i = 0; i < 4; ++i) {
                       TRY(*sides[i], row.as<float>(2 + i, "a number of 0 to 1"));
                     }
                     const auto kind = kKinds.find(row.cells[6]);
                     if (kind == kKinds.end())
                       return bad_input(fmt::format("{}:{}:7: found '{}', expected taken, put_back or hidden", row.file,
                                                    row.number, row.cells[6]));
                     TRY(const double probability, row.as<double>(8, "a probability"));
                     heard.event = {.kind = kind->second,
                                    .from = heard.heard,
                                    .to = heard.heard,
                                    .source = std::string(row.cells[1]),
                                    .zone = std::string(row.cells[7]),
                                    .guesses = {{.product = "", .probability = std::clamp(probability, 0.0, 1.0)}}};
                     out.items.push_back(std::move(heard));
                     return {};
                   });
}

Result<void> read_tags(const SiteConfig& site, const Planogram& planogram, const fs::path& day, ReplaySignals& out) {
  std::unordered_map<std::string, std::string> product_of;
  for (const PlanogramItem& item : planogram.items)
    if (!item.gtin.empty()) product_of[item.gtin] = item.sku_id;
  std::map<std::string, Portal, std::less<>> portals;
  for (const RfidConfig& gate : site.sensors.rfid)
    portals.try_emplace(gate.zone,
                        PortalOptions{.name = gate.name,
                                      .zone = gate.zone,
                                      .inside = gate.inside,
                                      .outside = gate.outside,
                                      .still_dbm = gate.still_dbm},
                        [&product_of](const std::string& gtin) {
                          const auto found = product_of.find(gtin);
                          return found == product_of.end() ? std::string() : found->second;
                        });
  constexpr double kTick_s = 0.25, kQuiet_s = 20;
  Timestamp ticked, last;
  const auto advance = [&](Timestamp to) {
    // While nobody passes there is nothing to decide.
    for (; ticked < to && seconds_between(last, ticked) < kQuiet_s; ticked = ticked.plus_s(kTick_s))
      for (auto& [zone, portal] : portals)
        for (ItemEvent& event : portal.advance(ticked))
          out.items.push_back({.heard = ticked, .source = ReplaySource::tags, .event = std::move(event)});
    ticked = std::max(ticked, to);
  };
  TRY_VOID(read_tag_rows(day, [&](TagRow row) -> Result<void> {
    const auto portal = portals.find(row.portal);
    if (portal == portals.end())
      return bad_input(fmt::format("no reader of the configuration stands in zone '{}'", row.portal));
    if (last == Timestamp{}) ticked = row.time;
    advance(row.time);
    last = row.time;
    portal->second.observe({.reader = portal->first,
                            .epc = std::move(row.epc),
                            .antenna = row.antenna,
                            .rssi_dbm = static_cast<int>(std::lround(row.rssi_dbm)),
                            .first_seen = row.time,
                            .last_seen = row.time});
    return {};
  }));
  advance(last.plus_s(kQuiet_s));
  return {};
}

Result<void> read_scales(const SiteConfig& site, const Planogram& planogram, const fs::path& day, ReplaySignals& out) {
  std::map<std::string, WeightShelf, std::less<>> shelves;
  for (const WeightConfig& scale : site.sensors.weight) {
    WeightShelfOptions options{
        .name = scale.name, .zone = scale.zone, .noise_g = scale.noise_g, .capacity_g = scale.capacity_g};
    for (const PlanogramItem& item : planogram.items)
      if (item.zone == scale.zone && (scale.shelf.empty() || item.shelf == scale.shelf) && item.unit_weight_g)
        options.products.push_back({.product = item.sku_id, .unit_weight_g = *item.unit_weight_g});
    shelves.try_emplace(scale.name, std::move(options));
  }
  return read_weight_rows(day, [&](const WeightRow& row) -> Result<void> {
    const auto shelf = shelves.find(row.scale);
    if (shelf == shelves.end()) return bad_input(fmt::format("no scale '{}' in the configuration", row.scale));
    for (ItemEvent& event :
         shelf->second.observe({.sensor = shelf->first, .stated = row.time, .grams = row.grams}, row.time))
      out.items.push_back({.heard = row.time, .source = ReplaySource::scales, .event = std::move(event)});
    return {};
  });
}

Result<void> read_tills(const SiteConfig& site, const fs::path& day, ReplaySignals& out) {
  const fs::path path = day / "tills.jsonl";
  if (!fs::exists(path)) return {};
  TRY(const std::string text, read_file(path, kTillBytesMax));
  TillContext context{.zone = site.time_zone};
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const auto object = nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                              text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    at = end + 1;
    ++number;
    if (!object.is_object()) return bad_input(fmt::format("{}:{}: no JSON object", path.string(), number));
    auto transaction = till_from_json(object, context);
    if (!transaction) return fail(transaction.error(), fmt::format("{}:{}", path.string(), number));
    const auto received = object.find("received");
    std::optional<Timestamp> heard = transaction->time();
    if (received != object.end() && received->is_string())
      if (const auto stated = parse_rfc3339(received->get_ref<const std::string&>())) heard = *stated;
    if (!heard) return bad_input(fmt::format("{}:{}: neither received nor end nor begin", path.string(), number));
    out.tills.push_back({*heard, std::move(*transaction)});
  }
  return {};
}

}  // namespace

const char* to_string(ReplaySource source) {
  constexpr const char* kNames[] = {"cameras", "hands", "tags", "scales", "tills"};
  return kNames[static_cast<size_t>(source)];
}

Result<void> read_tag_rows(const fs::path& day, const std::function<Result<void>(TagRow)>& take) {
  return read_rows(day / "tags.csv", "time_us,portal,antenna,epc,rssi_dbm", [&](const Row& row) -> Result<void> {
    TagRow read{.time = {}, .portal = std::string(row.cells[1]), .epc = std::string(row.cells[3])};
    TRY(read.time, time_of(row));
    TRY(read.antenna, row.as<uint16_t>(2, "an antenna's number"));
    TRY(read.rssi_dbm, row.as<double>(4, "a number of dBm"));
    return named(take(std::move(read)), row);
  });
}

Result<void> read_weight_rows(const fs::path& day, const std::function<Result<void>(WeightRow)>& take) {
  return read_rows(day / "scales.csv", "time_us,scale,grams", [&](const Row& row) -> Result<void> {
    WeightRow read{.time = {}, .scale = std::string(row.cells[1])};
    TRY(read.time, time_of(row));
    TRY(read.grams, row.as<double>(2, "a number of grams"));
    return named(take(std::move(read)), row);
  });
}

Result<ReplaySignals> read_signals(const SiteConfig& site, const Planogram& planogram, const fs::path& day) {
  ReplaySignals out;
  TRY_VOID(read_hands(day, out));
  TRY_VOID(read_tags(site, planogram, day, out));
  TRY_VOID(read_scales(site, planogram, day, out));
  TRY_VOID(read_tills(site, day, out));
  std::ranges::stable_sort(out.items, {}, &HeardItem::heard);
  std::ranges::stable_sort(out.tills, {}, &HeardTill::heard);
  return out;
}

}  // namespace shrike
