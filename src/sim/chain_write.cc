#include "sim/chain_write.h"

#include <algorithm>
#include <cmath>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "sim/chain_random.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

/// A CSV file under a first line that says what it is; rows gather in memory and leave in large pieces.
class CsvFile {
 public:
  CsvFile(const fs::path& file, const std::string& notice, const char* header) : out_(file, std::ios::binary) {
    row(FMT_COMPILE("{}\n{}\n"), notice, header);
  }
  template <class Format, class... Args>
  void row(const Format& format, const Args&... args) {
    fmt::format_to(std::back_inserter(text_), format, args...);
    if (text_.size() > (1U << 20U)) flush();
  }
  [[nodiscard]] bool finish() {
    flush();
    out_.flush();
    return out_.good();
  }

 private:
  void flush() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
  }
  std::ofstream out_;
  fmt::memory_buffer text_;
};

/// A price rises on every first of January.
double yearly_rise(const ChainPlan& plan, int day) {
  const int year =
      std::stoi(iso_date(plan.first_day + day).substr(0, 4)) - std::stoi(iso_date(plan.first_day).substr(0, 4));
  return std::pow(1.04, year);
}

double cents(double value) { return std::round(value * 100) / 100; }

std::string count_id(const StoreTape& tape, size_t index, const std::string& store) {
  return fmt::format("C-{}-{:05}-{}", store, index, tape.counts[index].day);
}

class Writer {
 public:
  Writer(const ChainPlan& plan, const fs::path& out)
      : plan_(plan),
        exports_(out / "exports"),
        truth_(out / "truth"),
        notice_(fmt::format("SIMULATED DATA - made by shrike sim chain - world {} seed {} - no real retailer",
                            plan.world.name, plan.size.seed)) {
    for (int day = 0; day < plan.size.days; ++day) {
      dates_.push_back(iso_date(plan.first_day + day));
      rise_.push_back(dates_.size() > 1 && dates_.back().substr(0, 4) == dates_[dates_.size() - 2].substr(0, 4)
                          ? rise_.back()
                          : yearly_rise(plan, day));
    }
  }

  void open() {
    receipts_ = exported("receipts",
                         "doc,line,store_id,sku_id,ts_physical,ts_posted,qty_expected,qty_received,case_pack,vendor");
    transfers_ = exported("transfers", "doc,line,from_store,to_store,sku_id,ts_ship,ts_recv,qty_ship,qty_recv");
    adjustments_ = exported("adjustments", "doc,store_id,sku_id,ts,qty,reason,unit_cost,count_id");
    counts_ = exported("counts", "count_id,store_id,ts_start,ts_end,kind,scope,blind");
    lines_ = exported("count_lines", "count_id,sku_id,qty_counted,book_at_snapshot");
    intervals_ = sealed("intervals",
                        "store_id,sku_id,day_from,day_to,kind,open,variance,sold,counted_from,counted_to,"
                        "theft,unrecorded_spoilage,receiving,sibling,transfer,uom,count_error,"
                        "expected_theft,expected_unrecorded_spoilage,expected_receiving,expected_sibling,expected_"
                        "transfer,expected_uom,"
                        "expected_count_error,ledger_usl");
    events_ = sealed("events", "store_id,sku_id,day,cause,units");
  }

  void dimensions() {
    auto stores =
        exported("stores", "store_id,name,format,open_date,tz,lat,lon,area_id,area_m2,self_checkouts,currency");
    for (const SimStore& s : plan_.stores) {
      stores->row(FMT_COMPILE("{},{},{},2015-03-01,{},{:.4f},{:.4f},{},{:.0f},{},EUR\n"), s.id, s.name, s.format,
                  s.time_zone, s.lat, s.lon, plan_.areas[static_cast<size_t>(s.area)].id, s.area_m2,
                  static_cast<int>(s.area_m2 / 300));
    }
    auto products =
        exported("products", "sku_id,gtin,name,category,base_uom,pack_qty,shelf_life_d,variant_group,vendor");
    auto prices = exported("prices", "sku_id,from_ts,unit_cost,unit_retail,currency");
    for (const SimProduct& p : plan_.products) {
      products->row(FMT_COMPILE("{},{},{},{},EA,{},{},{},V{:03}\n"), p.sku, p.gtin, p.name,
                    plan_.categories[static_cast<size_t>(p.category)], p.pack,
                    p.shelf_life_d > 0 ? std::to_string(p.shelf_life_d) : "",
                    p.group >= 0 ? fmt::format("G{:04}", p.group) : "", p.vendor + 1);
      for (int day = 0; day < plan_.size.days; ++day) {
        if (day > 0 && rise(day) == rise(day - 1)) continue;
        prices->row(FMT_COMPILE("{},{},{:.2f},{:.2f},EUR\n"), p.sku, date(day), cents(p.cost * rise(day)),
                    cents(p.price * rise(day)));
      }
    }
    auto areas = exported("areas", "area_id,name");
    for (const SimArea& a : plan_.areas) areas->row(FMT_COMPILE("{},Region {} area {}\n"), a.id, a.region + 1, a.id);
    auto covariates = exported("area_covariates", "area_id,covariate,value,period,covariate_source");
    for (const SimCovariate& c : plan_.covariates) {
      for (size_t a = 0; a < plan_.areas.size(); ++a) {
        covariates->row(FMT_COMPILE("{},{},{:g},{},simulated census\n"), plan_.areas[a].id, c.name, c.value[a],
                        date(0).substr(0, 4));
      }
    }
    for (auto* file : {&stores, &products, &prices, &areas, &covariates}) close(*file);
    weather();
  }

