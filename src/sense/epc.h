#pragma once
// What an RFID tag says it is stuck on: serialised GTINs (SGTIN), in binary, as URI and as GS1 Digital Link.
// Sources: GS1 EPC Tag Data Standard 1.13, chapters 6 (URIs) and 14 (binary), appendices A (characters of serial
// numbers) and E (examples); GS1 Digital Link URI Syntax 1.2; GS1 General Specifications 7.9 (check digit).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace shrike {

/// One item: its product and which one of them it is.
struct Sgtin {
  std::string gtin;    ///< 14 digits, check digit right
  std::string serial;  ///< 1 to 20 characters of GS1's set 82; empty where a Digital Link names none
  /// How many digits of the GTIN are the company's prefix (6 to 12); 0 where that is not said (Digital Link).
  int company_prefix_digits = 0;
  std::optional<int> filter;  ///< 0 to 7, binary EPCs only: 1 is a point-of-sale item, 2 a case, …

  bool operator==(const Sgtin&) const = default;
};

/// An SGTIN-96 or SGTIN-198 from tag memory: `bits` bits in `bytes`, from the highest down. Readers deliver whole words
/// of 16 bits, so an SGTIN-198 may come as 208. Errors: another header, too few bits, a partition of 7, a company
/// prefix or item reference above what its digits can say, a serial number outside of set 82.
[[nodiscard]] Result<Sgtin> decode_sgtin(std::string_view bytes, size_t bits);
/// The same from hex, as readers, EPCIS and catalogues write it.
[[nodiscard]] Result<Sgtin> decode_sgtin_hex(std::string_view hex);

/// Bytes as upper-case hex.
[[nodiscard]] std::string hex_of(std::string_view bytes);

/// `urn:epc:id:sgtin:0614141.112345.400`. Errors: another scheme, digits that are no 13 together, a serial number
/// outside of set 82.
[[nodiscard]] Result<Sgtin> parse_sgtin_uri(std::string_view uri);
/// The pure identity URI of `item`; fails where its company prefix or serial number is not known.
[[nodiscard]] Result<std::string> sgtin_uri(const Sgtin& item);

/// `https://id.gs1.org/01/00614141123452/21/400` at any host, below any path. Errors: no GTIN in it, a wrong length or
/// check digit, a serial number outside of set 82 or over 20 characters.
[[nodiscard]] Result<Sgtin> parse_digital_link(std::string_view uri);

/// GTIN-14 of 8, 12, 13 or 14 digits. Errors: another length, no digits, a wrong check digit.
[[nodiscard]] Result<std::string> parse_gtin(std::string_view digits);

}  // namespace shrike
