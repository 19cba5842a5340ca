#pragma once
// The sealed truth of one simulated day, for whoever judges what was made of it.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace shrike {

/// First lines of truth/day-NNN/people.csv and pieces.csv.
inline constexpr const char* kPeopleHeader =
    "person,party,kind,theft,looks_like,habits,enters_us,leaves_us,passes_exit_us,checkout,paid_us";
inline constexpr const char* kPiecesHeader =
    "party,person,product,zone,price,epc,taken_us,hidden,stolen,paid,mistake,rung_as,voided";

struct TruePerson {
  int id = 0, party = 0;
  std::string kind, theft, habits;
  Timestamp enters, leaves;
  Timestamp passes_exit;  ///< 0: never
  [[nodiscard]] bool visitor() const { return party > 0; }
  [[nodiscard]] bool thief() const { return theft != "none"; }
};

struct TruePiece {
  int party = 0, person = 0;
  std::string product;
  Timestamp taken;
  bool hidden = false, stolen = false, paid = false, mistake = false;
};

/// One theft, by one party.
struct TrueTheft {
  int party = 0;
  std::string kind;
  Timestamp begins;  ///< first stolen piece in hand
  /// From here on it can be known: the first piece hidden, the till cheated, or else the exit passed.
  Timestamp shows;
  Timestamp leaves;
};

struct TrueDay {
  std::vector<TruePerson> people;  ///< by id − 1
  std::vector<TruePiece> pieces;
  std::vector<TrueTheft> thefts;
  /// By camera: of each detection of its recording, the person's id, or 0.
  std::map<std::string, std::vector<uint16_t>> who;

  [[nodiscard]] const TruePerson* person(int id) const {
    return id < 1 || static_cast<size_t>(id) > people.size() ? nullptr : &people[static_cast<size_t>(id) - 1];
  }
};

/// Reads `store`/truth/day-NNN. Errors: `store` is not what `shrike sim store` made, a file is missing or was changed
/// in form.
[[nodiscard]] Result<TrueDay> read_truth(const std::filesystem::path& store, const std::string& day);

/// What manifest.json of a simulated store says of how it was made.
struct StoreOrigin {
  std::string world;
  uint64_t seed = 0;
  int days = 0;
};
[[nodiscard]] Result<StoreOrigin> store_origin(const std::filesystem::path& store);

}  // namespace shrike
