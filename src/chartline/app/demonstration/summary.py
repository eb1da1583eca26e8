"""What the day came to, and whether it is right: our own counts beside the vendors'."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chartline.app.demonstration.watch import StateWatch
from chartline.app.services import Services
from chartline.connect.intents import unsettled
from chartline.domains.claims import EventKind, Word, count_by_word, count_stray_reports
from chartline.domains.practice.billing_route import BillingRoute, billed_by_route
from chartline.domains.practice.visits import HELD
from chartline.domains.remits import RemittanceState, list_remittances
from chartline.domains.reports import numbers, prove
from chartline.domains.reports.milestones import decision_kinds, milestones
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.sandbox.vendors import Vendors
from chartline.sandbox.world import DAY, World

EVERY_KIND = {
    "full payment",
    "contractual adjustment",
    "patient responsibility",
    "denial",
    "partial payment",
    "reversal",
    "provider level",
    "unknown claim",
}
"""What the day's remittances must have brought."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    holds: bool
    found: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The day in numbers, and its checks."""

    facts: dict[str, Any]
    checks: list[Check]

    @property
    def sound(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """One JSON object; money as decimal text."""
        checks = {check.name: check.holds for check in self.checks}
        return {**self.facts, "checks": checks, "ok": self.sound}


def sum_up(services: Services, organisation: str, world: World, vendors: Vendors, *, killed: bool) -> Summary:
    """Count on both sides and compare."""
    office, house = vendors.office_counters(), vendors.house_counters()
    at_office, at_house = vendors.office_snapshot(), vendors.house_snapshot()
    watch = StateWatch(services, organisation)
    desk = watch.desk()
    with services.database.read(organisation) as work:
        facts = _facts(services, work, watch)
        proof = prove(work)
        routes = billed_by_route(work)
        remittances = list_remittances(work, limit=500).remittances
        kinds = decision_kinds(work)
        open_intents = len(unsettled(work))
        strays = count_stray_reports(work)
    duplicates = {
        "claims at the clearinghouse": house["duplicates"],
        "charges saved again": sum(number - 1 for number in office["charge_saves_per_visit"].values()),
        "patients": office["patients_with_same_identity"],
        "visits": office["visits_with_same_identity"],
        "insurance plans": office["plans_with_same_identity"],
        "remittances": sum(n - 1 for n in Counter((r.payer_id, r.trace, r.amount) for r in remittances).values()),
    }
    kept = [each for each in desk if each.visit.status in HELD]
    lost = {
        "patients not here": max(0, len(world.patients) - facts["patients"]),
        "patients not at AdvancedMD": max(0, len(world.patients) - len(at_office["patients"])),
        "visits not here": max(0, len(world.visits) - facts["appointments"]),
        "visits not at AdvancedMD": max(0, len(world.visits) - len(at_office["visits"])),
        "visits held but not billed": sum(1 for each in kept if each.visit.route is None),
        "visits saved without charges": routes.get(BillingRoute.PRACTICE_SYSTEM, 0)
        - sum(1 for each in at_office["visits"] if each["charges"]),
        "claims not at the clearinghouse": routes.get(BillingRoute.CLEARINGHOUSE, 0)
        - len({each["pcn"] for each in at_house["claims"] if each["stage"] != "refused"}),
        "remittances not posted": len(at_house["eras"])
        - sum(1 for each in remittances if each.state is RemittanceState.POSTED),
    }
    paid_by_payers = Money.total([Money.parse(each["paid"]) for each in at_house["eras"]])
    facts |= {
        "ledger_balanced": proof.balanced,
        "duplicates": sum(duplicates.values()),
        "lost": sum(abs(number) for number in lost.values()),
        "worker_killed": killed,
    }
    claims = facts["claims"]
    checks = [
        Check("at least 40 patients and 60 appointments", facts["patients"] >= 40 and facts["appointments"] >= 60, ""),
        Check(
            "every visit's payer was asked",
            facts["eligibility_checks"] >= facts["appointments"],
            str(facts["eligibility_checks"]),
        ),
        Check("nothing was lost", facts["lost"] == 0, _named(lost)),
        Check("nothing was done twice", facts["duplicates"] == 0, _named(duplicates)),
        Check("both ways of billing were used", all(routes.get(route, 0) for route in BillingRoute), _routes(routes)),
        Check(
            "one claim was rejected, corrected and accepted",
            claims["rejected"] == 1 and claims["accepted"] == claims["submitted"],
            str(claims),
        ),
        Check("claims were paid, and one was denied", claims["paid"] > 0 and claims["denied"] > 0, ""),
        Check("payers made every kind of decision", kinds >= EVERY_KIND, ", ".join(sorted(EVERY_KIND - kinds))),
        Check("the ledger sums to zero", proof.balanced, proof.imbalance.text()),
        Check(
            "remittances equal the ledger's cash", proof.agrees, f"{proof.remitted.text()} = {proof.ledger_cash.text()}"
        ),
        Check(
            "payers' checks equal the ledger's cash",
            paid_by_payers == proof.ledger_cash,
            proof.ledger_cash.text(),
        ),
        Check("no call went over a vendor's limit", not office["excess_calls"] and not house["excess_calls"], ""),
        Check("no outcome is unknown", open_intents == 0, str(open_intents)),
        Check("every report found its claim", strays == 0, str(strays)),
        Check("the worker was killed on the way", killed, ""),
    ]
    return Summary(facts, checks)


def _facts(services: Services, work: Work, watch: StateWatch) -> dict[str, Any]:
    counted, words = milestones(work), count_by_word(work)
    last = services.clock.now().date() + timedelta(days=1)
    figures = numbers(work, DAY.replace(day=1), last)
    routes = billed_by_route(work)
    return {
        "patients": watch.patients(),
        "appointments": watch.visits(),
        "eligibility_checks": counted.checks_answered,
        "claims": {
            "submitted": counted.events.get(EventKind.SUBMITTED, 0),
            "accepted": counted.events.get(EventKind.ACKNOWLEDGED, 0),
            "rejected": counted.events.get(EventKind.REJECTED, 0),
            "paid": words[Word.PAID] + words[Word.PARTIALLY_PAID],
            "denied": words[Word.DENIED],
        },
        "payments_posted": counted.payments_posted,
        "billed_by": {route.value: routes.get(route, 0) for route in BillingRoute},
        "money": {
            "billed": figures.billed.amount.text(),
            "collected": figures.collected.amount.text(),
            "adjusted": figures.adjusted.amount.text(),
            "denied": figures.denied.amount.text(),
            "patient_balance": figures.patient_balance.amount.text(),
            "insurance_open": figures.insurance_open.amount.text(),
            "unapplied": figures.unapplied.amount.text(),
        },
        "days_to_pay": None if figures.days_to_pay is None else f"{figures.days_to_pay / 10:.1f}",
        "day": DAY.isoformat(),
        "until": services.clock.now().isoformat(timespec="minutes"),
    }


def _named(numbers_by_name: dict[str, int]) -> str:
    return ", ".join(f"{name}: {number}" for name, number in numbers_by_name.items() if number)


def _routes(routes: dict[BillingRoute, int]) -> str:
    return ", ".join(f"{route.value}: {number}" for route, number in routes.items())
