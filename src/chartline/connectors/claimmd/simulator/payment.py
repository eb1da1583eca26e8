"""A payer's payment run: all claims of one day become one check for each payee (sheet 15.14).

A check can hold first decisions, reversals with their corrections, claims nobody sent, and provider-level amounts.
It is never negative: what is missing is carried forward (PLB FB) and recovered from later checks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec

from chartline.connectors.claimmd.simulator.adjudication import cents, correct, decide, reversal
from chartline.connectors.claimmd.simulator.remittance import Adjustment, Era, EraClaim, EraLine, ProviderAmount
from chartline.connectors.claimmd.simulator.rules import Stranger
from chartline.connectors.claimmd.simulator.seed import Payer
from chartline.connectors.claimmd.simulator.state import Claim, World

FIRST_ERA = 41001
FIRST_CHECK = 5501
FIRST_FORWARDED = 900100200
CARRIED, RECOVERED, INTEREST = "FB", "WO", "L6"

Schedule = Callable[[Claim, datetime], None]


class PaymentRun:
    """Pays what is due at one payer on one day."""

    def __init__(self, world: World) -> None:
        self._world = world

    def pay(self, account: str, payerid: str, at: datetime, schedule: Schedule) -> None:
        """Make the checks of the day of ``at``; ``schedule`` makes a claim's payer come back to it later.

        A payer without ERA pays on paper: its claims are decided and nothing is seen of it here.
        """
        payer = self._world.payers[payerid]
        payees: dict[tuple[str, str], list[Claim]] = {}
        for claim in self._world.claims_due(account, payerid, at.date()):
            if claim.stage in ("accepted", "reversing"):
                payees.setdefault((claim.bill_npi, claim.bill_taxid), []).append(claim)
        for claims in payees.values():
            amounts: list[ProviderAmount] = []
            decided = [each for claim in claims for each in self._decide(claim, payer, at, schedule, amounts)]
            if (decided or amounts) and payer.era != "no":
                amounts += _interest(claims, decided, payer, at.date())
                self._check(claims[0], payer, decided, amounts, at)

    def _decide(
        self, claim: Claim, payer: Payer, at: datetime, schedule: Schedule, amounts: list[ProviderAmount]
    ) -> list[EraClaim]:
        """The payer's words on one claim; what it keeps back outside any claim is added to ``amounts``."""
        rule = claim.rule
        if claim.stage == "reversing" and rule is not None:
            self._settle(claim)
            if rule.action == "recover":
                in_force = standing(self._world, claim.id)
                too_much = (in_force.paid if in_force else 0) - correct(claim, payer.mind, rule).paid
                amounts += [ProviderAmount(RECOVERED, claim.icn, too_much)] if too_much > 0 else []
                return []
            return [*self._take_back(claim), correct(claim, payer.mind, rule)]
        taken_back: list[EraClaim] = []
        if claim.frequency in ("7", "8"):
            for original in self._world.claims_known_as(claim.account, claim.payerid, claim.payer_control):
                if original.id != claim.id:
                    taken_back += self._take_back(original)
                    self._settle(original)
        if claim.frequency == "8":
            self._settle(claim)
            return taken_back
        decided = decide(claim, payer.mind, rule)
        if rule is not None and rule.action in ("reverse", "recover"):
            claim.stage = "reversing"
            # Before noon, so that a payer that pays daily comes back on that very day.
            schedule(claim, at.replace(hour=0) + timedelta(days=rule.after_days))
        else:
            self._settle(claim)
            if decided.crossover and rule is not None and rule.crossover_payer in self._world.payers:
                self._forward(claim, rule.crossover_payer, decided, at, schedule)
        return [*taken_back, decided]

    def _forward(self, claim: Claim, payerid: str, decided: EraClaim, at: datetime, schedule: Schedule) -> None:
        """The next payer gets the claim from this one; nobody sends it, and no row tells of it."""
        number = self._world.next_id("claimid", FIRST_FORWARDED)
        forwarded = msgspec.structs.replace(
            claim,
            id=f"F{number}",
            remote_claimid="",
            payerid=payerid,
            prior_patient=decided.patient,
            frequency="1",
            payer_control="",
            stage="accepted",
            received=at,
            icn=f"P{payerid}F{number}",
            pay_day=None,
            rule=None,
        )
        schedule(forwarded, at + timedelta(days=self._world.payers[payerid].mind.pay_days))

    def _settle(self, claim: Claim) -> None:
        if claim.stage != "withdrawn":
            claim.stage = "decided"
        claim.pay_day = None
        self._world.claims.put(claim.id, claim)

    def _take_back(self, claim: Claim) -> list[EraClaim]:
        in_force = standing(self._world, claim.id)
        return [reversal(in_force)] if in_force else []

    def _check(
        self, claim: Claim, payer: Payer, decided: list[EraClaim], amounts: list[ProviderAmount], at: datetime
    ) -> None:
        era = self._world.next_id("eraid", FIRST_ERA)
        check = f"EFT{self._world.next_id('check', FIRST_CHECK)}"
        amounts += self._extras(claim, payer, decided, era)
        net = sum(each.paid for each in decided) - sum(each.amount for each in amounts)
        carried = self._carry(f"{claim.account}/{payer.payerid}/{claim.bill_npi}", net)
        if carried:
            amounts.append(ProviderAmount(CARRIED, check, carried))
        self._world.eras.put(
            era,
            Era(
                id=era,
                account=claim.account,
                check=check,
                payerid=payer.payerid,
                payer_name=payer.payer_name,
                payer_address=(payer.addr_1, payer.city, payer.state, payer.zip),
                prov_name=claim.bill_name,
                prov_npi=claim.bill_npi,
                prov_taxid=claim.bill_taxid,
                day=at.date(),
                received=at,
                claims=tuple(decided),
                provider_amounts=tuple(amounts),
            ),
        )

    def _extras(self, claim: Claim, payer: Payer, decided: list[EraClaim], era: str) -> list[ProviderAmount]:
        number = int(self._world.next_id(f"check/{claim.account}/{payer.payerid}", 1))
        amounts: list[ProviderAmount] = []
        for key in self._world.extras.keys():  # noqa: SIM118 - a shelf iterates items
            extra = self._world.extras[key]
            wanted = extra.what.check if extra.what else extra.who.check if extra.who else 0
            if extra.payerid != payer.payerid or claim.account in extra.used or wanted not in (0, number):
                continue
            extra.used[claim.account] = era
            self._world.extras.put(key, extra)
            if extra.what:
                reference = extra.what.reference or f"ADJ{era}"
                amounts.append(ProviderAmount(extra.what.reason, reference, cents(extra.what.amount)))
            elif extra.who:
                decided.append(_unknown(extra.who, claim, era))
        return amounts

    def _carry(self, payee: str, net: int) -> int:
        owed = self._world.balances.get(payee) or 0
        carried = net if net < 0 else min(owed, net)
        if carried:
            self._world.balances.put(payee, owed - carried)
        return carried


