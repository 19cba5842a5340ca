#include "sense/llrp.h"

#include <algorithm>
#include <fmt/format.h>

namespace shrike {
namespace {

using Kind = LlrpFieldType::Kind;

constexpr unsigned kVersion_max = 2;

uint64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

/// Bytes that follow a count of `count` elements.
size_t list_bytes(const LlrpFieldType& type, uint64_t count) {
  return type.kind == Kind::bit_list ? (count + 7) / 8 : count * type.bits / 8;
}

/// A field that this version of the protocol does not know is so many reserved bits.
bool is_reserved(const LlrpFieldType& type, unsigned version) {
  return type.kind == Kind::reserved || type.version > version;
}

bool is_counted(Kind kind) { return kind == Kind::bit_list || kind == Kind::list || kind == Kind::text; }

/// Walks one message. `end_` is where the element that is being read ends; nothing behind it is touched.
class Decoder {
 public:
  Decoder(std::string_view bytes, size_t offset, size_t end) : bytes_(bytes), at_(offset), end_(end) {}

  Result<LlrpMessage> message() {
    LlrpMessage message{.version = static_cast<uint8_t>(static_cast<unsigned char>(bytes_[at_]) >> 2U & 7U),
                        .id = static_cast<uint32_t>(big_endian(bytes_.substr(at_ + 6, 4))),
                        .length_bytes = end_ - at_,
                        .body = {}};
    if (message.version < 1 || message.version > kVersion_max)
      return wrong(at_, fmt::format("protocol version {}", message.version), "1 (LLRP 1.0.1) or 2 (LLRP 1.1)");
    version_ = message.version;
    const auto number = static_cast<unsigned>(big_endian(bytes_.substr(at_, 2)) & 0x3FFU);
    message.body.type = find_llrp_message(number);
    if (message.body.type == nullptr)
      return wrong(at_, fmt::format("message type {}", number), "one of LLRP 1.0.1 or 1.1");
    at_ += kLlrpHeader_bytes;
    TRY_VOID(content(message.body));
    return message;
  }

 private:
  /// Fields and parameters of `element` up to `end_`.
  Result<void> content(LlrpElement& element) {
    path_.push_back(element.type);
    if (path_.size() > kLlrpDepth_max + 1)
      return wrong(at_, "yet another parameter inside", fmt::format("at most {} of them nested", kLlrpDepth_max));
    for (const LlrpFieldType& type : element.type->fields) TRY_VOID(field(element, type));
    while (at_ < end_) TRY_VOID(parameter(element));
    path_.pop_back();
    return {};
  }

  Result<void> field(LlrpElement& element, const LlrpFieldType& type) {
    if (is_reserved(type, version_)) {
      TRY_VOID(bits(type, type.bits));
      return {};
    }
    LlrpField field{.type = &type};
    switch (type.kind) {
      case Kind::number:
      case Kind::boolean:
      case Kind::integer: {
        TRY(field.number, bits(type, type.bits));
        const unsigned unused = 64U - type.bits;
        if (type.kind == Kind::integer)
          field.number = static_cast<uint64_t>(static_cast<int64_t>(field.number << unused) >> unused);
        break;
      }
      case Kind::block: {
        TRY(field.bytes, take(type, type.bits / 8U));
        break;
      }
      case Kind::rest: {
        TRY(field.bytes, take(type, end_ - at_));
        break;
      }
      default: {
        TRY(const auto count, bits(type, 16));
        TRY(field.bytes, take(type, list_bytes(type, count)));
        if (type.kind == Kind::bit_list) field.number = count;
      }
    }
    element.fields.push_back(std::move(field));
    return {};
  }

  Result<void> parameter(LlrpElement& parent) {
    const size_t begin = at_, parent_end = end_;
    if (++parameters_ > kLlrpParameters_max)
      return wrong(begin, "yet another parameter", fmt::format("at most {} in a message", kLlrpParameters_max));
    const auto first = static_cast<unsigned char>(bytes_[begin]);
    const bool short_form = (first & 0x80U) != 0;
    if (!short_form && parent_end - begin < 4)
      return wrong(begin, fmt::format("{} bytes left", parent_end - begin), "a parameter, or none left");
    const auto number =
        short_form ? first & 0x7FU : static_cast<unsigned>(big_endian(bytes_.substr(begin, 2)) & 0x3FFU);
    const LlrpType* type = find_llrp_parameter(number);
    if (type == nullptr || type->short_form() != short_form)
      return wrong(begin, fmt::format("parameter type {} in its {} form", number, short_form ? "short" : "long"),
                   "one of LLRP 1.0.1 or 1.1");
    TRY_VOID(check_place(parent, *type));
    if (short_form) {
      at_ += 1;
    } else {
      const uint64_t length = big_endian(bytes_.substr(begin + 2, 2));
      if (length < 4 || length > parent_end - begin)
        return wrong(begin + 2, fmt::format("a length of {} bytes for {}", length, type->name),
                     fmt::format("4 to {}, which is where {} ends", parent_end - begin, parent.type->name));
      at_ += 4;
      end_ = begin + length;
    }
    LlrpElement element{.type = type, .fields = {}, .parameters = {}};
    if (short_form) {
      // Its end is that of its fields, which the table knows; they end at whole bytes.
      path_.push_back(type);
      for (const LlrpFieldType& one : type->fields) TRY_VOID(field(element, one));
      path_.pop_back();
    } else {
      TRY_VOID(content(element));
    }
    end_ = parent_end;
    parent.parameters.push_back(std::move(element));
    return {};
  }

