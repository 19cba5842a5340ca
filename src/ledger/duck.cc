#include "ledger/duck.h"

#include <cassert>
#include <cmath>
#include <cstring>
#include <duckdb.h>
#include <fmt/format.h>

namespace shrike {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

/// DuckDB's message without its stack of hints: the first line says what is wrong, the line "LINE n: …" where in the
/// SQL.
std::string first_line(const char* message) {
  if (message == nullptr) return "DuckDB gave no reason";
  const std::string_view text(message);
  std::string first(text.substr(0, text.find('\n')));
  const size_t where = text.find("\nLINE ");
  if (where == std::string_view::npos) return first;
  return first + " | " + std::string(text.substr(where + 1, text.find('\n', where + 1) - where - 1));
}

struct Database {
  duckdb_database handle = nullptr;
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { duckdb_close(&handle); }
};

/// A column of a chunk, laid open: what a cell is read from.
struct ColumnView {
  duckdb_type storage = DUCKDB_TYPE_INVALID;
  double scale = 1;  ///< of a DECIMAL
  const void* data = nullptr;
  const uint64_t* validity = nullptr;
};

duckdb_type storage_of(duckdb_logical_type type, double& scale) {
  const auto id = duckdb_get_type_id(type);
  switch (id) {
    case DUCKDB_TYPE_DECIMAL:
      scale = std::pow(10.0, -static_cast<int>(duckdb_decimal_scale(type)));
      return duckdb_decimal_internal_type(type);
    case DUCKDB_TYPE_DATE:
      return DUCKDB_TYPE_INTEGER;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_TIME:
      return DUCKDB_TYPE_BIGINT;
    default:
      return id;
  }
}

template <class T>
T cell(const ColumnView& view, size_t row) {
  return static_cast<const T*>(view.data)[row];
}

}  // namespace

std::string sql_text(std::string_view text) { return quoted(text, '\''); }
std::string sql_name(std::string_view name) { return quoted(name, '"'); }

struct DuckStream::Impl {
  std::shared_ptr<Database> database;  ///< outlives the result
  duckdb_result result{};
  duckdb_data_chunk chunk = nullptr;
  size_t rows = 0;
  std::vector<std::string> names;
  std::vector<ColumnView> views;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    duckdb_destroy_data_chunk(&chunk);
    duckdb_destroy_result(&result);
  }

  void describe() {
    for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
      names.emplace_back(duckdb_column_name(&result, i));
      auto type = duckdb_column_logical_type(&result, i);
      ColumnView view;
      view.storage = storage_of(type, view.scale);
      duckdb_destroy_logical_type(&type);
      views.push_back(view);
    }
  }
};

DuckStream::DuckStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DuckStream::DuckStream(DuckStream&&) noexcept = default;
DuckStream& DuckStream::operator=(DuckStream&&) noexcept = default;
DuckStream::~DuckStream() = default;

size_t DuckStream::columns() const { return impl_->names.size(); }
const std::string& DuckStream::name(size_t column) const { return impl_->names[column]; }
size_t DuckStream::rows() const { return impl_->rows; }

Result<bool> DuckStream::next() {
  duckdb_destroy_data_chunk(&impl_->chunk);
  impl_->chunk = duckdb_fetch_chunk(impl_->result);
  impl_->rows = impl_->chunk == nullptr ? 0 : duckdb_data_chunk_get_size(impl_->chunk);
  if (impl_->chunk == nullptr) {
    const char* error = duckdb_result_error(&impl_->result);
    if (error != nullptr && *error != 0) return bad_input(first_line(error));
    return false;
  }
  for (size_t i = 0; i < impl_->views.size(); ++i) {
    auto* vector = duckdb_data_chunk_get_vector(impl_->chunk, i);
    impl_->views[i].data = duckdb_vector_get_data(vector);
    impl_->views[i].validity = duckdb_vector_get_validity(vector);
  }
  return impl_->rows > 0;
}

bool DuckStream::is_null(size_t column, size_t row) const {
  const auto* validity = impl_->views[column].validity;
  return validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0;
}

int64_t DuckStream::integer(size_t column, size_t row) const {
  const auto& view = impl_->views[column];
  switch (view.storage) {
    case DUCKDB_TYPE_BOOLEAN:
      return cell<bool>(view, row) ? 1 : 0;
    case DUCKDB_TYPE_TINYINT:
      return cell<int8_t>(view, row);
    case DUCKDB_TYPE_UTINYINT:
      return cell<uint8_t>(view, row);
    case DUCKDB_TYPE_SMALLINT:
      return cell<int16_t>(view, row);
    case DUCKDB_TYPE_USMALLINT:
      return cell<uint16_t>(view, row);
    case DUCKDB_TYPE_INTEGER:
      return cell<int32_t>(view, row);
    case DUCKDB_TYPE_UINTEGER:
      return cell<uint32_t>(view, row);
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UBIGINT:
      return cell<int64_t>(view, row);
    case DUCKDB_TYPE_HUGEINT:
      return static_cast<int64_t>(cell<duckdb_hugeint>(view, row).lower);
    default:
      assert(false && "integer() of a column that holds none");
      return 0;
  }
}

