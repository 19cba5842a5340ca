// Any bytes as a JSON document: what parses lies flat in bounded rows, as EPCIS where it says that it is.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "ledger/epcis.h"
#include "ledger/json_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto document = nlohmann::json::parse(data, data + size, nullptr, false);
  if (document.is_discarded()) return 0;
  (void)shrike::flatten(document);
  if (shrike::is_epcis(document)) (void)shrike::epcis_rows(document);
  const auto gtin = shrike::gtin_of(std::string_view(reinterpret_cast<const char*>(data), size));
  if (gtin && gtin->size() != 14) std::abort();
  return 0;
}
