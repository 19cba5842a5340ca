#pragma once
// Small workbooks for tests, written by libzip.

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zip.h>

namespace shrike {

inline void testing_zip(const std::filesystem::path& file,
                        const std::vector<std::pair<std::string, std::string>>& parts) {
  int error = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  ASSERT_NE(archive, nullptr);
  for (const auto& [name, content] : parts) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    ASSERT_GE(zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE), 0);
  }
  ASSERT_EQ(zip_close(archive), 0);
}

/// A workbook of one sheet with `rows` (XML), one shared text, and styles 0 number, 1 date, 2 custom date and time, 3
/// time.
inline std::filesystem::path testing_xlsx(const std::string& name, const std::string& rows) {
  const auto file =
      std::filesystem::temp_directory_path() / ("shrike_" + name + "_" + std::to_string(::getpid()) + ".xlsx");
  const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
  testing_zip(
      file,
      {{"xl/workbook.xml",
        R"(<workbook xmlns:r="r"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>)"},
       {"xl/_rels/workbook.xml.rels",
        R"(<Relationships><Relationship Id="rId1" Type=")" + type +
            R"(worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type=")" + type +
            R"(sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type=")" + type +
            R"(styles" Target="styles.xml"/></Relationships>)"},
       {"xl/sharedStrings.xml", "<sst><si><t>shared &amp; text</t><rPh><t>hint</t></rPh></si></sst>"},
       {"xl/styles.xml", R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\ hh:mm"/></numFmts>)"
                         R"(<cellXfs><xf numFmtId="0"/>)"
                         R"(<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>)"},
       {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}});
  return file;
}

}  // namespace shrike
