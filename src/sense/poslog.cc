#include "sense/poslog.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <initializer_list>
#include <pugixml.hpp>

#include "ledger/cells.h"

namespace shrike {
namespace {

using pugi::xml_node;

bool has(const std::string& word, std::string_view part) { return word.find(part) != std::string::npos; }

std::string_view local(std::string_view name) { return name.substr(name.rfind(':') + 1); }

xml_node child(const xml_node& node, std::string_view name) {
  for (const auto& each : node.children()) {
    if (each.type() == pugi::node_element && local(each.name()) == name) return each;
  }
  return {};
}

std::string text(const xml_node& node) { return std::string(trimmed(node.child_value())); }
std::string text(const xml_node& node, std::string_view name) { return text(child(node, name)); }

std::string attribute(const xml_node& node, std::string_view name) {
  for (const auto& each : node.attributes()) {
    if (local(each.name()) == name) return std::string(trimmed(each.value()));
  }
  return {};
}

/// An attribute, or else a child element, of that name: vendors differ.
std::string either(const xml_node& node, std::string_view name) {
  auto found = attribute(node, name);
  return found.empty() ? text(node, name) : found;
}

bool is_true(std::string_view word) { return word == "true" || word == "1" || word == "Y" || word == "True"; }
bool flag(const xml_node& node, std::string_view name) { return is_true(either(node, name)); }

std::string store_of(const xml_node& node) {
  auto store = text(node, "RetailStoreID");
  return store.empty() ? text(child(node, "BusinessUnit"), "UnitID") : store;
}

/// Whether an attribute or child named like a price override says so: vendors put it in many places.
bool marks_override(const xml_node& node) {
  for (const auto& each : node.attributes()) {
    if (has(plain_word(each.name()), "priceoverride") && is_true(each.value())) return true;
  }
  for (const auto& each : node.children()) {
    const auto name = plain_word(each.name());
    if (!has(name, "priceoverride") || has(name, "reason")) continue;
    const auto amount = parse_decimal(each.child_value());
    const auto value = plain_word(each.child_value());
    if (amount ? amount->micro != 0 : value != "false" && value != "n") return true;
  }
  return false;
}

bool says_self_checkout(const std::string& type) {
  const auto word = plain_word(type);
  return word == "sco" || has(word, "selfcheckout") || has(word, "selfservice") || has(word, "selfscan");
}

bool names_suspended(const TillLink& link) {
  const auto reason = plain_word(link.reason);
  return has(reason, "suspend") || has(reason, "retriev") || has(reason, "resum");
}
bool names_voided(const TillLink& link) { return has(plain_word(link.reason), "void"); }

TillLink link_of(const xml_node& node) {
  return {store_of(node), text(node, "WorkstationID"), text(node, "BusinessDayDate").substr(0, 10),
          text(node, "SequenceNumber"), either(node, "ReasonCode")};
}

/// Reads one transaction; the first fault is kept.
class Reader {
 public:
  Reader(const xml_node& root, TillContext& context) : root_(root), context_(context) {}

  Result<TillTransaction> read() {
    read_header();
    find_body();
    read_line_items();
    read_totals();
    settle_voids_by_total(out_);
    out_.kind = kind();
    if (!fault_.empty()) return bad_input(fault_);
    TRY_VOID(complete_till(out_, context_));
    return std::move(out_);
  }

 private:
  void fail_at(const std::string& element, const std::string& what) {
    if (fault_.empty()) fault_ = element + ": " + what;
  }

  /// The number in the child `name`; empty where there is none, or no text in it.
  std::optional<Decimal> number(const xml_node& node, const char* name) {
    const auto given = text(node, name);
    if (given.empty()) return {};
    auto parsed = parse_decimal(given);
    if (parsed) return *parsed;
    fail_at(place(node, name), parsed.error().message);
    return {};
  }