  /// Whether a parameter of `type` may follow what `parent` already holds. Vendors put theirs anywhere.
  Result<void> check_place(const LlrpElement& parent, const LlrpType& type) const {
    if (type.number == kLlrpCustomNumber) return {};
    const LlrpSlot* slot = parent.type->slot_of(type);
    if (slot == nullptr) {
      std::string expected;
      for (const LlrpSlot& one : parent.type->slots) expected += (expected.empty() ? "" : ", ") + std::string(one.name);
      return wrong(at_, std::string(type.name), expected.empty() ? "nothing more" : "one of " + expected);
    }
    if (slot->repeats) return {};
    const bool taken = std::any_of(parent.parameters.begin(), parent.parameters.end(),
                                   [&](const auto& one) { return parent.type->slot_of(*one.type) == slot; });
    if (taken) return wrong(at_, fmt::format("a second {}", type.name), fmt::format("one {} at most", slot->name));
    return {};
  }

  /// The next `count` bits (at most 64), from the highest down.
  Result<uint64_t> bits(const LlrpFieldType& type, unsigned count) {
    TRY_VOID(check_left(type, (bit_ + count + 7) / 8));
    uint64_t value = 0;
    if (bit_ == 0 && count % 8 == 0) {
      value = big_endian(bytes_.substr(at_, count / 8));
      at_ += count / 8;
      return value;
    }
    for (unsigned i = 0; i < count; ++i) {
      value = value << 1U | (static_cast<unsigned char>(bytes_[at_]) >> (7U - bit_) & 1U);
      bit_ = (bit_ + 1) % 8;
      if (bit_ == 0) ++at_;
    }
    return value;
  }

  Result<std::string> take(const LlrpFieldType& type, size_t count) {
    TRY_VOID(check_left(type, count));
    std::string taken(bytes_.substr(at_, count));
    at_ += count;
    return taken;
  }

  Result<void> check_left(const LlrpFieldType& type, size_t count) const {
    if (count <= end_ - at_) return {};
    return wrong(at_, fmt::format("{} bytes left", end_ - at_),
                 fmt::format("{} for {}", count, type.kind == Kind::reserved ? "reserved bits" : type.name));
  }

  tl::unexpected<Error> wrong(size_t at, const std::string& found, const std::string& expected) const {
    std::string path;
    for (const LlrpType* type : path_) path += std::string(type->name) + ": ";
    return bad_input(fmt::format("byte {}: {}found {}, expected {}", at, path, found, expected));
  }

  std::string_view bytes_;
  size_t at_, end_;
  unsigned bit_ = 0;  // bits of the byte at `at_` that are read
  unsigned version_ = 1;
  size_t parameters_ = 0;
  std::vector<const LlrpType*> path_;
};

class Encoder {
 public:
  explicit Encoder(unsigned version) : version_(version) {}

  Result<std::string> message(const LlrpMessage& message) {
    number(unsigned{message.version} << 10U | message.body.type->number, 16);
    number(0, 32);  // the length, once it is known
    number(message.id, 32);
    TRY_VOID(content(message.body));
    if (out_.size() > kLlrpMessage_bytes_max) return too_long(message.body.type->name, out_.size());
    patch(2, 4, out_.size());
    return std::move(out_);
  }

