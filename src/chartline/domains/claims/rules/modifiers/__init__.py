"""Modifiers: their form, their order, and what they go with. In the order of findings."""

from chartline.domains.claims.rules.modifiers import (
    anaesthesia_by_whom,
    audio_and_video,
    both_sides_once,
    component_of_visit,
    distinct_visit,
    modifier_dates,
    modifier_order,
    modifiers,
    modifiers_exclusive,
    repeat_of_something,
    telehealth_modifier,
    telehealth_service,
    visit_modifiers,
    waiver_says_so,
)

RULES = (
    modifiers.RULE,
    modifier_order.RULE,
    modifiers_exclusive.RULE,
    modifier_dates.RULE,
    visit_modifiers.RULE,
    distinct_visit.RULE,
    component_of_visit.RULE,
    repeat_of_something.RULE,
    both_sides_once.RULE,
    anaesthesia_by_whom.RULE,
    waiver_says_so.RULE,
    audio_and_video.RULE,
    telehealth_modifier.RULE,
    telehealth_service.RULE,
)
