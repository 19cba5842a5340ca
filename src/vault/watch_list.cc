#include "vault/watch_list.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <soci/soci.h>

#include "base/ulid.h"
#include "vault/audit_log.h"

namespace shrike {
namespace {

using soci::into;
using soci::use;

constexpr size_t kReasonMin = 10, kReasonMax = 500, kNameMax = 64, kNumbersMax = 4096;
constexpr const char* kSubject = "watch_entry";

void audit(soci::session& sql, const std::string& entry_id, const char* what, const std::string& by, std::string detail,
           Timestamp now) {
  append_audit(sql, {.time = now,
                     .subject = fmt::format("{} {}", kSubject, entry_id),
                     .what = what,
                     .by = by,
                     .detail = std::move(detail)});
}

/// "  Ann  Lee" and "ann lee" are one name.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Result<void> check_name(const std::string& by) {
  if (plain_name(by).empty()) return bad_input("by: say who you are");
  if (by.size() > kNameMax) return bad_input(fmt::format("by: is over {} bytes", kNameMax));
  return {};
}

std::vector<WatchEntry> select_entries(soci::session& sql, const std::string& tail, const std::string& id) {
  WatchEntry row;
  std::string appearance;
  long long added_us = 0, approved_us = 0, expires_us = 0;
  soci::statement statement(sql);
  for (std::string* text : {&row.entry_id, &row.event_id, &row.visit_id, &row.reason, &row.added_by, &row.approved_by})
    statement.exchange(into(*text));
  for (long long* time : {&added_us, &approved_us, &expires_us}) statement.exchange(into(*time));
  statement.exchange(into(row.quality));
  statement.exchange(into(appearance));
  if (!id.empty()) statement.exchange(use(id, "id"));
  statement.alloc();
  statement.prepare(fmt::format(
      "SELECT entry_id, event_id, visit_id, reason, added_by, approved_by, added_us, approved_us, expires_us, "
      "quality, appearance FROM watch_entries {}",
      tail));
  statement.define_and_bind();
  statement.execute();
  std::vector<WatchEntry> all;
  while (statement.fetch()) {
    row.added.us = added_us;
    row.approved.us = approved_us;
    row.expires.us = expires_us;
    row.appearance = parse_appearance(appearance).value_or(std::vector<float>());
    all.push_back(row);
  }
  return all;
}

std::optional<WatchEntry> find_entry(soci::session& sql, const std::string& entry_id) {
  auto found = select_entries(sql, "WHERE entry_id = :id", entry_id);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void insert_entry(soci::session& sql, const WatchEntry& e) {
  const std::string appearance = appearance_text(e.appearance);
  const long long added_us = e.added.us, expires_us = e.expires.us;
  sql << "INSERT INTO watch_entries (entry_id, event_id, visit_id, reason, added_by, added_us, approved_by, "
         "approved_us, expires_us, quality, "
         "appearance) VALUES (:entry_id, :event_id, :visit_id, :reason, :added_by, :added_us, '', 0, :expires_us, "
         ":quality, :appearance)",
      use(e.entry_id, "entry_id"), use(e.event_id, "event_id"), use(e.visit_id, "visit_id"), use(e.reason, "reason"),
      use(e.added_by, "added_by"), use(added_us, "added_us"), use(expires_us, "expires_us"), use(e.quality, "quality"),
      use(appearance, "appearance");
}

/// The look that was kept of an incident's visit, if it may be enrolled.
Result<Look> usable_look(soci::session& sql, const WatchListConfig& config, const std::string& event_id,
                         std::string& visit_id) {
  std::string verdict;
  sql << "SELECT verdict FROM incidents WHERE event_id = :id", into(verdict), use(event_id, "id");
  if (!sql.got_data()) return bad_input(fmt::format("event_id: no incident {}", event_id));
  if (verdict != "theft" && verdict != "attempted") {
    return bad_input(fmt::format(
        "event_id: incident {} is not confirmed (verdict: {}); only one judged theft or attempted can be enrolled",
        event_id, verdict.empty() ? "none" : verdict));
  }
  int enrolled = 0;
  sql << "SELECT COUNT(*) FROM watch_entries WHERE event_id = :id", into(enrolled), use(event_id, "id");
  if (enrolled > 0) return bad_input(fmt::format("event_id: incident {} is enrolled already", event_id));
  std::string appearance;
  double quality = 0, common = 0;
  sql << "SELECT visit_id, quality, common, appearance FROM watch_looks WHERE event_id = :id", into(visit_id),
      into(quality), into(common), into(appearance), use(event_id, "id");
  if (!sql.got_data()) {
    return bad_input(
        fmt::format("event_id: of incident {} no appearance is kept: watch_list was off, the visit was not seen well "
                    "enough, or its "
                    "time is over",
                    event_id));
  }
  if (quality < config.quality_min) {
    return bad_input(
        fmt::format("event_id: the pictures are too poor ({:.2f}, at least {:.2f} is needed): a poor picture leads to "
                    "the wrong people",
                    quality, config.quality_min));
  }
  if (common > kCommonMax) {
    return bad_input(fmt::format("event_id: {:.0f} % of other visits look as alike; it would lead to the wrong people",
                                 100 * common));
  }
  TRY(auto vector, parse_appearance(appearance));
  return Look{std::move(vector), quality, common < 0 ? std::nullopt : std::optional(common)};
}

Result<void> check_wish(const WatchListConfig& config, const Enrolment& wish) {
  if (!config.enabled) return bad_input("watch_list.enabled is false in the configuration: nobody can be enrolled");
  TRY_VOID(check_name(wish.by));
  if (wish.reason.size() < kReasonMin || wish.reason.size() > kReasonMax) {
    return bad_input(
        fmt::format("reason: give one of {} to {} bytes: what happened, and why it matters to know of a return",
                    kReasonMin, kReasonMax));
  }
  const double hours = wish.hours.value_or(config.expiry_h);
  if (!(hours > 0 && hours <= config.expiry_max_h)) {
    return bad_input(fmt::format("hours: {} is not more than 0 and at most watch_list.expiry_max_h = {}", hours,
                                 config.expiry_max_h));
  }
  return {};
}

}  // namespace

Result<void> keep_look(Database& database, const std::string& event_id, const std::string& visit_id, const Look& look,
                       Timestamp now) {
  const std::string appearance = appearance_text(look.appearance);
  const long long kept_us = now.us;
  const double common = look.common.value_or(-1);
  return database.write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO watch_looks (event_id, visit_id, kept_us, quality, common, appearance) VALUES (:event_id, "
           ":visit_id, :kept_us, :quality, :common, "
           ":appearance) ON CONFLICT (event_id) DO UPDATE SET quality = excluded.quality, common = excluded.common, "
           "appearance = excluded.appearance",
        use(event_id, "event_id"), use(visit_id, "visit_id"), use(kept_us, "kept_us"), use(look.quality, "quality"),
        use(common, "common"), use(appearance, "appearance");
    return {};
  });
}

