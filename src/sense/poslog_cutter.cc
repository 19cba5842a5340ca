#include "sense/poslog_cutter.h"

#include <algorithm>
#include <array>

#include "ledger/cells.h"

namespace shrike {
namespace {

constexpr size_t kMarkupBytesMax = 1 << 20;  ///< one tag, comment or CDATA section
constexpr size_t kHeaderTextBytesMax = 256;
constexpr std::string_view kTransaction = "Transaction";

struct Bracket {
  std::string_view open, close;
};
constexpr std::array<Bracket, 3> kBrackets{{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}};

/// Where the tag that opens at `from` ends. A '>' inside an attribute's quotes does not end it; a '<' there, which XML
/// forbids, says that the tag was broken off: it ends before that.
struct TagEnd {
  size_t to = std::string_view::npos;  ///< one behind its '>', npos where that has not come yet
  bool broken = false;
};
TagEnd tag_end(std::string_view text, size_t from) {
  char quote = 0;
  for (size_t i = from + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<') return {i, true};
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return {i + 1, false};
    }
  }
  return {};
}

/// The end of <!DOCTYPE … [ … ]>: an internal subset holds tags of its own. What it declares is never used.
size_t declaration_end(std::string_view text, size_t from) {
  int open = 0;
  for (size_t i = from; i < text.size(); ++i) {
    open += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
    if (text[i] == '>' && open <= 0) return i + 1;
  }
  return std::string_view::npos;
}

std::string_view local_name(std::string_view tag) {
  const auto name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
  return name.substr(name.rfind(':') + 1);
}

}  // namespace

void PoslogCutter::feed(std::string_view text, bool last) {
  drop_seen();
  text_ += text;
  last_ = last;
}

void PoslogCutter::drop_seen() {
  const size_t drop = inside_ && state_ != PoslogPiece::State::too_large ? start_ : at_;
  if (drop == 0) return;
  count_rows(drop);
  text_.erase(0, drop);
  at_ -= drop;
  row_at_ -= drop;
  start_ -= std::min(start_, drop);
}

void PoslogCutter::count_rows(size_t to) {
  if (to <= row_at_) return;
  row_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(row_at_),
                     text_.begin() + static_cast<std::ptrdiff_t>(to), '\n');
  row_at_ = to;
}

bool PoslogCutter::find_token(Token& token) {
  const std::string_view text = text_;
  const size_t from = text.find('<', at_);
  if (from == std::string_view::npos) {
    if (text.size() - at_ > kHeaderTextBytesMax) open_header_.clear();
    if (open_header_.empty()) at_ = text.size();
    return false;
  }
  constexpr size_t kLongestOpening = 9;
  if (!last_ && text.size() - from < kLongestOpening) return false;
  token = {.from = from, .to = std::string_view::npos};
  const auto rest = text.substr(from);
  const auto* bracket =
      std::find_if(kBrackets.begin(), kBrackets.end(), [&](const Bracket& b) { return rest.starts_with(b.open); });
  if (bracket != kBrackets.end()) {
    token.to = text.find(bracket->close, from + bracket->open.size());
    if (token.to != std::string_view::npos) token.to += bracket->close.size();
  } else if (rest.starts_with("<!")) {
    token.to = declaration_end(text, from);
  } else {
    const TagEnd end = tag_end(text, from);
    const bool closes = rest.starts_with("</");
    token.to = end.to;
    token.name = local_name(rest.substr(closes ? 2 : 1, 256));
    if (end.to != std::string_view::npos && !end.broken)
      token.kind = closes ? Token::Kind::end : text[end.to - 2] == '/' ? Token::Kind::empty : Token::Kind::start;
  }
  if (token.to != std::string_view::npos) return true;
  if (!last_ && text.size() - from <= kMarkupBytesMax) return false;
  token.to = std::min(from + kMarkupBytesMax, text.size());  // markup that never ends is passed over
  return true;
}

void PoslogCutter::note_header(const Token& token) {
  if (!open_header_.empty() && token.from - at_ <= kHeaderTextBytesMax) {
    header_[open_header_] = std::string(trimmed(std::string_view(text_).substr(at_, token.from - at_)));
  }
  open_header_.clear();
  if (token.kind != Token::Kind::start) return;
  for (const std::string_view wanted : {"RetailStoreID", "BusinessDayDate", "CurrencyCode"}) {
    if (token.name == wanted) open_header_ = wanted;
  }
}

void PoslogCutter::close(PoslogPiece& piece, size_t end) {
  piece.state = state_;
  piece.number = ++number_;
  piece.row = start_row_;
  const bool kept = state_ != PoslogPiece::State::too_large;
  piece.xml = kept ? std::string_view(text_).substr(start_, end - start_) : std::string_view();
  inside_ = false;
  at_ = end;
}

PoslogCutter::Step PoslogCutter::take_start(const Token& token, PoslogPiece& piece) {
  const bool transaction = token.name == kTransaction;
  if (inside_ && transaction) {  // the one before was never closed: it ends where this one begins
    state_ = PoslogPiece::State::unclosed;
    close(piece, token.from);
    return Step::piece;
  }
  if (transaction) {
    inside_ = true;
    state_ = PoslogPiece::State::whole;
    start_ = token.from;
    depth_ = 0;
    count_rows(token.from);
    start_row_ = row_;
  }
  at_ = token.to;
  if (!inside_) return Step::token;
  if (token.kind == Token::Kind::start && ++depth_ > limits_.depth_max && state_ == PoslogPiece::State::whole) {
    state_ = PoslogPiece::State::too_deep;
  }
  if (transaction && token.kind == Token::Kind::empty) {
    close(piece, token.to);
    return Step::piece;
  }
  return Step::token;
}

bool PoslogCutter::next(PoslogPiece& piece) {
  Token token;
  while (find_token(token)) {
    if (!inside_) note_header(token);
    seen_element_ = seen_element_ || token.kind == Token::Kind::start || token.kind == Token::Kind::empty;
    if (token.kind == Token::Kind::start || token.kind == Token::Kind::empty) {
      if (take_start(token, piece) == Step::piece) return true;
    } else {
      at_ = token.to;
      if (token.kind == Token::Kind::end && inside_) {
        --depth_;
        if (token.name == kTransaction) {
          close(piece, token.to);
          return true;
        }
      }
    }
    if (inside_ && at_ - start_ > limits_.transaction_bytes_max) state_ = PoslogPiece::State::too_large;
  }
  if (inside_ && text_.size() - start_ > limits_.transaction_bytes_max) state_ = PoslogPiece::State::too_large;
  if (!last_ || !inside_) return false;
  if (state_ != PoslogPiece::State::too_large) state_ = PoslogPiece::State::unclosed;
  close(piece, text_.size());
  return true;
}

}  // namespace shrike