double DuckStream::real(size_t column, size_t row) const {
  const auto& view = impl_->views[column];
  if (view.storage == DUCKDB_TYPE_DOUBLE) return cell<double>(view, row);
  if (view.storage == DUCKDB_TYPE_FLOAT) return cell<float>(view, row);
  if (view.storage == DUCKDB_TYPE_HUGEINT) {
    return duckdb_hugeint_to_double(cell<duckdb_hugeint>(view, row)) * view.scale;
  }
  return static_cast<double>(integer(column, row)) * view.scale;
}

std::string_view DuckStream::text(size_t column, size_t row) const {
  const auto& string = static_cast<const duckdb_string_t*>(impl_->views[column].data)[row];
  const uint32_t length = string.value.inlined.length;
  return {length <= sizeof(string.value.inlined.inlined) ? string.value.inlined.inlined : string.value.pointer.ptr,
          length};
}

struct Duck::Impl {
  std::shared_ptr<Database> database;
  duckdb_connection connection = nullptr;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { duckdb_disconnect(&connection); }
};

Duck::Duck(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Duck::Duck(Duck&&) noexcept = default;
Duck& Duck::operator=(Duck&&) noexcept = default;
Duck::~Duck() = default;

Result<Duck> Duck::open(const DuckOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->database = std::make_shared<Database>();
  const auto temp = options.temp_dir.empty() ? std::filesystem::temp_directory_path() : options.temp_dir;
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  duckdb_set_config(config, "memory_limit", fmt::format("{}MB", options.memory_mb).c_str());
  duckdb_set_config(config, "threads", fmt::format("{}", options.threads).c_str());
  duckdb_set_config(config, "temp_directory", temp.c_str());
  // Nothing is downloaded at run time; what Shrike needs is built into the library.
  duckdb_set_config(config, "autoinstall_known_extensions", "false");
  char* error = nullptr;
  const auto state = duckdb_open_ext(nullptr, &impl->database->handle, config, &error);
  duckdb_destroy_config(&config);
  if (state != DuckDBSuccess) {
    const auto why = first_line(error);
    duckdb_free(error);
    return fail("cannot start DuckDB: " + why);
  }
  if (duckdb_connect(impl->database->handle, &impl->connection) != DuckDBSuccess)
    return fail("cannot connect to DuckDB");
  Duck duck(std::move(impl));
  // Local times are turned by the zone that each row names, so the session itself stays on UTC.
  TRY_VOID(duck.run("SET TimeZone = 'UTC'"));
  return duck;
}

Result<Duck> Duck::connect() const {
  auto impl = std::make_unique<Impl>();
  impl->database = impl_->database;
  if (duckdb_connect(impl->database->handle, &impl->connection) != DuckDBSuccess)
    return fail("cannot connect to DuckDB");
  Duck duck(std::move(impl));
  TRY_VOID(duck.run("SET TimeZone = 'UTC'"));
  return duck;
}

Result<void> Duck::run(const std::string& sql) {
  duckdb_result result{};
  const auto state = duckdb_query(impl_->connection, sql.c_str(), &result);
  const auto why = state == DuckDBSuccess ? std::string() : first_line(duckdb_result_error(&result));
  duckdb_destroy_result(&result);
  if (state != DuckDBSuccess) return fail(why);
  return {};
}

Result<DuckStream> Duck::stream(const std::string& sql) {
  duckdb_prepared_statement statement = nullptr;
  if (duckdb_prepare(impl_->connection, sql.c_str(), &statement) != DuckDBSuccess) {
    const auto why = first_line(duckdb_prepare_error(statement));
    duckdb_destroy_prepare(&statement);
    return fail(why);
  }
  auto impl = std::make_unique<DuckStream::Impl>();
  impl->database = impl_->database;
  duckdb_pending_result pending = nullptr;
  std::string why;
  if (duckdb_pending_prepared_streaming(statement, &pending) != DuckDBSuccess) {
    why = first_line(duckdb_pending_error(pending));
  } else if (duckdb_execute_pending(pending, &impl->result) != DuckDBSuccess) {
    why = first_line(duckdb_result_error(&impl->result));
  }
  duckdb_destroy_pending(&pending);
  duckdb_destroy_prepare(&statement);
  if (!why.empty()) return fail(why);
  impl->describe();
  return DuckStream(std::move(impl));
}

Result<DuckTable> Duck::table(const std::string& sql) {
  TRY(auto stream, this->stream("SELECT COLUMNS(*)::VARCHAR FROM (" + sql + "\n)"));
  DuckTable table;
  for (size_t c = 0; c < stream.columns(); ++c) table.names.push_back(stream.name(c));
  for (;;) {
    TRY(const bool more, stream.next());
    if (!more) return table;
    for (size_t r = 0; r < stream.rows(); ++r) {
      auto& row = table.rows.emplace_back(stream.columns());
      for (size_t c = 0; c < row.size(); ++c) {
        if (!stream.is_null(c, r)) row[c] = std::string(stream.text(c, r));
      }
    }
  }
}

Result<int64_t> Duck::number(const std::string& sql) {
  TRY(auto stream, this->stream(sql));
  TRY(const bool more, stream.next());
  return more && !stream.is_null(0, 0) ? stream.integer(0, 0) : 0;
}

struct DuckAppender::Impl {
  std::shared_ptr<Database> database;
  duckdb_appender appender = nullptr;
  std::vector<duckdb_logical_type> types;
  std::vector<ColumnView> views;
  std::vector<duckdb_vector> vectors;
  duckdb_data_chunk chunk = nullptr;
  size_t row = 0, column = 0;

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    duckdb_destroy_data_chunk(&chunk);
    for (auto& type : types) duckdb_destroy_logical_type(&type);
    duckdb_appender_destroy(&appender);
  }

  void lay_open() {
    vectors.clear();
    for (size_t i = 0; i < views.size(); ++i) {
      auto* vector = duckdb_data_chunk_get_vector(chunk, i);
      duckdb_vector_ensure_validity_writable(vector);
      vectors.push_back(vector);
      views[i].data = duckdb_vector_get_data(vector);
      views[i].validity = duckdb_vector_get_validity(vector);
    }
  }

  template <class T>
  void put(T value) {
    static_cast<T*>(const_cast<void*>(views[column].data))[row] = value;
  }

  Result<void> hand_over() {
    duckdb_data_chunk_set_size(chunk, row);
    if (duckdb_append_data_chunk(appender, chunk) != DuckDBSuccess)
      return fail(first_line(duckdb_appender_error(appender)));
    duckdb_data_chunk_reset(chunk);
    lay_open();
    row = 0;
    return {};
  }
};

