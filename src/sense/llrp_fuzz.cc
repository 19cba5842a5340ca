// Any bytes as LLRP: decoded or refused with a reason; what decodes is within its limits, can be shown, and comes back
// the same from its own encoding. Any bytes as an EPC, its URI, or a Digital Link.
#include <cstdint>
#include <cstdlib>

#include "sense/epc.h"
#include "sense/llrp.h"
#include "sense/llrp_print.h"

namespace {

using namespace shrike;

void read_messages(std::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const auto message = decode_llrp(bytes, at);
    if (!message) {
      if (message.error().message.empty()) std::abort();
      return;
    }
    if (message->length_bytes < kLlrpHeader_bytes || message->length_bytes > bytes.size() - at) std::abort();
    if (llrp_json(*message).empty() || llrp_text(*message, at).empty()) std::abort();
    // Reserved bits are lost, nothing else.
    const auto encoded = encode_llrp(*message);
    if (!encoded || encoded->size() != message->length_bytes) std::abort();
    const auto again = decode_llrp(*encoded);
    if (!again || !(again->body == message->body) || again->id != message->id) std::abort();
    at += message->length_bytes;
  }
}

void read_item(const Result<Sgtin>& item) {
  if (!item) return;
  if (item->gtin.size() != 14 || !parse_gtin(item->gtin)) std::abort();
  const auto uri = sgtin_uri(*item);
  if (!uri) return;
  const auto again = parse_sgtin_uri(*uri);
  if (!again || again->gtin != item->gtin || again->serial != item->serial) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_messages(bytes);
  read_item(decode_sgtin(bytes, size * 8));
  read_item(decode_sgtin_hex(bytes));
  read_item(parse_sgtin_uri(bytes));
  read_item(parse_digital_link(bytes));
  return 0;
}
