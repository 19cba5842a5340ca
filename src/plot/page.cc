#include "plot/page.h"

#include <fmt/format.h>

#include "plot/svg.h"

namespace shrike::plot {
namespace {

// Colours by meaning; blue and orange stay apart for colour-blind readers and in grey. Paper is always light.
constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2127; --soft: #5b6672; --line: #d8dee4; --grid: #e8ecf0;
  --card: #f5f7f9;
  --i1: #2567a8; --i2: #c2660c; --i3: #b3261e; --i4: #8a949e; --high: #b3261e; --low: #2567a8; --none: #eef1f4;
  --warn: #fff4d6 }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e6eaee; --soft: #9aa6b2; --line: #343c45;
  --grid: #262d34; --card: #1d2329;
  --i1: #6cb0f2; --i2: #f0a04b; --i3: #ff7b72; --i4: #7b8794; --high: #ff7b72; --low: #6cb0f2; --none: #20262c;
  --warn: #3a2f12 } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --grid: #ddd;
  --card: #fff;
  --i1: #2567a8; --i2: #c2660c; --i3: #b3261e; --i4: #777; --high: #b3261e; --low: #2567a8; --none: #f4f4f4;
  --warn: #fff } }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem;
  background: var(--paper); color: var(--ink) }
h1 { font-size: 1.7rem; margin: .2rem 0 } h2 { font-size: 1.25rem; margin: 2.4rem 0 .4rem;
  border-top: 1px solid var(--line); padding-top: 1rem }
p { max-width: 46rem } .lead { color: var(--soft); margin-top: 0 }
.note { background: var(--warn); border-left: 4px solid var(--i2); padding: .5rem .8rem; border-radius: .2rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1rem 0 }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem }
.tiles b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; line-height: 1.25 }
  .tiles span { color: var(--soft); font-size: .9rem }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .9rem; width: 100% }
th, td { text-align: left; padding: .28rem .8rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-weight: 600 } .n { text-align: right; font-variant-numeric: tabular-nums } td.n {
  white-space: nowrap }
td:not(.n) { overflow-wrap: anywhere; min-width: 5.5rem } td:last-child:not(.n) { min-width: 11rem; padding-right: 0 }
figure { margin: 1rem 0 } figcaption { color: var(--soft); font-size: .9rem; max-width: 46rem; margin-top: .2rem }
svg { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif } svg text { fill: var(--soft) }
  svg .name { fill: var(--ink) }
.grid { stroke: var(--grid) } .axis { stroke: var(--soft) } .dashed { stroke-dasharray: 5 4 }
.curve { fill: none; stroke-width: 2 } .whisker { stroke-width: 2.5; stroke-opacity: .55; stroke-linecap: round }
.i1 { stroke: var(--i1) } .i2 { stroke: var(--i2) } .i3 { stroke: var(--i3) } .i4 { stroke: var(--i4) }
.fill, .dot, .band { stroke: none } .fill.i1, .dot.i1, .band.i1 { fill: var(--i1) } .fill.i2, .dot.i2, .band.i2 {
  fill: var(--i2) }
.fill.i3, .dot.i3, .band.i3 { fill: var(--i3) } .fill.i4, .dot.i4, .band.i4 { fill: var(--i4) } .band {
  fill-opacity: .16 } .dot { fill-opacity: .85 }
.cell.high { fill: var(--high) } .cell.low { fill: var(--low) } .cell.none { fill: var(--none) } .frame {
  fill: none; stroke: var(--ink); stroke-width: 2 }
details { margin: .6rem 0 } summary { cursor: pointer; color: var(--soft) } footer { color: var(--soft);
  font-size: .85rem; margin-top: 3rem }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt } figure, tr, .tiles div {
  break-inside: avoid } h2 { break-after: avoid }
  .wide { overflow: visible } details::details-content { content-visibility: visible; block-size: auto } * {
  print-color-adjust: exact; -webkit-print-color-adjust: exact } }
)css";

}  // namespace

Page::Page(std::string_view title, std::string_view lead) : title_(title) {
  body_ = fmt::format("<h1>{}</h1>\n<p class=\"lead\">{}</p>\n", escaped(title), escaped(lead));
}

void Page::heading(std::string_view text) { body_ += "<h2>" + escaped(text) + "</h2>\n"; }
void Page::paragraph(std::string_view text) { body_ += "<p>" + escaped(text) + "</p>\n"; }
void Page::note(std::string_view text) { body_ += "<p class=\"note\">" + escaped(text) + "</p>\n"; }

void Page::tiles(const std::vector<std::pair<std::string, std::string>>& value_and_caption) {
  body_ += "<div class=\"tiles\">\n";
  for (const auto& [value, caption] : value_and_caption)
    body_ += fmt::format("<div><b>{}</b><span>{}</span></div>\n", escaped(value), escaped(caption));
  body_ += "</div>\n";
}

void Page::table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  body_ += "<div class=\"wide\"><table>\n<thead><tr>";
  for (const Column& c : columns)
    body_ += fmt::format("<th{}>{}</th>", c.numeric ? " class=\"n\"" : "", escaped(c.title));
  body_ += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    body_ += "<tr>";
    for (size_t i = 0; i < row.size() && i < columns.size(); ++i)
      body_ += fmt::format("<td{}>{}</td>", columns[i].numeric ? " class=\"n\"" : "", escaped(row[i]));
    body_ += "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
}

void Page::figure(const std::string& svg, std::string_view caption) {
  if (svg.empty()) return;
  body_ +=
      fmt::format("<figure><div class=\"wide\">{}</div><figcaption>{}</figcaption></figure>\n", svg, escaped(caption));
}

void Page::begin_more(std::string_view summary) { body_ += "<details><summary>" + escaped(summary) + "</summary>\n"; }
void Page::end_more() { body_ += "</details>\n"; }

std::string Page::html() const {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<title>{}</title>\n<style>{}</style></head><body>\n{}<footer>Made by Shrike. Point at a mark for its "
      "figures.</footer>\n</body></html>\n",
      escaped(title_), kStyle, body_);
}

}  // namespace shrike::plot
