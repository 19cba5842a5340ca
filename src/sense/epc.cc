#include "sense/epc.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "base/escape.h"

namespace shrike {
namespace {

constexpr unsigned kHeader96 = 0x30, kHeader198 = 0x36;
constexpr size_t kSerial_chars_max = 20;

/// Tag Data Standard, chapter 14: how a partition value shares 44 bits and 13 digits.
struct Partition {
  unsigned company_bits, item_bits;
  int company_digits;
};
constexpr std::array<Partition, 7> kPartitions{
    {{40, 4, 12}, {37, 7, 11}, {34, 10, 10}, {30, 14, 9}, {27, 17, 8}, {24, 20, 7}, {20, 24, 6}}};
constexpr int kDigits = 13;  // of a GTIN-14 without its check digit

uint64_t bits_at(std::string_view bytes, size_t at, unsigned count) {
  uint64_t value = 0;
  for (size_t bit = at; bit < at + count; ++bit)
    value = value << 1U | (static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8) & 1U);
  return value;
}

uint64_t power_of_ten(int digits) {
  uint64_t power = 1;
  while (digits-- > 0) power *= 10;
  return power;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether GS1's character set 82 has `c`: letters, digits and these.
bool in_set_82(char c) {
  const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return plain || (c != '\0' && std::string_view("!\"%&'()*+,-./:;<=>?_").find(c) != std::string_view::npos);
}

Result<void> check_serial(std::string_view serial) {
  if (serial.empty() || serial.size() > kSerial_chars_max)
    return bad_input(
        fmt::format("found a serial number of {} characters, expected 1 to {}", serial.size(), kSerial_chars_max));
  const auto odd = std::find_if_not(serial.begin(), serial.end(), in_set_82);
  if (odd != serial.end())
    return bad_input(fmt::format("found the character 0x{:02X} in the serial number, expected GS1's set 82 only",
                                 static_cast<unsigned char>(*odd)));
  return {};
}

/// GS1 General Specifications 7.9: weights 3 and 1 from the right.
char check_digit(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) sum += (digits[digits.size() - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

/// Company prefix and item reference (indicator digit first), 13 digits together.
std::string gtin_from(std::string_view company, std::string_view item) {
  std::string digits = fmt::format("{}{}{}", item[0], company, item.substr(1));
  digits += check_digit(digits);
  return digits;
}

/// `%2F` and its like as the characters they stand for.
Result<std::string> unescaped(std::string_view text) {
  auto plain = percent_decode(text, false);
  if (!plain) return bad_input(fmt::format("found '{}', expected two hex digits, not 00, after each '%'", text));
  return std::move(*plain);
}

/// The serial number of an SGTIN-198: up to 20 characters of 7 bits, zeros after the last.
std::string serial_198(std::string_view bytes) {
  std::string serial;
  for (size_t at = 58; at < 198; at += 7) serial += static_cast<char>(bits_at(bytes, at, 7));
  serial.erase(serial.find_last_not_of('\0') + 1);
  return serial;
}

}  // namespace

Result<Sgtin> decode_sgtin(std::string_view bytes, size_t bits) {
  if (bits < 8 || bytes.size() * 8 < bits)
    return bad_input(fmt::format("found an EPC of {} bits in {} bytes, expected 96 or 198", bits, bytes.size()));
  const auto header = static_cast<unsigned>(bits_at(bytes, 0, 8));
  if (header != kHeader96 && header != kHeader198)
    return bad_input(
        fmt::format("found an EPC with header 0x{:02X}, expected 0x30 (SGTIN-96) or 0x36 (SGTIN-198)", header));
  const size_t needed = header == kHeader96 ? 96 : 198;
  if (bits < needed || bits > needed + 15)
    return bad_input(fmt::format("found an SGTIN-{} of {} bits, expected {}", needed, bits, needed));
  const uint64_t number = bits_at(bytes, 11, 3);
  if (number >= kPartitions.size())
    return bad_input(fmt::format("found the partition {} in an SGTIN-{}, expected 0 to 6", number, needed));
  const Partition& partition = kPartitions[number];
  const uint64_t company = bits_at(bytes, 14, partition.company_bits);
  const uint64_t item = bits_at(bytes, 14 + partition.company_bits, partition.item_bits);
  const int item_digits = kDigits - partition.company_digits;
  if (company >= power_of_ten(partition.company_digits))
    return bad_input(fmt::format("found the company prefix {} in an SGTIN-{}, expected {} digits", company, needed,
                                 partition.company_digits));
  if (item >= power_of_ten(item_digits))
    return bad_input(
        fmt::format("found the item reference {} in an SGTIN-{}, expected {} digits", item, needed, item_digits));
  Sgtin sgtin{.gtin = gtin_from(fmt::format("{:0{}}", company, partition.company_digits),
                                fmt::format("{:0{}}", item, item_digits)),
              .serial = header == kHeader96 ? std::to_string(bits_at(bytes, 58, 38)) : serial_198(bytes),
              .company_prefix_digits = partition.company_digits,
              .filter = static_cast<int>(bits_at(bytes, 8, 3))};
  TRY_VOID(check_serial(sgtin.serial));
  return sgtin;
}

Result<Sgtin> decode_sgtin_hex(std::string_view hex) {
  std::string bytes;
  if (hex.size() % 2 != 0) return bad_input(fmt::format("found {} hex digits, expected an even number", hex.size()));
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]), low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return bad_input(fmt::format("found '{}', expected hex digits", hex.substr(i, 2)));
    bytes += static_cast<char>(high * 16 + low);
  }
  return decode_sgtin(bytes, bytes.size() * 8);
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    hex += kHexDigits[static_cast<unsigned char>(c) >> 4U];
    hex += kHexDigits[static_cast<unsigned char>(c) & 15U];
  }
  return hex;
}