  /// "LineItem 3, Sale/Quantity" for the error message.
  static std::string place(const xml_node& node, const char* name) {
    std::string path = fmt::format("{}/{}", local(node.name()), name);
    for (auto up = node; up; up = up.parent()) {
      if (local(up.name()) == "LineItem") return fmt::format("LineItem {}, {}", text(up, "SequenceNumber"), path);
    }
    return path;
  }

  std::optional<Timestamp> time(const xml_node& node, const char* name) {
    const auto element = child(node, name);
    auto given = text(element);
    if (given.empty()) return {};
    const auto offset = attribute(element, "Offset");  // 07:00:00, as Retalix writes it
    if (offset.size() >= 5) {
      const bool has_sign = offset[0] == '-' || offset[0] == '+';
      given += has_sign ? offset.substr(0, 6) : fmt::format("+{}", offset.substr(0, 5));
    }
    auto parsed = till_time(given, context_.zone);
    if (parsed) return *parsed;
    fail_at(name, parsed.error().message);
    return {};
  }

  void read_header() {
    out_.key = {store_of(root_), text(root_, "WorkstationID"), "", text(root_, "SequenceNumber")};
    if (out_.key.till.empty()) out_.key.till = text(root_, "TillID");
    if (const auto given = text(root_, "BusinessDayDate"); !given.empty()) {
      auto day = till_day(given);
      if (!day) return fail_at("BusinessDayDate", day.error().message);
      out_.key.business_day = *day;
    }
    out_.begin = time(root_, "BeginDateTime");
    out_.end = time(root_, "EndDateTime");
    const auto who = child(root_, "OperatorID");
    out_.operator_id = text(who);
    out_.currency = text(root_, "CurrencyCode");
    out_.training = flag(root_, "TrainingModeFlag");
    out_.approved = approved(root_);
    if (says_self_checkout(attribute(who, "OperatorType")) ||
        says_self_checkout(attribute(child(root_, "WorkstationID"), "TypeCode"))) {
      out_.self_checkout = true;
    }
  }

  /// What kind of transaction the element is: its first child that is named like one.
  void find_body() {
    static constexpr std::array<std::string_view, 6> kNoDetail{
        "ReasonCode", "TransactionLink", "OperatorBypassApproval", "AccountedOperatorID", "Description", "LineItem"};
    static constexpr std::array<std::string_view, 4> kBodies{"RetailTransaction", "ControlTransaction",
                                                             "TenderControlTransaction", "PostVoid"};
    for (const auto& name : kBodies) {
      if (!body_) body_ = child(root_, name);
    }
    for (const auto& each : root_.children()) {
      if (!body_ && local(each.name()).ends_with("Transaction")) body_ = each;
    }
    out_.type = local(body_.name());
    out_.status = either(body_, "TransactionStatus");
    out_.reason = either(body_, "ReasonCode");
    if (out_.reason.empty()) out_.reason = either(root_, "ReasonCode");
    if (out_.type.find("Control") != std::string::npos) {
      for (const auto& each : body_.children()) {
        const bool is_detail = each.type() == pugi::node_element &&
                               std::find(kNoDetail.begin(), kNoDetail.end(), local(each.name())) == kNoDetail.end();
        if (out_.detail.empty() && is_detail) out_.detail = local(each.name());
      }
    }
    if (!out_.time()) out_.end = time(body_, "ReceiptDateTime");
    if (!out_.time()) out_.end = time(root_, "POSLogDateTime");
    out_.approved = out_.approved || approved(body_);
    for (const auto& node : {root_, body_}) {
      for (const auto& each : node.children()) {
        if (local(each.name()) == "TransactionLink" && out_.links.size() < 64) out_.links.push_back(link_of(each));
      }
    }
  }

  /// Authorised by a person who is not the one at the till.
  [[nodiscard]] bool approved(const xml_node& node) const {
    for (const auto& each : node.children()) {
      if (local(each.name()) != "OperatorBypassApproval") continue;
      const auto who = text(each, "ApproverID");
      if (!who.empty() && who != text(root_, "OperatorID")) return true;
    }
    return false;
  }