 private:
  Result<void> content(const LlrpElement& element) {
    auto given = element.fields.begin();
    for (const LlrpFieldType& type : element.type->fields) {
      if (is_reserved(type, version_)) {
        number(0, type.bits);
      } else if (given == element.fields.end() || given->type != &type) {
        return fail(fmt::format("{}: field {} is not given, or not in its order", element.type->name, type.name));
      } else {
        TRY_VOID(field(*given++));
      }
    }
    for (const LlrpElement& inside : element.parameters) {
      const size_t begin = out_.size();
      if (inside.type->short_form()) {
        number(0x80U | inside.type->number, 8);
        TRY_VOID(content(inside));
        continue;
      }
      number(inside.type->number, 16);
      number(0, 16);
      TRY_VOID(content(inside));
      const size_t length = out_.size() - begin;
      if (length > 0xFFFF) return too_long(inside.type->name, length);
      patch(begin + 2, 2, length);
    }
    return {};
  }

  Result<void> field(const LlrpField& field) {
    const LlrpFieldType& type = *field.type;
    if (type.kind == Kind::number || type.kind == Kind::integer || type.kind == Kind::boolean) {
      number(field.number, type.bits);
      return {};
    }
    if (is_counted(type.kind)) {
      const uint64_t count = type.kind == Kind::bit_list ? field.number : field.bytes.size() * 8 / type.bits;
      if (count > 0xFFFF) return too_long(type.name, field.bytes.size());
      if (list_bytes(type, count) != field.bytes.size())
        return fail(fmt::format("{}: {} bytes for {} elements", type.name, field.bytes.size(), count));
      number(count, 16);
    } else if (type.kind == Kind::block && field.bytes.size() * 8 != type.bits) {
      return fail(fmt::format("{}: {} bytes, expected {}", type.name, field.bytes.size(), type.bits / 8));
    }
    out_ += field.bytes;
    return {};
  }

  /// The lowest `count` bits of `value`, from the highest down.
  void number(uint64_t value, unsigned count) {
    while (count > 0) {
      if (bit_ == 0) out_.push_back('\0');
      const unsigned room = std::min(count, 8U - bit_);
      count -= room;
      const auto part = static_cast<unsigned>(value >> count) & ((1U << room) - 1U);
      out_.back() = static_cast<char>(static_cast<unsigned char>(out_.back()) | part << (8U - bit_ - room));
      bit_ = (bit_ + room) % 8;
    }
  }

  void patch(size_t at, unsigned bytes, uint64_t value) {
    for (unsigned i = 0; i < bytes; ++i) out_[at + i] = static_cast<char>(value >> (8U * (bytes - 1 - i)) & 0xFFU);
  }

  static tl::unexpected<Error> too_long(std::string_view name, size_t bytes) {
    return fail(fmt::format("{}: {} bytes are more than LLRP can say", name, bytes));
  }

  std::string out_;
  unsigned bit_ = 0;  // bits of the last byte that are written
  unsigned version_;
};

}  // namespace

const LlrpField* LlrpElement::field(std::string_view name) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.type->name == name; });
  return found == fields.end() ? nullptr : &*found;
}

const LlrpElement* LlrpElement::parameter(std::string_view name) const {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& one) { return one.type->name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

std::optional<uint64_t> LlrpElement::number_in(std::string_view inside, std::string_view name) const {
  const LlrpElement* element = parameter(inside);
  const LlrpField* value = element == nullptr ? nullptr : element->field(name);
  return value == nullptr ? std::nullopt : std::optional(value->number);
}

Result<size_t> llrp_message_bytes(std::string_view head, size_t offset) {
  if (head.size() < 6)
    return bad_input(fmt::format("byte {}: found {} bytes, expected the {} of a message's header", offset, head.size(),
                                 kLlrpHeader_bytes));
  const uint64_t length = big_endian(head.substr(2, 4));
  if (length < kLlrpHeader_bytes || length > kLlrpMessage_bytes_max)
    return bad_input(fmt::format("byte {}: found a message length of {} bytes, expected {} to {}", offset + 2, length,
                                 kLlrpHeader_bytes, kLlrpMessage_bytes_max));
  return length;
}

Result<LlrpMessage> decode_llrp(std::string_view bytes, size_t offset) {
  const auto head = bytes.substr(std::min(offset, bytes.size()));
  TRY(const auto length, llrp_message_bytes(head, offset));
  if (length > head.size())
    return bad_input(fmt::format("byte {}: found a message length of {} bytes, expected at most the {} that are left",
                                 offset + 2, length, head.size()));
  return Decoder(bytes, offset, offset + length).message();
}

Result<std::string> encode_llrp(const LlrpMessage& message) { return Encoder(message.version).message(message); }

std::vector<uint64_t> llrp_list(const LlrpField& field) {
  std::vector<uint64_t> numbers;
  const size_t width = std::max(field.type->bits / 8, 1);
  for (size_t at = 0; at + width <= field.bytes.size(); at += width)
    numbers.push_back(big_endian(std::string_view(field.bytes).substr(at, width)));
  return numbers;
}

}  // namespace shrike
