// Any bytes as a mapping file: read or refused by line, and what is read can be matched against any header.
#include <cstdint>
#include <string>

#include "ledger/mapping.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  auto mapping = shrike::parse_mapping(text, "fuzz.yml");
  if (!mapping) return 0;
  std::vector<std::string> header{"store", "sku", "qty", "date", "reason"};
  for (size_t from = 0; from < text.size() && header.size() < 32; from += 7) header.push_back(text.substr(from, 7));
  const std::vector<shrike::Mapping> mappings{std::move(*mapping)};
  (void)shrike::recognise(mappings, header, "fuzz.csv");
  (void)shrike::nearest_table(mappings, header);
  (void)shrike::find_reason(mappings.front(), nullptr, text.substr(0, 64));
  return 0;
}