  void store(const StoreTape& tape) {
    sales(tape);
    goods_in(tape);
    counted(tape);
    truth(tape);
  }

  void truth_dimensions() {
    auto stores =
        sealed("stores",
               "store_id,theft_multiplier,outlier,miscodes_spoilage,ring_category,intervention_category,mixed_pairs");
    auto name = [&](int c) { return c < 0 ? std::string() : plan_.categories[static_cast<size_t>(c)]; };
    for (const SimStore& s : plan_.stores) {
      std::string pairs;
      for (auto [sold, scanned] : s.mixed) {
        pairs += fmt::format("{}{}>{}", pairs.empty() ? "" : " ", plan_.products[static_cast<size_t>(sold)].sku,
                             plan_.products[static_cast<size_t>(scanned)].sku);
      }
      stores->row(FMT_COMPILE("{},{:.6g},{:d},{:d},{},{},{}\n"), s.id, s.theft, s.outlier, s.miscodes,
                  name(s.ring_category), name(s.intervention_category), pairs);
    }
    auto products = sealed("products", "sku_id,theft_multiplier,bad_vendor,uom_fault");
    for (const SimProduct& p : plan_.products) {
      products->row(FMT_COMPILE("{},{:.6g},{:d},{:d}\n"), p.sku, p.theft,
                    static_cast<bool>(plan_.bad_vendor[static_cast<size_t>(p.vendor)]), p.uom_start >= 0);
    }
    auto covariates = sealed("covariates", "covariate,truth");
    for (const SimCovariate& c : plan_.covariates) covariates->row(FMT_COMPILE("{},{}\n"), c.name, c.truth);
    for (auto* file : {&stores, &products, &covariates}) close(*file);
  }

  Result<ChainFiles> finish() {
    for (auto* file : {&receipts_, &transfers_, &adjustments_, &counts_, &lines_, &intervals_, &events_}) close(*file);
    for (auto& [quarter, file] : sales_) close(file);
    if (failed_) return fail("cannot write all files under " + exports_.string() + ": is the disk full?");
    // Somebody downloaded a file twice: the same bytes under a second name.
    int copies = static_cast<int>(plan_.world.faults.duplicated_files);
    for (const auto& [quarter, file] : sales_) {
      if (copies-- <= 0) break;
      std::error_code error;
      fs::copy_file(exports_ / ("sales_" + quarter + ".csv"), exports_ / ("sales_" + quarter + " (1).csv"),
                    fs::copy_options::overwrite_existing, error);
      if (error) return fail("cannot copy sales_" + quarter + ".csv: " + error.message());
    }
    return done_;
  }

 private:
  using File = std::unique_ptr<CsvFile>;

  [[nodiscard]] const std::string& date(int day) const {
    return dates_[static_cast<size_t>(std::min(day, plan_.size.days - 1))];
  }
  [[nodiscard]] double rise(int day) const { return rise_[static_cast<size_t>(std::min(day, plan_.size.days - 1))]; }
  [[nodiscard]] const SimProduct& product(int p) const { return plan_.products[static_cast<size_t>(p)]; }

  File exported(const std::string& name, const char* header) {
    return std::make_unique<CsvFile>(exports_ / (name + ".csv"), notice_, header);
  }
  File sealed(const std::string& name, const char* header) {
    return std::make_unique<CsvFile>(truth_ / (name + ".csv"), notice_, header);
  }
  void close(File& file) {
    if (file) failed_ = !file->finish() || failed_;
  }

