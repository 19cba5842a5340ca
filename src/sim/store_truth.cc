#include "sim/store_truth.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "watch/plain_table.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = size_t{1} << 30U;

constexpr const char* kNumber = "a whole number";

/// Whoever came in; `paid_us`: when their party paid, 0: never.
Result<TruePerson> person_of(const PlainRow& row, Timestamp& paid) {
  TruePerson p{
      .kind = std::string(row.cells[2]), .theft = std::string(row.cells[3]), .habits = std::string(row.cells[5])};
  TRY(p.id, row.as<int>(0, kNumber));
  TRY(p.party, row.as<int>(1, kNumber));
  TRY(p.enters.us, row.as<int64_t>(6, kNumber));
  TRY(p.leaves.us, row.as<int64_t>(7, kNumber));
  TRY(p.passes_exit.us, row.as<int64_t>(8, kNumber));
  TRY(paid.us, row.as<int64_t>(10, kNumber));
  return p;
}

Result<TruePiece> piece_of(const PlainRow& row) {
  const auto yes = [&](size_t column) { return row.cells[column] == "1"; };
  TruePiece p{
      .product = std::string(row.cells[2]), .hidden = yes(7), .stolen = yes(8), .paid = yes(9), .mistake = yes(10)};
  TRY(p.party, row.as<int>(0, kNumber));
  TRY(p.person, row.as<int>(1, kNumber));
  TRY(p.taken.us, row.as<int64_t>(6, kNumber));
  return p;
}

/// One theft a party that left with what it meant not to pay.
std::vector<TrueTheft> thefts_of(const TrueDay& day, const std::map<int, Timestamp>& paid_at) {
  std::map<int, TrueTheft> by_party;
  for (const TruePiece& piece : day.pieces) {
    if (!piece.stolen) continue;
    const TruePerson* thief = day.person(piece.person);
    if (thief == nullptr) continue;
    const auto [theft, fresh] = by_party.try_emplace(piece.party);
    TrueTheft& t = theft->second;
    if (fresh) t = {piece.party, thief->theft, piece.taken, thief->passes_exit, thief->leaves};
    t.begins = std::min(t.begins, piece.taken);
    if (piece.hidden) t.shows = std::min(t.shows, piece.taken);
    const bool at_till = thief->theft == "switcher" || thief->theft == "colluder";
    if (const auto paid = paid_at.find(piece.party); at_till && paid != paid_at.end()) t.shows = paid->second;
  }
  std::vector<TrueTheft> out;
  for (auto& [party, theft] : by_party) out.push_back(std::move(theft));
  return out;
}

}  // namespace

Result<TrueDay> read_truth(const fs::path& store, const std::string& day) {
  const fs::path folder = store / "truth" / day;
  TrueDay out;
  std::map<int, Timestamp> paid_at;
  TRY_VOID(read_plain_table(folder / "people.csv", kPeopleHeader, [&](const PlainRow& row) -> Result<void> {
    Timestamp paid;
    TRY(TruePerson person, person_of(row, paid));
    if (paid.us > 0) paid_at[person.party] = paid;
    out.people.push_back(std::move(person));
    return {};
  }));
  TRY_VOID(read_plain_table(folder / "pieces.csv", kPiecesHeader, [&](const PlainRow& row) -> Result<void> {
    TRY(TruePiece piece, piece_of(row));
    out.pieces.push_back(std::move(piece));
    return {};
  }));
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / "cameras", error)) {
    TRY(const std::string bytes, read_file(entry.path(), kFileBytesMax));
    auto& who = out.who[entry.path().stem().string()];
    who.resize(bytes.size() / sizeof(uint16_t));
    if (!who.empty()) std::memcpy(who.data(), bytes.data(), who.size() * sizeof(uint16_t));
  }
  if (error) return bad_input(fmt::format("{}: cannot be opened", (folder / "cameras").string()));
  out.thefts = thefts_of(out, paid_at);
  return out;
}

Result<StoreOrigin> store_origin(const fs::path& store) {
  TRY(const std::string text, read_file(store / "manifest.json", size_t{64} << 20U));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.value("simulated", false) || json.value("days", 0) < 1)
    return bad_input(fmt::format("{}: not the manifest of a store that `shrike sim store` made",
                                 (store / "manifest.json").string()));
  return StoreOrigin{json.value("world", ""), json.value("seed", uint64_t{0}), json.value("days", 0)};
}

}  // namespace shrike
