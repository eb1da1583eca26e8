"""All checks in their order: what hammers comes late, what looks at the traces of all others comes last."""

from __future__ import annotations

from chartline.connect.conformance import budget, feeds, hooks, offers, reading, secrecy, sessions, writes
from chartline.connect.conformance.check import Check
from chartline.connect.conformance.subject import Subject


def _has_sessions(subject: Subject) -> bool:
    return subject.sessions is not None


def _has_feeds(subject: Subject) -> bool:
    return bool(subject.feeds)


def _is_overtaken(subject: Subject) -> bool:
    return any(feed.commit_late is not None for feed in subject.feeds)


def _writes(subject: Subject) -> bool:
    return bool(subject.writes)


def _looks_up(subject: Subject) -> bool:
    return bool(subject.lists)


def _has_hook(subject: Subject) -> bool:
    return subject.hook is not None


CHECKS: tuple[Check, ...] = (
    Check("it has every capability that it names", offers.has_what_it_names),
    Check("clinical notes are not offered unasked", offers.keeps_notes_to_itself),
    Check(
        "nothing unproven is written",
        offers.writes_nothing_unproven,
        lambda subject: subject.unproven is not None,
    ),
    Check("a sound connection says that it works", sessions.says_that_it_works),
    Check("a wrong secret is named with what to do", sessions.names_a_wrong_secret),
    Check("a dead session is renewed once", sessions.renews_a_dead_session_once, _has_sessions),
    Check("an outage is told from a refusal", budget.tells_an_outage_from_a_refusal),
    Check("a 429 without a time is a pause", budget.pauses_when_it_is_asked_to),
    Check("every page of a feed is read", feeds.reads_every_page, _has_feeds),
    Check("a page that was not stored comes again", feeds.gives_a_page_again_that_was_not_stored, _has_feeds),
    Check("a row that was committed late is not lost", feeds.takes_a_row_that_was_committed_late, _is_overtaken),
    Check("a cursor moves only forward", feeds.moves_its_cursor_only_forward, _has_feeds),
    Check("a broken answer is no end of a feed", feeds.survives_a_broken_answer, _has_feeds),
    Check("every list is read to its end", reading.reads_every_list, _looks_up),
    Check("a list that is not there is said so", reading.says_which_lists_it_has_not, _looks_up),
    Check("a census names what stands", reading.counts_what_stands, lambda subject: bool(subject.censuses)),
    Check("signed news is told with its id", hooks.believes_signed_news, _has_hook),
    Check("unsigned news is refused", hooks.believes_nothing_else, _has_hook),
    Check("news of an unknown kind is kept", hooks.keeps_news_of_a_kind_that_nobody_knows, _has_hook),
    Check("a write happens once", writes.writes_once, _writes),
    Check("a killed answer is settled by looking", writes.settles_a_killed_answer_by_looking, _writes),
    Check("a lost answer is settled by looking", writes.settles_a_lost_answer_by_looking, _writes),
    Check("only what is proven absent is sent again", writes.sends_again_only_what_is_proven_absent, _writes),
    Check("nothing is sent while nobody knows", writes.waits_while_the_look_up_cannot_tell, _writes),
    Check(
        "a refused item does not stop the others",
        writes.goes_on_after_a_refused_item,
        lambda subject: subject.mixed is not None,
    ),
    Check(
        "a value that nobody knows is kept",
        secrecy.keeps_a_value_that_nobody_knows,
        lambda subject: subject.strange is not None,
    ),
    Check("many workers keep the limit", budget.keeps_the_limit_under_many_workers),
    Check("no secret is in the exchange log", secrecy.keeps_secrets_out_of_the_exchange_log),
    Check("no answer shows a value", secrecy.shows_no_value),
    Check("no value lies in a file", secrecy.leaves_no_value_in_files),
)
