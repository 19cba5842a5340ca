#pragma once
// One ARTS POSLog transaction (XML, versions 2 to 6) as a value. Elements are found by their local names, so that any
// namespace and any vendor's prefix will do; only what is named in poslog.cc is read (docs/tills.md lists it), which is
// how card numbers, customers and loyalty accounts stay out.

#include <string_view>

#include "base/result.h"
#include "sense/till.h"
#include "sense/till_context.h"

namespace shrike {

/// `xml` is one Transaction element in UTF-8. Errors name the element, what was found and what was expected.
[[nodiscard]] Result<TillTransaction> parse_poslog_transaction(std::string_view xml, TillContext& context);

}  // namespace shrike
