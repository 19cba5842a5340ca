#pragma once
// A report as one self-contained page: no script, no link, nothing fetched. Light, dark (prefers-color-scheme) and
// paper.

#include <string>
#include <string_view>
#include <vector>

namespace shrike::plot {

struct Column {
  std::string title;
  bool numeric = true;  ///< set to the right
};

/// Texts are escaped here; only figure() takes markup, and only what draw() made.
class Page {
 public:
  Page(std::string_view title, std::string_view lead);

  void heading(std::string_view text);
  void paragraph(std::string_view text);
  /// Something the reader must know before using a figure.
  void note(std::string_view text);
  /// Figures side by side, as large numbers with a caption.
  void tiles(const std::vector<std::pair<std::string, std::string>>& value_and_caption);
  void table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows);
  /// Nothing where `svg` is empty.
  void figure(const std::string& svg, std::string_view caption);
  /// A longer list that is closed at first; on paper it is open.
  void begin_more(std::string_view summary);
  void end_more();

  [[nodiscard]] std::string html() const;

 private:
  std::string title_, body_;
};

}  // namespace shrike::plot
