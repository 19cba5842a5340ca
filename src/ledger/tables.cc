#include "ledger/tables.h"

#include <algorithm>
#include <array>

namespace shrike {
namespace {

using enum CellType;

constexpr StageColumn kMovement[] = {{"kind"},
                                     {"store"},
                                     {"store_name"},
                                     {"other_store"},
                                     {"sku"},
                                     {"sku_name"},
                                     {"gtin"},
                                     {"category"},
                                     {"ts", time},
                                     {"ts_posted", time},
                                     {"period_from", date},
                                     {"qty", quantity},
                                     {"effect", boolean},
                                     {"uom"},
                                     {"reason"},
                                     {"class"},
                                     {"direction"},
                                     {"net_value", money},
                                     {"list_price", money},
                                     {"unit_cost", money},
                                     {"unit_retail", money},
                                     {"cost_value", money},
                                     {"retail_value", money},
                                     {"currency"},
                                     {"doc"},
                                     {"line"},
                                     {"count_id"},
                                     {"vendor"},
                                     {"qty_expected", quantity},
                                     {"case_pack", quantity},
                                     {"resaleable", boolean}};
constexpr StageColumn kTransfer[] = {
    {"from_store"},         {"to_store"},           {"sku"}, {"sku_name"}, {"ts_ship", time}, {"ts_recv", time},
    {"qty_ship", quantity}, {"qty_recv", quantity}, {"uom"}, {"doc"},      {"line"}};
constexpr StageColumn kCountLine[] = {{"count_id"},
                                      {"store"},
                                      {"store_name"},
                                      {"sku"},
                                      {"sku_name"},
                                      {"category"},
                                      {"zone"},
                                      {"kind"},
                                      {"ts", time},
                                      {"qty", quantity},
                                      {"book_at_snapshot", quantity},
                                      {"uom"},
                                      {"unit_cost", money},
                                      {"unit_retail", money},
                                      {"cost_value", money},
                                      {"retail_value", money},
                                      {"currency"}};
constexpr StageColumn kCountHeader[] = {{"count_id"}, {"store"},          {"store_name"},   {"kind"},
                                        {"scope"},    {"ts_start", time}, {"ts_end", time}, {"blind", boolean}};
constexpr StageColumn kBook[] = {
    {"store"},    {"store_name"},    {"sku"}, {"sku_name"},         {"category"},
    {"ts", time}, {"qty", quantity}, {"uom"}, {"unit_cost", money}, {"unit_retail", money}};
constexpr StageColumn kStore[] = {
    {"store"},   {"name"},      {"format"},    {"open_date", date}, {"close_date", date},        {"area_m2", real},
    {"tz"},      {"lat", real}, {"lon", real}, {"area_id"},         {"self_checkouts", integer}, {"backroom", boolean},
    {"currency"}};
constexpr StageColumn kProduct[] = {{"sku"},
                                    {"gtin"},
                                    {"name"},
                                    {"category"},
                                    {"base_uom"},
                                    {"pack_qty", quantity},
                                    {"shelf_life_d", integer},
                                    {"variant_group"},
                                    {"size"},
                                    {"weight_kg", real},
                                    {"locked_display", boolean},
                                    {"unit_cost", money},
                                    {"unit_retail", money}};
constexpr StageColumn kPrice[] = {{"store"},   {"sku"}, {"from_ts", time}, {"unit_cost", money}, {"unit_retail", money},
                                  {"currency"}};
constexpr StageColumn kReasonMap[] = {{"source_system"}, {"code"}, {"class"}};
constexpr StageColumn kArea[] = {{"area_id"}, {"name"}};
constexpr StageColumn kAreaCovariate[] = {{"area_id"},          {"covariate"}, {"value", real}, {"period"},
                                          {"covariate_source"}, {"vintage"},   {"weight", real}};
constexpr StageColumn kWeather[] = {{"store"},        {"station"},       {"day", date},    {"tmin_c", real},
                                    {"tmax_c", real}, {"rain_mm", real}, {"snow_mm", real}};
constexpr StageColumn kPromo[] = {{"store"}, {"sku"}, {"day_from", date}, {"day_to", date}, {"name"}};
constexpr StageColumn kStoreSku[] = {{"store"}, {"sku"}, {"day_from", date}, {"day_to", date}};
constexpr StageColumn kUom[] = {{"sku"}, {"uom"}, {"factor", factor}};

constexpr StageTable kTables[] = {{"movement", kMovement},
                                  {"transfer", kTransfer},
                                  {"count_line", kCountLine},
                                  {"count_header", kCountHeader},
                                  {"book_stock", kBook},
                                  {"store", kStore},
                                  {"product", kProduct},
                                  {"price_cost", kPrice},
                                  {"reason_map", kReasonMap},
                                  {"area", kArea},
                                  {"area_covariate", kAreaCovariate},
                                  {"weather", kWeather},
                                  {"promo", kPromo},
                                  {"store_sku", kStoreSku},
                                  {"uom", kUom}};

constexpr ReasonClass kClasses[] = {{"SPOILAGE", Direction::loss, true, false},
                                    {"DAMAGE", Direction::loss, true, false},
                                    {"MARKDOWN_DISPOSE", Direction::loss, true, false},
                                    {"DONATION", Direction::loss, true, false},
                                    {"INTERNAL_USE", Direction::loss, true, false},
                                    {"RTV", Direction::loss, true, false},
                                    {"THEFT_KNOWN", Direction::loss, true, false},
                                    {"VENDOR_SHORT", Direction::loss, true, false},
                                    {"LATE_POSTING", Direction::signed_, true, false},
                                    {"SCAN_ERROR", Direction::signed_, true, false},
                                    {"MATERIAL_TO_MATERIAL", Direction::signed_, true, false},
                                    {"COUNT_VAR", Direction::signed_, false, true},
                                    {"LOST", Direction::loss, false, true},
                                    {"UNKNOWN", Direction::loss, false, true},
                                    {"CORRECTION", Direction::signed_, false, true},
                                    {"GAIN", Direction::gain, false, true},
                                    {"UNMAPPED", Direction::signed_, true, false}};

}  // namespace

std::optional<size_t> StageTable::index_of(std::string_view column) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const StageColumn& each) { return each.name == column; });
  if (found == columns.end()) return std::nullopt;
  return static_cast<size_t>(found - columns.begin());
}

