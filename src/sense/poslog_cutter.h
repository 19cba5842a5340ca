#pragma once
// Cuts the transactions out of a POSLog's text as it comes, without a tree of the whole: so a file of any size is read
// in the memory of one transaction, and a damaged transaction costs only itself.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace shrike {

struct PoslogLimits {
  size_t transaction_bytes_max = size_t{8} << 20;
  int depth_max = 64;  ///< elements inside one another in a transaction
};

/// One `Transaction` element.
struct PoslogPiece {
  enum class State { whole, unclosed, too_large, too_deep };
  State state = State::whole;
  std::string_view xml;  ///< from its start tag to its end tag; valid until the next call of the cutter
  int64_t number = 0;    ///< 1-based, in the file
  int64_t row = 0;       ///< 1-based row of its start tag
};

/// Takes UTF-8 (or any text in which ASCII letters are bytes of their own). Namespace prefixes are not looked at.
class PoslogCutter {
 public:
  explicit PoslogCutter(PoslogLimits limits) : limits_(limits) {}

  /// More text; `last` says that no more follows.
  void feed(std::string_view text, bool last);
  /// The next transaction; false where more text is needed, or after the last one.
  bool next(PoslogPiece& piece);

  /// Texts of elements beside the transactions, by local name: what holds for all of them (RetailStoreID,
  /// BusinessDayDate, CurrencyCode).
  [[nodiscard]] const std::map<std::string, std::string>& header() const { return header_; }
  /// Whether there was any element at all.
  [[nodiscard]] bool seen_element() const { return seen_element_; }

 private:
  enum class Step { token, more, piece };
  struct Token {
    size_t from = 0, to = 0;  ///< in text_
    enum class Kind { start, end, empty, other } kind = Kind::other;
    std::string_view name;  ///< local
  };
  bool find_token(Token& token);
  Step take_start(const Token& token, PoslogPiece& piece);
  void count_rows(size_t to);
  void close(PoslogPiece& piece, size_t end);
  void drop_seen();
  void note_header(const Token& token);

  PoslogLimits limits_;
  std::string text_;
  size_t at_ = 0;      ///< what is before it was looked at
  size_t row_at_ = 0;  ///< rows are counted up to here
  int64_t row_ = 1, number_ = 0, start_row_ = 1;
  bool last_ = false, inside_ = false, seen_element_ = false;
  size_t start_ = 0;
  int depth_ = 0;
  PoslogPiece::State state_ = PoslogPiece::State::whole;
  std::string open_header_;  ///< the element beside transactions whose text comes next
  std::map<std::string, std::string> header_;
};

}  // namespace shrike