Result<Sgtin> parse_sgtin_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "urn:epc:id:sgtin:";
  if (!uri.starts_with(kScheme))
    return bad_input(fmt::format("found '{}', expected {}COMPANY.ITEM.SERIAL", uri.substr(0, 64), kScheme));
  const auto rest = uri.substr(kScheme.size());
  const size_t first = rest.find('.');
  const size_t second = first == std::string_view::npos ? first : rest.find('.', first + 1);
  if (second == std::string_view::npos)
    return bad_input(fmt::format("found '{}', expected COMPANY.ITEM.SERIAL", rest.substr(0, 64)));
  const auto company = rest.substr(0, first), item = rest.substr(first + 1, second - first - 1);
  if (!all_digits(company) || !all_digits(item) || company.size() + item.size() != kDigits || company.size() < 6 ||
      company.size() > 12)
    return bad_input(
        fmt::format("found company prefix '{}' and item reference '{}', expected 6 to 12 digits and the "
                    "rest of {}",
                    company.substr(0, 32), item.substr(0, 32), kDigits));
  TRY(auto serial, unescaped(rest.substr(second + 1)));
  TRY_VOID(check_serial(serial));
  return Sgtin{.gtin = gtin_from(company, item),
               .serial = std::move(serial),
               .company_prefix_digits = static_cast<int>(company.size()),
               .filter = std::nullopt};
}

Result<std::string> sgtin_uri(const Sgtin& item) {
  if (item.company_prefix_digits == 0)
    return bad_input(fmt::format("GTIN {}: how long its company prefix is is not known", item.gtin));
  TRY_VOID(check_serial(item.serial));
  const auto prefix_digits = static_cast<size_t>(item.company_prefix_digits);
  std::string uri = fmt::format("urn:epc:id:sgtin:{}.{}{}.", item.gtin.substr(1, prefix_digits), item.gtin[0],
                                item.gtin.substr(1 + prefix_digits, 12 - prefix_digits));
  for (const char c : item.serial) {
    // Tag Data Standard, appendix A: these are escaped.
    if (std::string_view("\"%&/<>?").find(c) == std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

Result<std::string> parse_gtin(std::string_view digits) {
  const size_t size = digits.size();
  if (!all_digits(digits) || (size != 8 && size != 12 && size != 13 && size != 14))
    return bad_input(fmt::format("found the GTIN '{}', expected 8, 12, 13 or 14 digits", digits.substr(0, 32)));
  const char right = check_digit(digits.substr(0, size - 1));
  if (digits.back() != right)
    return bad_input(fmt::format("found the GTIN {} with check digit {}, expected {}", digits, digits.back(), right));
  return std::string(14 - size, '0') + std::string(digits);
}

Result<Sgtin> parse_digital_link(std::string_view uri) {
  const size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos || (uri.substr(0, scheme) != "https" && uri.substr(0, scheme) != "http"))
    return bad_input(fmt::format("found '{}', expected an http or https address", uri.substr(0, 64)));
  auto address = uri.substr(scheme + 3);
  address = address.substr(0, address.find_first_of("?#"));
  // Pairs of key and value end the path; what is before the GTIN's key is the host and its folders.
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= address.size();) {
    const size_t end = std::min(address.find('/', at), address.size());
    parts.push_back(address.substr(at, end - at));
    at = end + 1;
  }
  const auto key =
      std::find_if(parts.begin() + 1, parts.end(), [](auto part) { return part == "01" || part == "gtin"; });
  if (parts.end() - key < 2)
    return bad_input(fmt::format("found '{}', expected a GS1 Digital Link with /01/ and a GTIN", uri.substr(0, 64)));
  Sgtin item;
  TRY(item.gtin, parse_gtin(*(key + 1)));
  for (auto at = key + 2; parts.end() - at >= 2; at += 2) {
    if (*at != "21" && *at != "ser") continue;
    TRY(item.serial, unescaped(*(at + 1)));
    TRY_VOID(check_serial(item.serial));
  }
  return item;
}

}  // namespace shrike