def _interest(claims: list[Claim], decided: list[EraClaim], payer: Payer, day: date) -> list[ProviderAmount]:
    """What a late payer owes on top of what it pays: simple interest by the day, rounded half up for each claim."""
    mind = payer.mind
    if not mind.interest_after_days or not mind.interest_percent:
        return []
    received = {claim.id: claim.received.date() for claim in claims if claim.received}
    owed = 0
    for each in decided:
        late = (day - received.get(each.claim, day)).days - mind.interest_after_days
        if late > 0 and each.paid > 0 and each.status != "22":
            owed += (2 * each.paid * mind.interest_percent * late + 36_500) // 73_000
    return [ProviderAmount(INTEREST, f"INTEREST{day:%Y%m%d}", -owed)] if owed else []


def standing(world: World, claim: str) -> EraClaim | None:
    """The payer's decision on a claim that is now in force: the last one, unless it was taken back."""
    found: EraClaim | None = None
    for era in world.eras_deciding(claim):
        for decided in era.claims:
            if decided.claim == claim:
                found = None if decided.status == "22" else decided
    return found


def _unknown(who: Stranger, near: Claim, era: str) -> EraClaim:
    charge, paid = cents(who.charge), cents(who.paid)
    rest = (Adjustment("CO", "45", charge - paid),) if charge != paid else ()
    line = EraLine(
        procedure=who.procedure,
        modifiers=(),
        units="1",
        charge=charge,
        day=near.first_day,
        chgid="",
        adjustments=rest,
    )
    return EraClaim(
        claim="",
        pcn=who.pcn,
        status="1",
        icn=f"PX{era}",
        charge=charge,
        lines=(line,),
        first_day=near.first_day,
        last_day=near.first_day,
        ins_number=who.member,
        ins_last=who.last_name,
        ins_first=who.first_name,
        pat_last=who.last_name,
        pat_first=who.first_name,
        prov_npi=near.prov_npi or near.bill_npi,
    )
