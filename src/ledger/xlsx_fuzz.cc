// Any bytes as the sheet of a workbook, and any bytes as a workbook: read, or refused with a reason.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <zip.h>

#include "ledger/xlsx.h"

namespace {

void read_all(const std::filesystem::path& file) {
  auto source =
      shrike::open_xlsx(file, {.part_bytes_max = 1 << 20, .shared_bytes_max = 1 << 20, .row_bytes_max = 1 << 16});
  if (!source) return;
  for (;;) {
    const auto more = (*source)->next_sheet();
    if (!more || !*more) return;
    shrike::Row row;
    for (;;) {
      const auto next = (*source)->next(row);
      if (!next || !*next) break;
    }
  }
}

void pack(const std::filesystem::path& file, std::string sheet) {
  int error = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  if (archive == nullptr) return;
  std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
  const std::string book =
      R"(<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>)";
  const std::string links = R"(<Relationships><Relationship Id="rId1" Type=")" + type +
                            R"(" Target="worksheets/sheet1.xml"/></Relationships>)";
  for (const auto& [name, content] : {std::pair{"xl/workbook.xml", &book},
                                      {"xl/_rels/workbook.xml.rels", &links},
                                      {"xl/worksheets/sheet1.xml", static_cast<const std::string*>(&sheet)}}) {
    zip_file_add(archive, name, zip_source_buffer(archive, content->data(), content->size(), 0), ZIP_FL_OVERWRITE);
  }
  zip_close(archive);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const auto file = std::filesystem::temp_directory_path() / ("shrike_fuzz_" + std::to_string(::getpid()) + ".xlsx");
  if ((data[0] & 1U) != 0) {
    pack(file, std::string(data + 1, data + size));
  } else {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data) + 1, static_cast<std::streamsize>(size - 1));
  }
  read_all(file);
  return 0;
}
