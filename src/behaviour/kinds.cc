#include "behaviour/kinds.h"

#include <algorithm>
#include <array>

namespace shrike {
namespace {

// Each llr is ln(P(fact | visit with a theft) / P(fact | honest visit)). The probabilities are reasoned, not measured:
// no public data has both. docs/evidence.md says what follows from them, and how to put one's own in their place.
constexpr std::array<Kind, 25> kKinds{{
    {"loitering", "LOITERING", "lingering", 2.5, "stayed in a high_risk zone for at least its loitering_s",
     "seen in 60 % of thefts, 5 % of honest visits; more in steps, at 2 and 4 times loitering_s"},
    {"repeated_entry", "REPEATED_VISIT", "lingering", 1.0, "came back to one high_risk zone, third entry or more",
     "seen in 15 % of thefts, 5 % of honest visits; more in steps, from the fourth and the sixth entry on"},
    {"frequent_entry", "REPEATED_VISIT", "lingering", 0.4,
     "went into a high_risk zone more often than visits of its length and pace do there",
     "rarer than 1 in 20: 8 % of thefts, 5 % of honest visits; more in steps, from 1 in 100 and 1 in 1,000 on"},
    {"restricted_entry", "ZONE_VIOLATION", "trespass", 9.0, "went into a restricted zone",
     "not a share but what the zone says, that no customer belongs there: an incident by itself, also of a person who "
     "paid before (9.0 - 2.5 is still over 6.2)"},
    {"exit_without_checkout", "CHECKOUT_BYPASS", "leaving", 3.9,
     "stopped in a high_risk zone, then left by an exit with no stop at a checkout between",
     "seen in 80 % of thefts, 1.6 % of honest visits (one in six stops at such a shelf, one in ten of those buys "
     "nothing)"},
    {"object_carried_out", "CHECKOUT_BYPASS", "leaving", 1.5,
     "stood in an exit with a bag or an article, no cart or basket and no stop at a checkout",
     "seen in 45 % of thefts, 10 % of honest visits: most bags are people's own"},
    {"hand_to_body", "CONCEALMENT", "hands", 1.0,
     "a hand came back from a shelf and went to a pocket, the waistband, the chest or a carried bag",
     "seen in 35 % of thefts (poses are made of some people some of the time), 13 % of honest visits: phones, lists, "
     "purses"},
    {"concealment", "CONCEALMENT", "hands", 0.2, "the concealment network's score of the hands passed its threshold",
     "the shipped network told thefts from shopping no better than chance on the clips that it was tested on "
     "(docs/concealment.md): nearly nothing, until your verdicts or your own network say more"},
    {"trolley_use", "", "", -1.0, "a hand came back from a shelf and went into a trolley or basket",
     "seen in 10 % of thefts, 27 % of honest visits, where the detector knows trolleys"},
    {"gate_alarm", "CHECKOUT_BYPASS", "leaving", 3.0, "was in the zone of an EAS gate when it alarmed",
     "seen in 30 % of thefts (the rest are untagged or shielded), 1.5 % of honest visits (tags that were not taken "
     "off)"},
    {"emergency_exit", "CHECKOUT_BYPASS", "leaving", 5.0,
     "was at a door that no customer uses when its contact said that it was opened",
     "seen in 6 % of thefts, 0.04 % of honest visits"},
    {"foreign_alert", "LOITERING", "lingering", 1.0, "was in a zone when another system raised an alert there",
     "seen in 15 % of thefts, 5.5 % of honest visits: others' alerts are many"},
    {"checkout_visited", "", "", -2.5, "stopped at a checkout",
     "seen in 8 % of thefts (something is paid as cover), 95 % of honest visits"},
    {"watch_match", "REPEATED_VISIT", "", 0.7,
     "dressed as in a confirmed incident that two officers put on the watch list",
     "seen in 3 % of thefts (one in twenty is a return, three in ten of those are known again), 1.5 % of others, who "
     "wear the like: measured on real video (docs/watch-list.md); never an incident by itself"},
    {"unusual_movement", "LOITERING", "lingering", 0.8, "its whole way is as unusual as 1 visit in 20",
     "a likelihood ratio of 2.2; simulated stores measured 4 through cameras and 13 without, but their thieves are "
     "ours (docs/movement.md); never an incident by itself"},
    {"staff_zone", "", "staff", -4.0, "was in a staff zone for at least 10 s, as staff are",
     "seen in 1 % of thefts by customers, half of staff's visits; evidence for, from places alone, is taken back too"},
    {"staff_looks", "", "staff", -1.5, "dressed alike those who were long in staff zones",
     "at most -2, by how alike and by how alike customers are: anybody can wear a similar shirt"},
    {"staff_badge", "", "staff", -5.0, "a badge of staff's was read where the visit stood",
     "seen in 0.5 % of thefts by customers, 75 % of staff's visits; by the share of one among those who stood there"},
    {"staff_word", "", "staff", -7.0, "an officer said that the visit is staff's",
     "officers know their colleagues; what staff take is found by tills and counts, not by cameras"},
    {"not_staff", "", "", -0.1, "an officer said that the visit is not staff's",
     "somebody looked at them; says hardly anything of theft by itself: what zones, looks and badges said of staff "
     "counts for nothing any more"},
    {"item_unpaid", "CHECKOUT_BYPASS", "goods", 4.6, "left with goods that sensors saw taken and no till saw paid",
     "sure to 99 in 100 at the most: planograms are wrong, put-backs are missed. So much for one piece that is as good "
     "as sure; with its probability less, with more and dearer pieces more"},
    {"scan_skipped", "CHECKOUT_BYPASS", "goods", 3.5, "took more than was scanned at the self-checkout it paid at",
     "people forget to scan: an honest one in a few hundred receipts, a third of self-checkout thefts; scaled as "
     "item_unpaid"},
    {"label_switched", "CHECKOUT_BYPASS", "goods", 5.0,
     "paid a clearly cheaper product, which no sensor saw taken, in the stead of one that was taken and not paid",
     "two errors at once, of scale and of scan, that lower the price: 1 honest receipt in 1,000, 15 % of thefts at "
     "tills; scaled as item_unpaid"},
    {"tag_left_unpaid", "CHECKOUT_BYPASS", "goods", 6.0, "an RFID tag that no till sold went out of the door",
     "a portal that tells passing tags from tags that pass errs once in a few hundred; an exact piece, so more than "
     "item_unpaid; scaled by the reader's own probability and the visit's share"},
    {"paid", "", "receipt", -6.0, "a receipt is this visit's, and covers what sensors saw taken",
     "times the probability that it is theirs and that nothing is left unpaid: 0.2 % of thefts, 80 % of honest visits. "
     "Where no till can tell, a stop at a checkout is taken for one"},
}};

constexpr std::array<Group, 7> kGroups{{
    {"lingering", 4.0, "a long stay and many returns are both interest in the shelf"},
    {"hands", 1.0, "the rule and the network look at one gesture"},
    {"leaving", 5.0, "the bag and the door are seen in the same moment"},
    {"trespass", 9.0, "two steps into places where no customer belongs are one fact"},
    {"goods", 7.5, "a shelf, a till and a tag speak of the same piece"},
    {"staff", 7.0, "evidence against, all of one question; an officer's word that it is not staff takes it all away"},
    {"receipt", 6.0, "evidence against: what is paid speaks against goods unpaid, not against trespass"},
}};

constexpr std::array<Step, 3> kLoiteringSteps{{{1, 1.0}, {2, 1.2}, {4, 1.4}}};
constexpr std::array<Step, 3> kRateSteps{{{20, 1.0}, {100, 1.5}, {1000, 2.0}}};
constexpr std::array<Step, 3> kEntrySteps{{{3, 1.0}, {4, 1.5}, {6, 2.0}}};

template <class Rows>
auto find_row(const Rows& rows, std::string_view name) {
  const auto it = std::ranges::find(rows, name, [](const auto& row) { return row.name; });
  return it == rows.end() ? nullptr : &*it;
}

}  // namespace

std::span<const Kind> shipped_kinds() { return kKinds; }
std::span<const Group> shipped_groups() { return kGroups; }
const Kind* find_kind(std::string_view name) { return find_row(kKinds, name); }
const Group* find_group(std::string_view name) { return find_row(kGroups, name); }
bool only_supports(std::string_view kind) { return kind == "watch_match" || kind == "unusual_movement"; }
std::span<const Step> loitering_steps() { return kLoiteringSteps; }
std::span<const Step> entry_steps() { return kEntrySteps; }
std::span<const Step> rate_steps() { return kRateSteps; }

}  // namespace shrike