DuckAppender::DuckAppender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DuckAppender::DuckAppender(DuckAppender&&) noexcept = default;
DuckAppender& DuckAppender::operator=(DuckAppender&&) noexcept = default;
DuckAppender::~DuckAppender() = default;

Result<DuckAppender> DuckAppender::open(Duck& duck, const std::string& table) {
  auto impl = std::make_unique<Impl>();
  impl->database = duck.impl_->database;
  if (duckdb_appender_create(duck.impl_->connection, nullptr, table.c_str(), &impl->appender) != DuckDBSuccess) {
    return fail(first_line(duckdb_appender_error(impl->appender)));
  }
  for (idx_t i = 0; i < duckdb_appender_column_count(impl->appender); ++i) {
    impl->types.push_back(duckdb_appender_column_type(impl->appender, i));
    ColumnView view;
    view.storage = storage_of(impl->types.back(), view.scale);
    impl->views.push_back(view);
  }
  impl->chunk = duckdb_create_data_chunk(impl->types.data(), impl->types.size());
  impl->lay_open();
  return DuckAppender(std::move(impl));
}

void DuckAppender::null() {
  duckdb_validity_set_row_invalid(const_cast<uint64_t*>(impl_->views[impl_->column].validity), impl_->row);
  ++impl_->column;
}

void DuckAppender::integer(int64_t value) {
  switch (impl_->views[impl_->column].storage) {
    case DUCKDB_TYPE_BOOLEAN:
      impl_->put<bool>(value != 0);
      break;
    case DUCKDB_TYPE_TINYINT:
      impl_->put<int8_t>(static_cast<int8_t>(value));
      break;
    case DUCKDB_TYPE_SMALLINT:
      impl_->put<int16_t>(static_cast<int16_t>(value));
      break;
    case DUCKDB_TYPE_INTEGER:
      impl_->put<int32_t>(static_cast<int32_t>(value));
      break;
    case DUCKDB_TYPE_BIGINT:
      impl_->put<int64_t>(value);
      break;
    default:
      assert(false && "integer() for a column that holds none");
  }
  ++impl_->column;
}

void DuckAppender::real(double value) {
  assert(impl_->views[impl_->column].storage == DUCKDB_TYPE_DOUBLE);
  impl_->put<double>(value);
  ++impl_->column;
}

void DuckAppender::text(std::string_view value) {
  assert(impl_->views[impl_->column].storage == DUCKDB_TYPE_VARCHAR);
  duckdb_vector_assign_string_element_len(impl_->vectors[impl_->column], impl_->row, value.data(), value.size());
  ++impl_->column;
}

Result<void> DuckAppender::end_row() {
  assert(impl_->column == impl_->views.size());
  impl_->column = 0;
  if (++impl_->row < duckdb_vector_size()) return {};
  return impl_->hand_over();
}

Result<void> DuckAppender::close() {
  if (impl_->row > 0) TRY_VOID(impl_->hand_over());
  if (duckdb_appender_close(impl_->appender) != DuckDBSuccess)
    return fail(first_line(duckdb_appender_error(impl_->appender)));
  return {};
}

}  // namespace shrike