  void read_line_items() {
    for (const auto& each : body_.children()) {
      if (local(each.name()) == "LineItem") {
        read_line_item(each);
      } else if (local(each.name()) == "LineItems") {
        for (const auto& inner : each.children()) {
          if (local(inner.name()) == "LineItem") read_line_item(inner);
        }
      }
      if (out_.line_items > static_cast<int64_t>(kTillEntriesMax)) {
        return fail_at("LineItem", fmt::format("found more than {}, expected at most that many", kTillEntriesMax));
      }
    }
    for (const auto& [target, reason] : voids_) {
      for (auto& line : out_.lines) {
        if (line.number != target) continue;
        line.voided = true;
        if (line.void_reason.empty()) line.void_reason = reason;
      }
    }
    apply_line_voids(out_.lines);
    for (const auto& link : out_.links) {
      if (!has(plain_word(link.reason), "return")) continue;
      for (auto& line : out_.lines) line.has_receipt = line.has_receipt || line.returned;
    }
  }

  void read_line_item(const xml_node& item) {
    ++out_.line_items;
    for (const auto& each : item.children()) {
      const auto name = local(each.name());
      if (name == "Sale" || name == "SaleForDelivery" || name == "SaleForPickup" || name == "Return") {
        return read_goods(item, each, name == "Return");
      }
      if (name == "Tender") return read_tender(item, each);
      if (name == "Tax") {
        tax_ = tax_ + number(each, "Amount").value_or(Decimal{});
        return;
      }
      if (name == "LoyaltyReward") return read_reward(item, each);
      if (name == "Discount" && !flag(item, "VoidFlag")) return read_discount(each, out_.discounts);
      if (name == "Rounding") return read_rounding(each);
      if (name == "Voids") {
        const auto link = child(each, "ItemLink");
        voids_.emplace_back(linked_line(link), either(link, "VoidReasonCode"));
        return;
      }
    }
  }

  /// The line that an ItemLink names: its LineItemSequenceNumber, else its SequenceNumber, else its text.
  static std::string linked_line(const xml_node& link) {
    for (const char* name : {"LineItemSequenceNumber", "SequenceNumber"}) {
      if (auto found = text(link, name); !found.empty()) return found;
    }
    return text(link);
  }

  void read_goods(const xml_node& item, const xml_node& goods, bool returned) {
    TillLine line;
    line.number = text(item, "SequenceNumber");
    if (line.number.empty()) line.number = std::to_string(out_.line_items);
    line.returned = returned;
    read_identity(item, goods, line);
    line.description = text(goods, "Description");
    line.quantity = number(goods, "Quantity");
    line.regular_price = number(goods, "RegularSalesUnitPrice");
    line.price = number(goods, "ActualSalesUnitPrice");
    line.amount = number(goods, "ExtendedAmount");
    line.discount = number(goods, "ExtendedDiscountAmount");
    if (!line.discount) line.discount = number(goods, "DiscountAmount");
    read_department(goods, line);
    line.price_override = marks_override(goods) || marks_override(item);
    for (const auto& each : goods.children()) {
      if (local(each.name()) == "RetailPriceModifier" && !flag(each, "VoidFlag")) read_modifier(each, line);
    }
    line.voided = flag(item, "VoidFlag") || flag(item, "CancelFlag") || flag(goods, "VoidFlag");
    line.void_reason = text(item, "VoidReasonCode");
    if (const auto link = child(item, "ItemLink"); has(plain_word(either(link, "ReasonCode")), "void")) {
      line.voids_line = linked_line(link);
      if (line.void_reason.empty()) line.void_reason = either(link, "VoidReasonCode");
    }
    line.has_receipt = !text(child(goods, "TransactionLink"), "SequenceNumber").empty();
    line.approved = approved(item) || approved(goods);
    out_.lines.push_back(std::move(line));
  }

