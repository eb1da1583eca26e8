"""eligdata/ by fields and elig/ by a 270: two forms of one eligibility check (sheet 8, rows 15 and 16 of section 15).

System errors (a missing field, a payer without real-time eligibility) stand in the envelope; a payer's no stands
inside ``elig``, or in the 271 (sheet 14.20). Refuses dates with dashes, and files with more or fewer than one question.
"""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.answer_file import answer_bytes
from chartline.connectors.claimmd.simulator.benefits import node, stated
from chartline.connectors.claimmd.simulator.envelope import Node, Number, error
from chartline.connectors.claimmd.simulator.seed import Coverage
from chartline.connectors.claimmd.simulator.service import Call, Reply, malformed, missing
from chartline.connectors.claimmd.simulator.stamps import CENTRAL, compact_day
from chartline.connectors.claimmd.simulator.state import World
from chartline.connectors.claimmd.simulator.verdict import CANNED, REJECTS, Asked, decide
from chartline.formats.x12.eligibility import EligibilityRequest, read_270
from chartline.kernel.errors import ChartlineError

REQUIRED = ("ins_name_l", "ins_name_f", "payerid", "pat_rel", "fdos", "prov_npi", "prov_taxid")
DEPENDENT = ("pat_name_l", "pat_name_f")
DATES = ("fdos", "ins_dob", "pat_dob")
UNSUPPORTED = "410"
FIRST_CHECK = 550001


class Eligibility:
    """The real-time eligibility services."""

    def __init__(self, world: World) -> None:
        self._world = world

    def eligdata(self, call: Call) -> Reply:
        """Answer one check that is asked by fields."""
        form = call.form
        required = REQUIRED + (DEPENDENT if form.text("pat_rel") == "G8" else ())
        absent = next((name for name in required if not form.text(name)), None)
        if absent:
            return missing(absent)
        for name in DATES:
            if form.text(name) and compact_day(form.text(name)) is None:
                return malformed(name)
        if form.text("pat_rel") not in ("18", "G8"):
            return malformed("pat_rel")
        self._world.count(call.account.acct_number, "eligibility_checks")
        asked = Asked(
            payerid=form.text("payerid"),
            npi=form.text("prov_npi"),
            member=form.text("ins_number"),
            last=form.text("ins_name_l"),
            first=form.text("ins_name_f"),
            middle=form.text("ins_name_m"),
            born=compact_day(form.text("ins_dob")),
            sex=form.text("ins_sex"),
            service=form.text("service_code") or "30",
        )
        verdict = decide(self._world, call.account, asked)
        if verdict.unsupported:
            return _unsupported()
        elig = self._elig(call)
        if verdict.coverage is None:
            text = REJECTS.get(verdict.reject, "The payer rejected the request")
            elig.children.append(Node("error", {"error_code": verdict.reject, "error_mesg": text}))
        else:
            _describe(elig, asked, verdict.coverage)
        return Reply(Node("result", {}, [elig]), verdict.slow, verdict.malformed)

    def elig(self, call: Call) -> Reply:
        """Answer one check that is asked by a file with exactly one 270."""
        file = call.form.files.get("File")
        if file is None:
            return missing("File")
        requests = _questions(file.body)
        if len(requests) != 1:
            return malformed("File")
        request = requests[0]
        if not request.provider.id:
            return missing("prov_npi")
        self._world.count(call.account.acct_number, "eligibility_checks")
        verdict = decide(self._world, call.account, _asked(request))
        if verdict.unsupported:
            return _unsupported()
        number = self._world.next_id("eligid", FIRST_CHECK)
        payer = self._world.payers.get(request.payer.id)
        data = answer_bytes(
            request,
            verdict,
            payer.payer_name if payer else request.payer.name,
            at=call.now,
            control=int(number),
            test=call.account.mode == "test",
        )
        node_ = Node("eligibility", {"eligid": Number(number), "data": data.decode("ascii", "replace")})
        return Reply(Node("result", {}, [node_]), verdict.slow, verdict.malformed)

    def _elig(self, call: Call) -> Node:
        now = call.now.astimezone(CENTRAL)
        attributes = {
            "eligid": Number(self._world.next_id("eligid", FIRST_CHECK)),
            "elig_result_date": f"{now:%Y%m%d}",
            "elig_result_time": f"{now:%H%M%S}",
        }
        return Node("elig", attributes, single=True)


def _questions(body: bytes) -> list[EligibilityRequest]:
    try:
        return read_270(body.removeprefix(b"\xef\xbb\xbf").lstrip())
    except ChartlineError:
        return []


def _asked(request: EligibilityRequest) -> Asked:
    member = request.subscriber
    return Asked(
        payerid=request.payer.id,
        npi=request.provider.id,
        member=member.member_id,
        last=member.name.last,
        first=member.name.first,
        born=member.born,
        sex=member.sex,
        service=next((code for one in request.questions for code in one.service_types), "30"),
    )


def _unsupported() -> Reply:
    return Reply(error(UNSUPPORTED, "Payer does not support real-time eligibility"))


def _describe(elig: Node, asked: Asked, coverage: Coverage) -> None:
    canned = coverage is CANNED
    born = coverage.dob or (None if canned else asked.born)
    elig.attributes |= {
        "ins_name_l": coverage.last_name or asked.last.upper(),
        "ins_name_f": coverage.first_name or asked.first.upper(),
        "ins_name_m": "" if canned else asked.middle.upper(),
        "ins_number": coverage.member,
        "ins_dob": f"{born:%Y%m%d}" if born else ("19800101" if canned else ""),
        "ins_sex": coverage.sex or ("U" if canned else asked.sex),
        "group_name": coverage.group_name,
        "group_number": coverage.group_number,
        "plan_number": coverage.plan_number,
        "plan_begin_date": f"{coverage.plan_begin:%Y%m%d}",
    }
    elig.children = [node(one) for one in stated(coverage, asked.service)]
