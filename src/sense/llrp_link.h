#pragma once
// A TCP connection that carries LLRP messages.

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "sense/llrp.h"

namespace shrike {

/// A connection to a reader. Every wait ends at its deadline or when `stop` is asked for; the connection is closed
/// then, because what was cut in half cannot be taken up again: after any error it is of no use. For one thread at a
/// time.
class LlrpLink {
 public:
  /// `host` is an address or a name; a name's look-up is the system's and may take as long as that allows.
  [[nodiscard]] static Result<LlrpLink> connect(const std::string& host, uint16_t port, double patience_s,
                                                std::stop_token stop);
  LlrpLink(LlrpLink&&) noexcept;
  LlrpLink& operator=(LlrpLink&&) noexcept;
  ~LlrpLink();

  [[nodiscard]] Result<void> send(const LlrpMessage& message, double patience_s);
  /// The bytes of the next message, for decode_llrp. An error of kind bad_input says that none begins here.
  [[nodiscard]] Result<std::string> receive(double patience_s);

 private:
  struct Wire;
  explicit LlrpLink(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace shrike
