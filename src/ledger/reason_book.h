#pragma once
// What the reasons of one sheet mean, each text looked up once.

#include <map>
#include <string>

#include "ledger/mapping.h"

namespace shrike {

struct Reason {
  bool known = false;
  Meaning meaning;
  std::string kept;  ///< what of the text is stored
};

/// Free texts may name people ("stolen by …"): a text is kept as it is where nothing in it is known, because somebody
/// must give it a class, and where all of its words are words of reasons; else the phrase that was found in it.
class ReasonBook {
 public:
  ReasonBook(const Mapping& mapping, const Mapping& general);

  const Reason& of(const std::string& text);

 private:
  const Mapping& mapping_;
  const Mapping& general_;
  KnownWords words_;
  std::map<std::string, Reason> known_;
};

}  // namespace shrike