  static void read_identity(const xml_node& item, const xml_node& goods, TillLine& line) {
    const auto identity = child(goods, "POSIdentity");
    const auto id = child(goods, "ItemID");
    line.pos_item_id = text(identity, "POSItemID");
    line.item_id = text(id);
    line.item_id_type = attribute(identity, "POSIDType");
    if (line.item_id_type.empty()) line.item_id_type = attribute(id, "Type");
    line.epc = text(goods, "EPC");
    const std::string& given = line.item_id.empty() ? line.pos_item_id : line.item_id;
    line.item = item_of(given.empty() ? line.epc : given);
    line.item_type = attribute(goods, "ItemType");
    for (const auto& node : {item, goods, identity, id}) {
      if (line.entry_method.empty()) line.entry_method = attribute(node, "EntryMethod");
    }
    line.entry = till_entry(line.entry_method);
    line.weighed = is_true(attribute(item, "weightItem")) || is_true(attribute(goods, "weightItem"));
  }

  static void read_department(const xml_node& goods, TillLine& line) {
    std::string first;
    for (const auto& each : goods.children()) {
      if (local(each.name()) != "MerchandiseHierarchy") continue;
      const auto level = attribute(each, "Level") + attribute(each, "ID");
      if (level == "Department") line.department = text(each);
      if (level == "WeighedAtScale" || level == "ItemIsWeighted") {
        line.weighed = line.weighed || is_true(text(each));
      } else if (first.empty()) {
        first = text(each);
      }
    }
    if (line.department.empty()) line.department = first;
    line.unit = attribute(child(goods, "Quantity"), "UnitOfMeasureCode");
    static constexpr std::array<std::string_view, 7> kWeights{"KGM", "GRM", "LBR", "ONZ", "KG", "LB", "OZ"};
    line.weighed = line.weighed || std::find(kWeights.begin(), kWeights.end(), line.unit) != kWeights.end();
  }

  void read_modifier(const xml_node& modifier, TillLine& line) {
    const auto method = plain_word(either(modifier, "MethodCode"));
    const auto action = plain_word(attribute(child(modifier, "Amount"), "Action"));
    if (!has(method, "override") && action != "replace" && !marks_override(modifier)) {
      return read_discount(modifier, line.discounts);
    }
    line.price_override = true;
    if (line.override_reason.empty()) line.override_reason = text(modifier, "ReasonCode");
  }

  void read_discount(const xml_node& node, std::vector<TillDiscount>& discounts) {
    const auto rule = child(node, "PriceDerivationRule");
    TillDiscount discount{number(node, "Amount").value_or(Decimal{}), text(node, "ReasonCode"),
                          text(node, "PromotionID"), false};
    if (plain_word(attribute(child(node, "Amount"), "Action")) == "add") discount.amount = -discount.amount;
    if (discount.promotion.empty()) discount.promotion = text(rule, "PriceDerivationRuleID");
    discount.manual = discount.promotion.empty() && !rule && !has(plain_word(either(node, "MethodCode")), "promotion");
    if (discounts.size() < 64) discounts.push_back(std::move(discount));
  }

  /// A reduction that a programme gives. NCR writes it per item and once more summed up, among points and messages;
  /// the sums alone are money taken off the total.
  void read_reward(const xml_node& item, const xml_node& reward) {
    const auto category = text(reward, "RewardCategory");
    const auto summed = attribute(reward, "summarizedActivity"), detail = attribute(reward, "detailedData");
    if (flag(item, "VoidFlag") || (!category.empty() && category != "Monetary")) return;
    if ((!summed.empty() || !detail.empty()) && !is_true(summed)) return;
    auto amount = number(reward, "ExtendedRewardAmount");
    amount = amount ? -*amount : number(reward, "Amount");
    if (!amount || out_.discounts.size() >= kTillEntriesMax) return;
    out_.discounts.push_back({*amount, text(reward, "RewardType"), text(reward, "PromotionID"), false});
  }

