#include "sense/llrp_print.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "sense/epc.h"

namespace shrike {
namespace {

using json = nlohmann::ordered_json;
using Kind = LlrpFieldType::Kind;
using Format = LlrpFieldType::Format;

// What a person is shown of one field: enough of bytes to tell them apart, all of a sensible message.
constexpr size_t kBytesShown_max = 32, kTextShown_bytes_max = 1024;
constexpr uint64_t kYear10000_us = 253'402'300'800'000'000;  // RFC 3339 has no year after 9999

/// Hex with a blank between elements that are wider than a byte, as the protocol's XML has it.
std::string hex(std::string_view bytes, size_t element_bytes) {
  if (element_bytes <= 1) return hex_of(bytes);
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += element_bytes) {
    if (at > 0) out += ' ';
    out += hex_of(bytes.substr(at, element_bytes));
  }
  return out;
}

json named(const LlrpFieldType& type, uint64_t value) {
  const auto name = type.enumeration == nullptr ? std::string_view() : type.enumeration->name_of(value);
  return name.empty() ? json(value) : json(name);
}

/// The value of a field, of its bytes at most the first `bytes_max`.
json value_of(const LlrpField& field, size_t bytes_max) {
  const LlrpFieldType& type = *field.type;
  const auto shown = std::string_view(field.bytes).substr(0, bytes_max);
  switch (type.kind) {
    case Kind::boolean:
      return field.number != 0;
    case Kind::integer:
      return static_cast<int64_t>(field.number);
    case Kind::number:
      if (type.format == Format::utc && field.number < kYear10000_us)
        return to_rfc3339(Timestamp{static_cast<int64_t>(field.number)});
      return named(type, field.number);
    case Kind::text:
      return std::string(shown);
    case Kind::list:
      if (type.format != Format::hex) {
        json numbers = json::array();
        for (const uint64_t number : llrp_list(field)) numbers.push_back(named(type, number));
        return numbers;
      }
      return hex(shown, type.bits / 8U);
    default:
      return hex(shown, 1);
  }
}

void add_fields(const LlrpElement& element, json& out) {
  for (const LlrpField& field : element.fields) {
    const std::string name(field.type->name);
    out[name] = value_of(field, kLlrpShown_bytes_max);
    if (field.type->kind == Kind::bit_list && field.number % 8 != 0) out[name + "_bits"] = field.number;
    if (field.bytes.size() > kLlrpShown_bytes_max) out[name + "_bytes"] = field.bytes.size();
  }
}

/// Whether some name comes again after another one came between.
bool alternates(const std::vector<LlrpElement>& parameters) {
  std::vector<const LlrpType*> seen;
  for (const LlrpElement& one : parameters) {
    if (!seen.empty() && seen.back() == one.type) continue;
    if (std::find(seen.begin(), seen.end(), one.type) != seen.end()) return true;
    seen.push_back(one.type);
  }
  return false;
}

void add_content(const LlrpElement& element, json& out) {
  add_fields(element, out);
  for (const LlrpElement& inside : element.parameters) {
    json object = json::object();
    add_content(inside, object);
    const std::string name(inside.type->name);
    const LlrpSlot* slot = element.type->slot_of(*inside.type);
    if (slot == nullptr || slot->repeats) {
      out[name].push_back(std::move(object));
    } else {
      out[name] = std::move(object);
    }
  }
  if (!alternates(element.parameters)) return;
  json& order = out["order"];
  for (const LlrpElement& inside : element.parameters) order.push_back(inside.type->name);
}

/// A value for a person: bytes cut short, text in quotes with whatever could upset a terminal escaped.
std::string shown(const LlrpField& field) {
  const LlrpFieldType& type = *field.type;
  const size_t bytes_max = type.kind == Kind::text ? kTextShown_bytes_max : kBytesShown_max;
  const json value = value_of(field, bytes_max);
  std::string text = value.is_string() && type.kind != Kind::text
                         ? value.get<std::string>()
                         : value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (type.kind == Kind::bit_list && field.number % 8 != 0) text += fmt::format(" ({} bits)", field.number);
  const bool whole = type.kind == Kind::list && type.format != Format::hex;
  if (field.bytes.size() > bytes_max && !whole) text += fmt::format("… ({} bytes)", field.bytes.size());
  return text;
}

/// " (GTIN … serial …)" where `element` holds the EPC of an item with a GTIN.
std::string item_of(const LlrpElement& element) {
  if (element.type->name != "EPC_96" && element.type->name != "EPCData") return "";
  const LlrpField& epc = element.fields.front();
  const auto item = decode_sgtin(epc.bytes, epc.type->kind == Kind::bit_list ? epc.number : epc.type->bits);
  return item ? fmt::format(" (GTIN {} serial {})", item->gtin, item->serial) : "";
}

/// Whether `element` is one value: it then stands on its parent's line under its own name.
bool is_value(const LlrpElement& element) { return element.parameters.empty() && element.fields.size() == 1; }

/// `element` and, below it, what stands inside; `note` follows its name.
void add_lines(const LlrpElement& element, size_t depth, const std::string& note, std::string& out) {
  out.append(2 * depth, ' ').append(element.type->name).append(note);
  if (element.type->number == kLlrpCustomNumber) {
    const auto& fields = element.fields;
    out += fmt::format("  vendor {}, subtype {}, {} bytes: {}\n", fields[0].number, fields[1].number,
                       fields[2].bytes.size(), shown(fields[2]));
    return;
  }
  for (const LlrpField& field : element.fields) out += fmt::format("  {} {}", field.type->name, shown(field));
  for (const LlrpElement& inside : element.parameters)
    if (is_value(inside)) out += fmt::format("  {} {}{}", inside.type->name, shown(inside.fields[0]), item_of(inside));
  out += '\n';
  for (const LlrpElement& inside : element.parameters)
    if (!is_value(inside)) add_lines(inside, depth + 1, "", out);
}

}  // namespace

std::string llrp_json(const LlrpMessage& message) {
  json out = {{"type", message.body.type->name}, {"id", message.id}, {"length", message.length_bytes}};
  if (message.version != 1) out["version"] = message.version;
  add_content(message.body, out);
  // What is no UTF-8 in a text becomes U+FFFD.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string llrp_text(const LlrpMessage& message, size_t offset) {
  std::string out;
  const auto note = fmt::format("  (id {}, {} bytes from byte {}{})", message.id, message.length_bytes, offset,
                                message.version == 1 ? "" : ", LLRP 1.1");
  add_lines(message.body, 0, note, out);
  return out;
}

}  // namespace shrike
