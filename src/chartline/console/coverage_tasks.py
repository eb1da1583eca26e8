"""What about coverage and authorizations needs a person, for the first page. Titles name payers, never patients."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chartline.domains.coverage.authorizations.authorization import Alert, Authorization, find_by_state
from chartline.domains.coverage.authorizations.states import GRANTED, UNDECIDED, AuthorizationState
from chartline.domains.coverage.questions import count_payer_questions
from chartline.platform.database import Work

SAY = {
    Alert.DOCUMENTS_MISSING: ("Documents are missing for an authorization", "Attach them, or say they are not needed."),
    Alert.CALL_PAYER: ("An authorization is to be asked for by telephone", "Call the payer, and note what it says."),
    Alert.UNANSWERED: (
        "A payer has not decided for 90 days",
        "Call the payer with the reference, and note what it says.",
    ),
    Alert.EXPIRING: ("An authorization ends within two weeks", "Ask for an extension before the next visit."),
    Alert.UNITS_LOW: ("An authorization is nearly used up", "Ask for more units before the next visit."),
    Alert.UNITS_OUT: ("An authorization is used up", "Ask for more units; further visits would be denied."),
}
"""Each alert with its next step."""
_WATCHED = GRANTED | UNDECIDED | {AuthorizationState.NEEDS_DOCUMENTS}


def watched(work: Work, today: date) -> list[tuple[Authorization, Alert]]:
    """Authorizations that need somebody, each with its most urgent alert; four queries."""
    found = [(one, one.alerts(work.now, today)) for one in find_by_state(work, _WATCHED)]
    return [(one, alerts[-1]) for one, alerts in found if alerts]


def coverage_tasks(work: Work, today: date, most: int) -> Iterator[tuple[str, str, str, str]]:
    """Word, title, next step and link of each."""
    for one, alert in watched(work, today)[:most]:
        title, do = SAY[alert]
        yield "waiting", f"{title}: {one.payer_name or one.payer_id}", do, f"/authorizations/{one.id}"
    questions = count_payer_questions(work)
    if questions:
        title = "A payer knows of" if questions == 1 else f"{questions} answers speak of"
        yield "open", f"{title} another insurance", "Ask the patient, then decide.", "/coverage"
