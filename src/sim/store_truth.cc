#include "sim/store_truth.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/file.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = size_t{1} << 30U;

/// Cells of each row below the header; a number that is none reads as 0: the files are our own.
using Cells = std::vector<std::string_view>;
int64_t number(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<void> read_table(const fs::path& file, size_t columns, const std::function<void(const Cells&)>& take) {
  TRY(const std::string text, read_file(file, kFileBytesMax));
  Cells cells;
  size_t row = 0;
  for (size_t at = 0; at < text.size(); ++row) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    cells.clear();
    for (size_t from = 0; from <= line.size();) {
      const size_t to = std::min(line.find(',', from), line.size());
      cells.push_back(line.substr(from, to - from));
      from = to + 1;
    }
    if (cells.size() != columns)
      return bad_input(fmt::format("{}:{}: {} cells, expected {}", file.string(), row + 1, cells.size(), columns));
    if (row > 0) take(cells);
  }
  return {};
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
  TRY_VOID(read_table(folder / "people.csv", 11, [&](const Cells& c) {
    TruePerson p{
        .id = static_cast<int>(number(c[0])), .party = static_cast<int>(number(c[1])), .kind = std::string(c[2])};
    p.theft = c[3];
    p.habits = c[5];
    p.enters = {number(c[6])};
    p.leaves = {number(c[7])};
    p.passes_exit = {number(c[8])};
    if (number(c[10]) > 0) paid_at[p.party] = {number(c[10])};
    out.people.push_back(std::move(p));
  }));
  TRY_VOID(read_table(folder / "pieces.csv", 13, [&](const Cells& c) {
    TruePiece p{.party = static_cast<int>(number(c[0])),
                .person = static_cast<int>(number(c[1])),
                .product = std::string(c[2])};
    p.taken = {number(c[6])};
    p.hidden = c[7] == "1";
    p.stolen = c[8] == "1";
    p.paid = c[9] == "1";
    p.mistake = c[10] == "1";
    out.pieces.push_back(std::move(p));
  }));
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder / "cameras", error)) {
    TRY(const std::string bytes, read_file(entry.path(), kFileBytesMax));
    auto& who = out.who[entry.path().stem().string()];
    who.resize(bytes.size() / sizeof(uint16_t));
    std::memcpy(who.data(), bytes.data(), who.size() * sizeof(uint16_t));
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