std::span<const StageTable> stage_tables() { return kTables; }

const StageTable* stage_table(std::string_view name) {
  for (const auto& table : kTables) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

std::string_view sql_type(CellType type) {
  switch (type) {
    case text:
      return "VARCHAR";
    case quantity:
      return "DECIMAL(18,3)";
    case money:
      return "DECIMAL(18,4)";
    case factor:
      return "DECIMAL(18,6)";
    case time:
      return "TIMESTAMP";
    case date:
      return "DATE";
    case boolean:
      return "BOOLEAN";
    case integer:
      return "BIGINT";
    case real:
      return "DOUBLE";
  }
  return "VARCHAR";
}

int decimals_of(CellType type) { return type == quantity ? 3 : type == money ? 4 : type == factor ? 6 : 0; }

std::string stage_columns_sql(const StageTable& table) {
  std::string sql;
  for (const auto& [name, type] : table.columns) {
    sql += '"' + std::string(name) + "\" " + std::string(sql_type(type)) + ", ";
    if (type == time) sql += '"' + std::string(name) + "_form\" TINYINT, ";
  }
  return sql + "sheet VARCHAR, \"row\" BIGINT";
}

std::span<const ReasonClass> reason_classes() { return kClasses; }

const ReasonClass* reason_class(std::string_view name) {
  for (const auto& each : kClasses) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

}  // namespace shrike