Result<WatchEntry> enrol(Database& database, const WatchListConfig& config, const Enrolment& wish, Timestamp now) {
  TRY_VOID(check_wish(config, wish));
  WatchEntry entry{
      .entry_id = new_ulid(now), .event_id = wish.event_id, .reason = wish.reason, .added_by = wish.by, .added = now};
  entry.expires = now.plus_s(3600 * wish.hours.value_or(config.expiry_h));
  TRY_VOID(database.write([&](soci::session& sql) -> Result<void> {
    TRY(Look look, usable_look(sql, config, wish.event_id, entry.visit_id));
    entry.quality = look.quality;
    entry.appearance = std::move(look.appearance);
    insert_entry(sql, entry);
    audit(
        sql, entry.entry_id, "enrolled", wish.by,
        fmt::format("incident {}, quality {:.2f}, expires {}", wish.event_id, entry.quality, to_rfc3339(entry.expires)),
        now);
    return {};
  }));
  return entry;
}

Result<WatchEntry> approve(Database& database, const std::string& entry_id, const std::string& by, Timestamp now) {
  TRY_VOID(check_name(by));
  WatchEntry entry;
  TRY_VOID(database.write([&](soci::session& sql) -> Result<void> {
    auto found = find_entry(sql, entry_id);
    if (!found || found->expires <= now) return bad_input(fmt::format("no watch entry {}", entry_id));
    if (!found->approved_by.empty())
      return bad_input(fmt::format("watch entry {} was approved by {} already", entry_id, found->approved_by));
    if (plain_name(found->added_by) == plain_name(by))
      return bad_input(fmt::format("by: {} added this entry; someone else must approve it", by));
    const long long now_us = now.us;
    sql << "UPDATE watch_entries SET approved_by = :by_whom, approved_us = :now WHERE entry_id = :id",
        use(by, "by_whom"), use(now_us, "now"), use(entry_id, "id");
    audit(sql, entry_id, "approved", by, fmt::format("added by {}", found->added_by), now);
    entry = *find_entry(sql, entry_id);
    return {};
  }));
  return entry;
}