  void weather() {
    auto file = exported("weather", "day,store_id,tmin_c,tmax_c,rain_mm,snow_mm");
    for (size_t s = 0; s < plan_.stores.size(); ++s) {
      SimRandom random(plan_.size.seed, 1'000'000 + s);
      double state = 0;
      for (int day = 0; day < plan_.size.days; ++day) {
        state = 0.8 * state + 2.2 * random.normal();
        const double mid = 11 - 9 * std::cos(2 * 3.14159265358979 * (day - 15) / 365.25) + state;
        const double rain = random.chance(0.35) ? -5 * std::log(1 - random.uniform()) : 0;
        file->row(FMT_COMPILE("{},{},{:.1f},{:.1f},{:.1f},{:.1f}\n"), date(day), plan_.stores[s].id, mid - 4, mid + 4,
                  mid > 1 ? rain : 0, mid > 1 ? 0 : rain);
      }
    }
    close(file);
  }

  File& sales_file(int day) {
    const std::string& text = date(day);
    const std::string quarter = fmt::format("{}Q{}", text.substr(0, 4), (std::stoi(text.substr(5, 2)) + 2) / 3);
    File& file = sales_[quarter];
    if (!file) file = exported("sales_" + quarter, "store_id,sku_id,date,qty,net_value");
    return file;
  }

  /// One row a product and day, returns in a row of their own.
  void sales(const StoreTape& tape) {
    std::vector<SimSale> rows = tape.sales;
    auto key = [](const SimSale& x) { return std::tuple(x.day, x.product, x.quantity < 0); };
    std::stable_sort(rows.begin(), rows.end(), [&](const SimSale& a, const SimSale& b) { return key(a) < key(b); });
    const std::string& id = plan_.stores[static_cast<size_t>(tape.store)].id;
    File* file = nullptr;
    int file_day = -1;
    for (size_t i = 0; i < rows.size();) {
      int quantity = 0;
      size_t end = i;
      for (; end < rows.size() && key(rows[end]) == key(rows[i]); ++end) quantity += rows[end].quantity;
      const SimSale& x = rows[i];
      if (x.day != file_day) {
        file = &sales_file(x.day);
        file_day = x.day;
      }
      const double value = quantity * cents(product(x.product).price * rise(x.day));
      (*file)->row(FMT_COMPILE("{},{},{},{},{:.2f}\n"), id, product(x.product).sku, date(x.day), quantity, value);
      ++done_.sales_rows;
      i = end;
    }
  }

  void goods_in(const StoreTape& tape) {
    const std::string& id = plan_.stores[static_cast<size_t>(tape.store)].id;
    std::map<std::pair<int, int>, int> line;
    for (const SimReceipt& r : tape.receipts) {
      const SimProduct& p = product(r.product);
      // A document posted after the end of the data is not in the exports; what it brought is (as it is in the
      // roll-forward).
      receipts_->row(FMT_COMPILE("R-{}-{:04}-V{:03},{},{},{},{},{},{},{},{},V{:03}\n"), id, r.day, p.vendor + 1,
                     ++line[{r.day, p.vendor}], id, p.sku, date(r.day), date(r.day_posted), r.expected, r.received,
                     p.pack, p.vendor + 1);
      ++done_.receipt_rows;
    }
    int number = 0;
    for (const SimTransfer& t : tape.sent) {
      if (!t.posted) continue;
      transfers_->row(FMT_COMPILE("T-{}-{:05},1,{},{},{},{},{},{},{}\n"), id, ++number, id,
                      plan_.stores[static_cast<size_t>(t.to)].id, product(t.product).sku, date(t.day_shipped),
                      date(t.day_received), t.shipped, t.received);
      ++done_.transfer_rows;
    }
  }

  void counted(const StoreTape& tape) {
    const std::string& id = plan_.stores[static_cast<size_t>(tape.store)].id;
    for (size_t i = 0; i < tape.counts.size(); ++i) {
      const SimCount& c = tape.counts[i];
      const std::string count = count_id(tape, i, id);
      std::string scope = "all";
      if (c.kind != SimCountKind::full) {
        scope = "sku:";
        for (const SimCountLine& l : c.lines) scope += (scope.size() > 4 ? "|" : "") + product(l.product).sku;
      }
      counts_->row(FMT_COMPILE("{},{},{} 21:30:00,{} 23:30:00,{},{},true\n"), count, id, date(c.day), date(c.day),
                   to_string(c.kind), scope);
      for (const SimCountLine& l : c.lines) {
        // A full count lists what was found; what is in its scope and not listed was not there.
        if (c.kind == SimCountKind::full && l.counted == 0 && l.seen_before) continue;
        lines_->row(FMT_COMPILE("{},{},{},{}\n"), count, product(l.product).sku, l.counted, l.book);
        ++done_.count_lines;
      }
    }
    int number = 0;
    for (const SimAdjustment& a : tape.adjustments) {
      const double cost = cents(product(a.product).cost * rise(a.day));
      const bool by_count = a.count >= 0;
      adjustments_->row(FMT_COMPILE("J-{}-{:06},{},{},{}{},{},{},{:.2f},{}\n"), id, ++number, id,
                        product(a.product).sku, date(a.day), by_count ? " 23:30:00" : "", a.quantity,
                        raw_reason(a.reason), cost, by_count ? count_id(tape, static_cast<size_t>(a.count), id) : "");
      ++done_.adjustment_rows;
    }
  }

