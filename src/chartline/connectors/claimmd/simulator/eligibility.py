"""eligdata/: one eligibility check by fields (sheet 8.2, 8.3, 15.15).

System errors (a missing field, a payer without real-time eligibility) stand in the envelope; a payer's no stands
inside ``elig`` (sheet 14.20). Test accounts get one canned answer whatever they ask. Refuses dates with dashes.
"""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.benefits import benefits
from chartline.connectors.claimmd.simulator.checks import luhn
from chartline.connectors.claimmd.simulator.envelope import Node, Number, error
from chartline.connectors.claimmd.simulator.seed import Coverage
from chartline.connectors.claimmd.simulator.service import Call, Reply, malformed, missing
from chartline.connectors.claimmd.simulator.stamps import CENTRAL, compact_day
from chartline.connectors.claimmd.simulator.state import World

REQUIRED = ("ins_name_l", "ins_name_f", "payerid", "pat_rel", "fdos", "prov_npi", "prov_taxid")
DEPENDENT = ("pat_name_l", "pat_name_f")
DATES = ("fdos", "ins_dob", "pat_dob")
UNSUPPORTED = "410"
FIRST_CHECK = 550001

REJECTS = {
    "43": "Provider identification is not valid",
    "71": "Birth date does not match the payer's records",
    "72": "Member id is missing or not valid",
    "75": "Subscriber not found",
    "79": "Participant identification is not valid",
}
"""Payer reject reasons (AAA03) in our own words."""

CANNED = Coverage(
    member="SAMPLE1",
    last_name="SAMPLE",
    first_name="PAT",
    copay="25.00",
    deductible="1000.00",
    deductible_remaining="400.00",
    coinsurance_percent=20,
)
"""What a test account hears whatever it asks (sheet 10)."""


class Eligibility:
    """The real-time eligibility service."""

    def __init__(self, world: World) -> None:
        self._world = world

    def eligdata(self, call: Call) -> Reply:
        """Answer one check."""
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
        if call.account.mode == "test":
            return Reply(self._covered(call, CANNED))
        payer = self._world.payers.get(form.text("payerid"))
        coverage = self._find(form.text("ins_number"), form.text("payerid"))
        if payer is None or payer.eligibility == "no" or (coverage and coverage.unsupported):
            return Reply(error(UNSUPPORTED, "Payer does not support real-time eligibility"))
        if not luhn(form.text("prov_npi")):
            return Reply(self._refused(call, "43"))
        if coverage is None:
            return Reply(self._refused(call, "75" if form.text("ins_number") else "72"))
        root = self._refused(call, reason) if (reason := _reject(call, coverage)) else self._covered(call, coverage)
        return Reply(root, coverage.slow_seconds, coverage.malformed)

    def _find(self, member: str, payerid: str) -> Coverage | None:
        matches = [each for each in self._world.coverages if each.member == member and each.payerid in ("", payerid)]
        return max(matches, key=lambda each: each.payerid, default=None)

    def _elig(self, call: Call) -> Node:
        now = call.now.astimezone(CENTRAL)
        attributes = {
            "eligid": Number(self._world.next_id("eligid", FIRST_CHECK)),
            "elig_result_date": f"{now:%Y%m%d}",
            "elig_result_time": f"{now:%H%M%S}",
        }
        return Node("elig", attributes, single=True)

    def _refused(self, call: Call, reason: str) -> Node:
        elig = self._elig(call)
        text = REJECTS.get(reason, "The payer rejected the request")
        elig.children.append(Node("error", {"error_code": reason, "error_mesg": text}))
        return Node("result", {}, [elig])

    def _covered(self, call: Call, coverage: Coverage) -> Node:
        elig, form = self._elig(call), call.form
        canned = coverage is CANNED
        born = coverage.dob.strftime("%Y%m%d") if coverage.dob else ""
        elig.attributes |= {
            "ins_name_l": coverage.last_name or form.text("ins_name_l").upper(),
            "ins_name_f": coverage.first_name or form.text("ins_name_f").upper(),
            "ins_name_m": "" if canned else form.text("ins_name_m").upper(),
            "ins_number": coverage.member,
            "ins_dob": born or ("19800101" if canned else form.text("ins_dob")),
            "ins_sex": coverage.sex or ("U" if canned else form.text("ins_sex")),
            "group_name": coverage.group_name,
            "group_number": coverage.group_number,
            "plan_number": coverage.plan_number,
            "plan_begin_date": f"{coverage.plan_begin:%Y%m%d}",
        }
        elig.children = benefits(coverage, form.text("service_code") or "30")
        return Node("result", {}, [elig])


def _reject(call: Call, coverage: Coverage) -> str:
    if coverage.aaa:
        return coverage.aaa
    asked = compact_day(call.form.text("ins_dob"))
    return "71" if coverage.dob and asked and asked != coverage.dob else ""
