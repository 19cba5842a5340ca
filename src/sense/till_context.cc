#include "sense/till_context.h"

#include <fmt/format.h>

#include "ledger/cells.h"

namespace shrike {
namespace {

constexpr size_t kKeyPartBytesMax = 256;

Result<void> check_key_part(const char* field, const std::string& value) {
  if (value.empty()) return bad_input(fmt::format("{}: found nothing, expected what tells it from others", field));
  if (value.size() <= kKeyPartBytesMax) return {};
  return bad_input(fmt::format("{}: found {} bytes, expected at most {}", field, value.size(), kKeyPartBytesMax));
}

}  // namespace

Result<Timestamp> till_time(std::string_view text, const std::string& zone) {
  std::string time(trimmed(text).substr(0, 64));
  if (time.size() > 10 && time[10] == ' ') time[10] = 'T';
  const size_t zone_at = time.find_first_of("Z+-", std::min<size_t>(time.size(), 11));
  std::string offset = zone_at == std::string::npos ? std::string() : time.substr(zone_at);
  if (zone_at != std::string::npos) time.erase(zone_at);
  const size_t point = time.find('.');
  if (point != std::string::npos && time.size() > point + 7 &&
      time.find_first_not_of("0123456789", point + 1) == std::string::npos) {
    time.resize(point + 7);
  }
  if (offset.size() == 5) offset = fmt::format("{}:{}", offset.substr(0, 3), offset.substr(3));
  auto parsed = offset.empty() ? parse_local(time, zone) : parse_rfc3339(time + offset);
  if (parsed) return parsed;
  return bad_input(fmt::format("found '{}', expected a time such as 2026-03-01T09:30:00", text.substr(0, 40)));
}

Result<std::string> till_day(std::string_view text) {
  const std::string day(trimmed(text).substr(0, 10));
  const auto rest = trimmed(text).substr(day.size());
  const bool ends_there =
      rest.empty() || rest[0] == 'T' || rest[0] == ' ' || rest[0] == 'Z' || rest[0] == '+' || rest[0] == '-';
  if (ends_there && parse_rfc3339(day + "T00:00:00Z")) return day;
  return bad_input(fmt::format("found '{}', expected a day such as 2026-03-01", text.substr(0, 40)));
}

Result<std::string> day_in_zone(Timestamp t, const std::string& zone) {
  TRY(const std::string local, to_rfc3339(t, zone));
  return local.substr(0, 10);
}

Result<void> complete_till(TillTransaction& transaction, TillContext& context) {
  auto& key = transaction.key;
  if (key.store.empty()) key.store = context.store;
  if (key.business_day.empty()) key.business_day = context.business_day;
  if (transaction.currency.empty()) transaction.currency = context.currency;
  if (transaction.zone.empty()) transaction.zone = context.zone;
  TRY_VOID(check_key_part("store", key.store));
  TRY_VOID(check_key_part("till", key.till));
  TRY_VOID(check_key_part("sequence number", key.sequence));
  if (const auto time = transaction.time(); time) {
    TRY(transaction.calendar_day, day_in_zone(*time, transaction.zone));
  }
  if (key.business_day.empty()) {
    if (transaction.calendar_day.empty())
      return bad_input("business day: found neither it nor a time, expected one of them");
    key.business_day = transaction.calendar_day;
    transaction.business_day_assumed = true;
  }
  transaction.operator_id = context.operators.name_of(key.store, transaction.operator_id);
  const auto& tills = context.self_checkout;
  if (tills.contains(key.till) || tills.contains(key.store + "/" + key.till)) {
    transaction.self_checkout = true;
  } else if (!tills.empty() && !transaction.self_checkout) {
    transaction.self_checkout = false;  // whoever lists them lists all of them
  }
  return {};
}

}  // namespace shrike