  void truth(const StoreTape& tape) {
    const std::string& id = plan_.stores[static_cast<size_t>(tape.store)].id;
    for (const SimInterval& i : tape.intervals) {
      intervals_->row(FMT_COMPILE("{},{},{},{},{},{:d},{},{},{},{}"), id, product(i.product).sku, date(i.day_from),
                      date(i.day_to), to_string(i.kind), i.open, i.variance, i.sold, i.counted_from, i.counted_to);
      for (int units : i.realised) intervals_->row(FMT_COMPILE(",{}"), units);
      for (double units : i.expected) intervals_->row(FMT_COMPILE(",{:.5g}"), units);
      intervals_->row(FMT_COMPILE(",{:g}\n"), i.ledger_usl);
      ++done_.intervals;
    }
    for (const SimEvent& e : tape.events) {
      events_->row(FMT_COMPILE("{},{},{},{},{}\n"), id, product(e.product).sku, date(e.day), to_string(e.cause),
                   e.units);
      ++done_.events;
    }
  }

  const ChainPlan& plan_;
  fs::path exports_, truth_;
  std::string notice_;
  std::vector<std::string> dates_;
  std::vector<double> rise_;
  File receipts_, transfers_, adjustments_, counts_, lines_, intervals_, events_;
  std::map<std::string, File> sales_;
  ChainFiles done_;
  bool failed_ = false;
};

Result<void> write_manifest(const ChainPlan& plan, const fs::path& out) {
  nlohmann::ordered_json json{
      {"simulated", true},
      {"notice", "Simulated by `shrike sim chain`. No real retailer, store or person."},
      {"world", plan.world.name},
      {"about", plan.world.about},
      {"seed", plan.size.seed},
      {"stores", plan.size.stores},
      {"skus", plan.size.products},
      {"days", plan.size.days},
      {"start", plan.world.start},
      {"reasons_that_no_mapping_names", {{raw_reason(SimReason::donation_unmapped), "DONATION"}}}};
  std::vector<fs::path> files;
  for (const char* folder : {"exports", "truth"}) {
    for (const auto& entry : fs::directory_iterator(out / folder)) files.push_back(fs::relative(entry.path(), out));
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    TRY(const std::string digest, sha256_of_file(out / file));
    json["files"].push_back({{"file", file.string()}, {"bytes", fs::file_size(out / file)}, {"sha256", digest}});
  }
  std::ofstream(out / "manifest.json") << json.dump(2) << '\n';
  std::ofstream(out / "README.txt")
      << "SIMULATED DATA, made by `shrike sim chain`; no real retailer, store or person.\n\n"
         "exports/  what the simulated retailer's systems would export: `shrike usl import --into LEDGER "
         "exports/*.csv`\n"
         "truth/    what really happened, for `shrike eval usl --truth` alone. An estimator must never read it.\n"
         "          Its files are sealed: manifest.json holds their SHA-256.\n";
  return {};
}

}  // namespace

Result<ChainFiles> write_chain(const ChainPlan& plan, const fs::path& out, const std::function<void(int)>& progress) {
  std::error_code error;
  for (const char* folder : {"exports", "truth"}) {
    if (fs::exists(out / folder) && !fs::is_empty(out / folder, error) && !fs::exists(out / "manifest.json")) {
      return bad_input(
          fmt::format("{} holds files that no simulation left there: name an empty folder", (out / folder).string()));
    }
    fs::remove_all(out / folder, error);
    fs::create_directories(out / folder, error);
    if (error) return fail(fmt::format("cannot make {}: {}", (out / folder).string(), error.message()));
  }
  Writer writer(plan, out);
  writer.open();
  writer.dimensions();
  writer.truth_dimensions();
  simulate_chain(plan, [&](const StoreTape& tape) {
    writer.store(tape);
    if (progress) progress(tape.store + 1);
  });
  TRY(const ChainFiles done, writer.finish());
  TRY_VOID(write_manifest(plan, out));
  return done;
}

}  // namespace shrike