Result<void> erase_entry(Database& database, const std::string& entry_id, const std::string& by, Timestamp now) {
  TRY_VOID(check_name(by));
  return database.write([&](soci::session& sql) -> Result<void> {
    const auto found = find_entry(sql, entry_id);
    if (!found) return bad_input(fmt::format("no watch entry {}", entry_id));
    sql << "DELETE FROM watch_entries WHERE entry_id = :id", use(entry_id, "id");
    sql << "DELETE FROM watch_looks WHERE event_id = :id", use(found->event_id, "id");
    audit(sql, entry_id, "erased", by, fmt::format("incident {}", found->event_id), now);
    return {};
  });
}

Result<std::vector<WatchEntry>> watch_entries(Database& database) {
  std::vector<WatchEntry> all;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    all = select_entries(sql, "ORDER BY entry_id DESC", "");
    return {};
  }));
  return all;
}

Result<int64_t> expire_watch_list(Database& database, const WatchListConfig& config, Timestamp now) {
  int64_t gone = 0;
  TRY_VOID(database.write([&](soci::session& sql) -> Result<void> {
    for (const WatchEntry& entry : select_entries(sql, "ORDER BY entry_id", "")) {
      if (entry.expires > now) continue;
      sql << "DELETE FROM watch_entries WHERE entry_id = :id", use(entry.entry_id, "id");
      audit(sql, entry.entry_id, "expired", "shrike", fmt::format("incident {}", entry.event_id), now);
      ++gone;
    }
    const long long before_us = now.plus_s(-3600 * config.expiry_h).us;
    int looks = 0;
    const std::string over =
        "kept_us <= :before OR event_id IN (SELECT event_id FROM incidents WHERE verdict IN ('honest', 'staff_error'))";
    sql << fmt::format("SELECT COUNT(*) FROM watch_looks WHERE {}", over), into(looks), use(before_us, "before");
    if (looks > 0) sql << fmt::format("DELETE FROM watch_looks WHERE {}", over), use(before_us, "before");
    gone += looks;
    return {};
  }));
  return gone;
}

Result<void> note_match(Database& database, const std::string& entry_id, const std::string& visit_id, double alike,
                        Timestamp now) {
  return database.write([&](soci::session& sql) -> Result<void> {
    audit(sql, entry_id, "matched", "shrike", fmt::format("visit {}, {:.2f} alike", visit_id, alike), now);
    return {};
  });
}

Result<int64_t> watch_list_revision(Database& database) {
  long long newest = 0;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    sql << "SELECT COALESCE(MAX(number), 0) FROM audit_log WHERE what <> 'matched'", into(newest);
    return {};
  }));
  return newest;
}

std::string appearance_text(std::span<const float> appearance) {
  std::string text;
  for (const float v : appearance) {
    const auto whole = static_cast<int>(std::lround(std::clamp(std::isfinite(v) ? v : 0.F, -1.F, 1.F) * 32767));
    fmt::format_to(std::back_inserter(text), "{:04x}", static_cast<unsigned>(whole) & 0xffffU);
  }
  return text;
}

Result<std::vector<float>> parse_appearance(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() / 4 > kNumbersMax)
    return fail("an appearance that is none: not four digits a number");
  std::vector<float> out;
  double square = 0;
  for (size_t i = 0; i < text.size(); i += 4) {
    uint16_t bits = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 4, bits, 16);
    if (error != std::errc() || end != text.data() + i + 4)
      return fail("an appearance that is none: a digit is not hexadecimal");
    out.push_back(static_cast<float>(static_cast<int16_t>(bits)) / 32767);
    square += static_cast<double>(out.back()) * out.back();
  }
  const auto scale = static_cast<float>(square > 0 ? 1 / std::sqrt(square) : 0);
  for (float& v : out) v *= scale;
  return out;
}

}  // namespace shrike
