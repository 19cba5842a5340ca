#include "ledger/json_rows.h"

#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "ledger/cells.h"
#include "ledger/epcis.h"

namespace shrike {
namespace {

using nlohmann::json;

constexpr size_t kHeaderObjects = 1000;  ///< so many objects are looked at for column names

std::string scalar_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_object_array(const json& value) { return value.is_array() && !value.empty() && value.front().is_object(); }

void flatten_into(const json& object, const std::string& prefix, FlatObject& flat,
                  std::vector<std::pair<std::string, const json*>>& arrays, int depth) {
  if (depth > 16) return;
  for (const auto& [key, value] : object.items()) {
    const auto name = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object()) {
      flatten_into(value, name, flat, arrays, depth + 1);
    } else if (is_object_array(value)) {
      arrays.emplace_back(name, &value);
    } else {
      flat.emplace_back(name, scalar_text(value));
    }
  }
}

Result<json> parse(const std::string& text) {
  auto value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return bad_input("is no JSON");
  return Result<json>(std::move(value));
}

std::vector<FlatObject> rows_of(const json& object) { return is_epcis(object) ? epcis_rows(object) : flatten(object); }

/// The array of objects that a document is, or holds.
const json* array_in(const json& document) {
  if (document.is_array()) return &document;
  const json* longest = nullptr;
  for (const auto& value : document) {
    if (is_object_array(value) && (longest == nullptr || value.size() > longest->size())) longest = &value;
  }
  return longest;
}

class JsonFile : public RowSource {
 public:
  explicit JsonFile(std::filesystem::path file) : file_(std::move(file)) {}

  Result<void> open() {
    std::error_code error;
    bytes_ = std::filesystem::file_size(file_, error);
    in_ = std::ifstream(file_, std::ios::binary);
    if (error || !in_) return bad_input(fmt::format("{}: cannot be read", file_.string()));
    std::string line;
    if (read_line(line)) {
      const auto first = parse(line);
      lines_ = first && first->is_object() && !first->contains("epcisBody");
    }
    if (!lines_) TRY_VOID(read_document());
    TRY_VOID(rewind_sheet());
    TRY_VOID(find_columns());
    return rewind_sheet();
  }

  Result<bool> next_sheet() override { return std::exchange(fresh_, false); }

  Result<bool> next(Row& row) override {
    if (!header_done_) {
      header_done_ = true;
      row.number = 0;
      row.cells = names_;
      return true;
    }
    TRY(const bool more, fill());
    if (!more) return false;
    row.number = number_;
    row.cells.assign(names_.size(), {});
    for (const auto& [name, value] : pending_[pending_at_]) {
      const auto found = index_.find(name);
      if (found == index_.end()) {
        ++late_names_;
      } else {
        row.cells[found->second] = value;
        mend_utf8(row.cells[found->second]);
      }
    }
    ++pending_at_;
    return true;
  }

  Result<void> rewind_sheet() override {
    in_.clear();
    in_.seekg(0);
    read_bytes_ = 0;
    element_ = 0;
    number_ = 0;
    pending_.clear();
    pending_at_ = 0;
    header_done_ = false;
    late_names_ = 0;
    return {};
  }

  [[nodiscard]] double progress() const override {
    if (!lines_)
      return elements_ == nullptr || elements_->empty()
                 ? 1.0
                 : static_cast<double>(element_) / static_cast<double>(elements_->size());
    return bytes_ == 0 ? 1.0 : static_cast<double>(read_bytes_) / static_cast<double>(bytes_);
  }

  [[nodiscard]] std::vector<Note> notes() const override {
    if (late_names_ == 0) return {};
    return {{"late_columns",
             fmt::format("values stood under names that the first {} objects do not have; they were left out",
                         kHeaderObjects),
             late_names_}};
  }

