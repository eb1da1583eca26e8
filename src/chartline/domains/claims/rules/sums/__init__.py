"""Money, units and counts. In the order of findings."""

from chartline.domains.claims.rules.sums import (
    charge_as_scheduled,
    charge_positive,
    line_count,
    minutes_counted,
    minutes_of_anaesthesia,
    not_covered_within,
    once_a_day,
    paid_not_more,
    quarter_hours_day,
    totals_match_lines,
    units_plausible,
    units_positive,
)

RULES = (
    totals_match_lines.RULE,
    charge_positive.RULE,
    units_positive.RULE,
    line_count.RULE,
    once_a_day.RULE,
    quarter_hours_day.RULE,
    minutes_counted.RULE,
    units_plausible.RULE,
    minutes_of_anaesthesia.RULE,
    paid_not_more.RULE,
    not_covered_within.RULE,
    charge_as_scheduled.RULE,
)