  void read_rounding(const xml_node& rounding) {
    auto amount = number(rounding, "Amount");
    if (const auto given = text(rounding); !amount && !given.empty()) {
      auto parsed = parse_decimal(given);
      if (!parsed) return fail_at("Rounding", parsed.error().message);
      amount = *parsed;
    }
    const bool down = plain_word(either(rounding, "RoundingDirection")) == "down";
    if (amount) out_.rounding = out_.rounding + (down ? -magnitude(*amount) : *amount);
  }

  void read_tender(const xml_node& item, const xml_node& tender) {
    TillTender out{.number = text(item, "SequenceNumber"), .type = either(tender, "TenderType")};
    if (out.type.empty()) out.type = text(tender, "TenderID");
    out.amount = number(tender, "Amount");
    out.change = number(child(tender, "TenderChange"), "Amount").value_or(Decimal{});
    out.refund = plain_word(attribute(tender, "TypeCode")) == "refund";
    out.voided = flag(item, "VoidFlag") || flag(tender, "VoidFlag");
    out_.tenders.push_back(std::move(out));
  }

  void read_totals() {
    std::optional<Decimal> tax;
    for (const auto& each : body_.children()) {
      if (local(each.name()) != "Total" || out_.totals.size() >= 64) continue;
      const auto given = text(each);
      if (given.empty()) continue;
      auto parsed = parse_decimal(given);
      const auto type = attribute(each, "TotalType");
      if (!parsed) return fail_at(fmt::format("Total {}", type), parsed.error().message);
      if (plain_word(type) == "transactiontaxamount") tax = *parsed;
      if (out_.currency.empty()) out_.currency = attribute(each, "CurrencyCode");
      out_.totals.push_back({type, *parsed});
    }
    out_.tax = tax.value_or(tax_);
  }

  [[nodiscard]] TillKind kind() const {
    const auto type = plain_word(out_.type);
    if (flag(root_, "CancelFlag")) return TillKind::voided;
    if (type == "postvoid" || type == "postvoidtransaction" || type == "voidtransaction") return TillKind::post_void;
    if (has(type, "control") && !has(type, "inventory")) return control_kind(type);
    if (type != "retailtransaction") return TillKind::other;
    if (std::any_of(out_.links.begin(), out_.links.end(), names_voided)) return TillKind::post_void;
    if (const auto told = kind_of_status(out_.status); told) return *told;
    if (flag(body_, "SuspendFlag") || flag(body_, "SuspendedFlag")) return TillKind::suspended;
    const bool takes_up = std::any_of(out_.links.begin(), out_.links.end(), names_suspended);
    return takes_up ? TillKind::resumed : kind_of_lines(out_.lines);
  }

  [[nodiscard]] TillKind control_kind(const std::string& type) const {
    const auto detail = plain_word(out_.detail), reason = plain_word(out_.reason);
    for (const auto& word : {detail, reason}) {
      if (has(word, "nosale") || has(word, "opendrawer")) return TillKind::no_sale;
      if (has(word, "postvoid")) return TillKind::post_void;
      if (has(word, "signon") || has(word, "logon")) return TillKind::sign_on;
      if (has(word, "signoff") || has(word, "logoff")) return TillKind::sign_off;
    }
    if (has(detail, "suspend")) return TillKind::suspended;
    return has(type, "tender") ? TillKind::tender_control : TillKind::control;
  }

  xml_node root_, body_;
  TillContext& context_;
  TillTransaction out_;
  Decimal tax_;                                             ///< of the tax entries, where no total of tax is given
  std::vector<std::pair<std::string, std::string>> voids_;  ///< line taken off by an entry without goods, reason
  std::string fault_;
};

}  // namespace

Result<TillTransaction> parse_poslog_transaction(std::string_view xml, TillContext& context) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    const auto before = xml.substr(0, static_cast<size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)));
    return bad_input(fmt::format("found broken XML {} rows and {} bytes into it ({}), expected well-formed elements",
                                 std::count(before.begin(), before.end(), '\n'), before.size(), parsed.description()));
  }
  return Reader(document.document_element(), context).read();
}

}  // namespace shrike