 private:
  bool read_line(std::string& line) {
    line.clear();
    // getline by hand, so that one endless line does not fill the memory.
    for (char c = 0; in_.get(c);) {
      ++read_bytes_;
      if (c == '\n') return true;
      if (line.size() > kJsonLineBytesMax) return false;
      line += c;
    }
    return !line.empty();
  }

  Result<void> read_document() {
    if (bytes_ > kJsonDocumentBytesMax) {
      return bad_input(fmt::format("{}: one JSON document of over {} MB; write it as JSON lines, one object a line",
                                   file_.string(), kJsonDocumentBytesMax >> 20U));
    }
    in_.clear();
    in_.seekg(0);
    std::string text{std::istreambuf_iterator<char>(in_), {}};
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    auto parsed = parse(text);
    if (!parsed) return bad_input(fmt::format("{}: is no JSON", file_.string()));
    document_ = std::move(*parsed);
    if (is_epcis(document_)) {
      epcis_.push_back(document_);
      elements_ = &epcis_;
    } else {
      elements_ = array_in(document_);
    }
    if (elements_ == nullptr) return bad_input(fmt::format("{}: holds no list of objects", file_.string()));
    return {};
  }

  /// Makes sure that pending_[pending_at_] is the next flat row.
  Result<bool> fill() {
    while (pending_at_ == pending_.size()) {
      pending_at_ = 0;
      pending_.clear();
      if (!lines_) {
        if (element_ == elements_->size()) return false;
        pending_ = rows_of((*elements_)[element_++]);
        number_ = static_cast<int64_t>(element_);
        continue;
      }
      if (!read_line(line_)) {
        if (in_.eof()) return false;
        return bad_input(
            fmt::format("{}, line {}: over {} MB long", file_.string(), number_ + 1, kJsonLineBytesMax >> 20U));
      }
      ++number_;
      if (trimmed(line_).empty()) continue;
      const auto object = parse(line_);
      // A broken line still makes a row, empty, which the next step rejects by its number.
      pending_ = object && object->is_object() ? rows_of(*object) : std::vector<FlatObject>(1);
    }
    return true;
  }

  Result<void> find_columns() {
    for (size_t seen = 0; seen < kHeaderObjects; ++seen) {
      TRY(const bool more, fill());
      if (!more) break;
      for (const auto& [name, value] : pending_[pending_at_]) {
        if (index_.size() < 4096 && index_.emplace(name, names_.size()).second) names_.push_back(name);
      }
      ++pending_at_;
    }
    return {};
  }

  std::filesystem::path file_;
  std::ifstream in_;
  uintmax_t bytes_ = 0, read_bytes_ = 0;
  bool lines_ = false, fresh_ = true, header_done_ = false;
  json document_, epcis_ = json::array();
  const json* elements_ = nullptr;
  size_t element_ = 0;
  int64_t number_ = 0;
  std::string line_;
  std::vector<FlatObject> pending_;
  size_t pending_at_ = 0;
  std::vector<std::string> names_;
  std::unordered_map<std::string, size_t> index_;
  int64_t late_names_ = 0;
};

}  // namespace

std::vector<FlatObject> flatten(const json& object) {
  if (!object.is_object()) return std::vector<FlatObject>(1);
  FlatObject flat;
  std::vector<std::pair<std::string, const json*>> arrays;
  flatten_into(object, "", flat, arrays, 0);
  const auto longest = std::max_element(
      arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return a.second->size() < b.second->size(); });
  if (longest == arrays.end()) return {flat};
  std::vector<FlatObject> rows;
  for (const auto& element : *longest->second) {
    auto row = flat;
    std::vector<std::pair<std::string, const json*>> deeper;
    if (element.is_object()) flatten_into(element, longest->first, row, deeper, 1);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::unique_ptr<RowSource>> open_json(const std::filesystem::path& file) {
  auto source = std::make_unique<JsonFile>(file);
  TRY_VOID(source->open());
  return Result<std::unique_ptr<RowSource>>(std::move(source));
}

}  // namespace shrike
