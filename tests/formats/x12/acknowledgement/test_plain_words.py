from __future__ import annotations

import pytest

from chartline.formats.x12.acknowledgement import (
    GroupAnswer,
    InterchangeAnswer,
    group_verdict,
    interchange_verdict,
    read_999,
    read_ta1,
    transaction_verdicts,
)
from chartline.kernel.errors import ChartlineError

HEAD = (
    "ISA*00*          *00*          *ZZ*CLEARING       *ZZ*CHARTLINE      *260107*0800*^*00501*000000009*0*T*:~"
    "GS*FA*CLEARING*CHARTLINE*20260107*0800*1*X*005010X231A1~ST*999*0001*005010X231A1~"
)
TAIL = "SE*9*0001~GE*1*1~IEA*1*000000009~"


def said(body: str) -> list[str]:
    (answer,) = read_999((HEAD + body + TAIL).encode())
    verdicts = [group_verdict(answer), *transaction_verdicts(answer)]
    return [text for verdict in verdicts for text in (verdict.say, *verdict.reasons)]


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        (
            "AK1*HC*7~AK2*837*0001~IK5*A~AK9*A*1*1*1~",
            ["Group 7 was accepted: 1 of 1 transactions accepted.", "Transaction 0001 (837) was accepted."],
        ),
        ("AK1*HC*7~AK9*A*1*1*1~", ["Group 7 was accepted: 1 of 1 transactions accepted."]),
        (
            "AK1*HC*7~AK2*837*0001~IK5*R*4~AK9*R*2*1*0*5~",
            [
                "Group 7 was rejected: 0 of 1 transactions accepted, 2 declared.",
                "Number of transactions is wrong (code 5).",
                "Transaction 0001 (837) was rejected.",
                "Number of segments is wrong (code 4).",
            ],
        ),
        (
            "AK1*HC*7~AK2*837*0001~IK3*REF*23*2010*3~CTX*CLM01:PCN7~IK5*R*5~AK9*P*2*2*1~",
            [
                "Group 7 was accepted in part: 1 of 2 transactions accepted.",
                "Transaction 0001 (837) was rejected.",
                "Segment 23, REF (Reference) in loop 2010: Segment is missing (code 3). It concerns CLM01 PCN7.",
            ],
        ),
        (
            "AK1*HC*7~AK2*837*0001~IK3*CLM*30*2300*8~CTX*CLM01:PCN7~IK4*5:3*1325*7*Q~IK4*2**1~IK5*E*5~AK9*E*1*1*1~",
            [
                "Group 7 was accepted although it has errors: 1 of 1 transactions accepted.",
                "Transaction 0001 (837) was accepted although it has errors.",
                "Segment 30, CLM (Claim) in loop 2300, element CLM05-3 (frequency), which holds Q: "
                "Code is not allowed (code 7). It concerns CLM01 PCN7.",
                "Segment 30, CLM (Claim) in loop 2300, element CLM02 (charge of the claim): "
                "Required element is missing (code 1). It concerns CLM01 PCN7.",
            ],
        ),
        (
            "AK1*HC*7~AK2*837*0001~IK3*QQQ*30**X9~IK5*R*Z1~AK9*R*1*1*0~",
            [
                "Group 7 was rejected: 0 of 1 transactions accepted.",
                "Transaction 0001 (837) was rejected.",
                "Code Z1.",
                "Segment 30, QQQ: Code X9.",
            ],
        ),
    ],
)
def test_a_biller_understands_what_happened(body: str, sentences: list[str]) -> None:
    assert said(body) == sentences


def test_contexts_keep_their_places() -> None:
    body = (
        "AK1*HC*7~AK2*837*0001~IK3*SV1*38*2400*I6~CTX*SITUATIONAL TRIGGER*CLM*30*2300*5:3*C023:1325~"
        "CTX*CLM01:PCN7^TRN02:T1~IK5*R*I5~AK9*R*1*1*0~"
    )
    (answer,) = read_999((HEAD + body + TAIL).encode())
    trigger, claim, trace = answer.transactions[0].segments[0].contexts
    assert (trigger.segment_id, trigger.position, trigger.loop, trigger.element, trigger.component) == (
        "CLM",
        30,
        "2300",
        5,
        3,
    )
    assert (claim.name, claim.value, trace.name, trace.value) == ("CLM01", "PCN7", "TRN02", "T1")


@pytest.mark.parametrize("body", ["AK2*837*0001~IK5*A~", "AK1*HC*7~", "AK1*HC*7~AK2*837*0001~AK9*A*1*1*1~"])
def test_an_answer_that_does_not_answer_is_refused(body: str) -> None:
    with pytest.raises(ChartlineError) as caught:
        said(body)
    assert caught.value.problem.code == "x12.incomplete"


def test_an_interchange_is_explained() -> None:
    isa = HEAD[: HEAD.index("GS*")]
    (answer,) = read_ta1((isa + "TA1*000000042*260106*1405*R*025~IEA*0*000000009~").encode())
    verdict = interchange_verdict(answer)
    assert (verdict.control, verdict.is_accepted, verdict.say) == (
        "000000042",
        False,
        "Interchange 000000042 was rejected.",
    )
    assert verdict.reasons == ("Control number was received before (code 025).",)
    fine = InterchangeAnswer(control="1", date="260106", time="1405", outcome="A")
    assert interchange_verdict(fine).reasons == ()
    with pytest.raises(ChartlineError):
        read_ta1((HEAD + "AK1*HC*7~AK9*A*1*1*1~" + TAIL).encode())


def test_verdicts_do_not_show_what_they_quote() -> None:
    answer = GroupAnswer(functional="HC", control="7", outcome="A", declared=1, received=1, accepted=1)
    assert repr(group_verdict(answer)) == "<Verdict masked>"
