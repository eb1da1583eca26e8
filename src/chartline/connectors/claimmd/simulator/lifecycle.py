"""What happens to a claim as simulated time passes: acknowledged, answered by its payer, paid (sheet 15.11).

Nothing runs in the background. Whenever a request arrives, everything that has come due happens first, in the order
of its time and with that time's stamp, so that the same requests always find the same world. Payers pay once a day, or
on one day of the week: one check for each payer, payee and day.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from zlib import crc32

import msgspec

from chartline.connectors.claimmd.simulator.payment import PaymentRun
from chartline.connectors.claimmd.simulator.rules import TRIGGERS, Mind, Rule
from chartline.connectors.claimmd.simulator.state import Claim, Event, Message, Row, World
from chartline.kernel.ids import derived_id

RUN_TIME = time(12, tzinfo=UTC)
"""When payers pay: early morning in the United States."""
FIRST_POSITION = 88001
CLEARINGHOUSE = "Claim.MD"


class Lifecycle:
    """The clockwork."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._agenda = [(world.events[key].at, key) for key in world.events.keys()]  # noqa: SIM118 - a shelf
        heapify(self._agenda)

    def catch_up(self) -> None:
        """Let everything happen that is due by now."""
        now = self._world.clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            _, key = heappop(self._agenda)
            event = self._world.events[key]
            if event.kind == "answer":
                self._answer(self._world.claims[event.subject], event.at)
            else:
                PaymentRun(self._world).pay(event.account, event.subject, event.at, self.await_payment)
            # Last, so that a process killed in between does it after its restart.
            self._world.events.remove(key)

    def next_at(self) -> datetime | None:
        """When something happens next, or None when nothing is waiting."""
        return self._agenda[0][0] if self._agenda else None

    def _expect(self, key: str, event: Event) -> None:
        if key not in self._world.events:
            self._world.events.put(key, event)
            heappush(self._agenda, (event.at, key))

    def acknowledge(self, claim: Claim, messages: list[Message], at: datetime) -> Row:
        """Claim.MD's own word on an uploaded claim; an accepted one is on its way to the payer."""
        refused = any(message.status == "R" for message in messages)
        claim.stage = "refused" if refused else "acknowledged"
        self._world.claims.put(claim.id, claim)
        if not refused:
            messages = [Message(status="A", mesgid="ACK", message="Claim acknowledged"), *messages]
            if self._forwarded(claim):
                wait = timedelta(hours=self._mind(claim).accept_hours)
                event = Event(at=at + wait, kind="answer", account=claim.account, subject=claim.id)
                self._expect(f"answer/{claim.id}", event)
        return self._row(claim, "R" if refused else "A", messages, at, CLEARINGHOUSE)

    def refusal(self, claim: Claim) -> Rule | None:
        """The scripted rejection by Claim.MD itself, if a rule asks for one."""
        return self._pick(claim, upload=True)

    def _forwarded(self, claim: Claim) -> bool:
        account = self._world.accounts[claim.account]
        answers = account.options.payers_answer
        if answers is None:
            answers = account.mode == "production"
        return answers or any(word in claim.ins_number.upper() for word, _ in TRIGGERS)

    def _answer(self, claim: Claim, at: datetime) -> None:
        if claim.stage != "acknowledged":
            return
        claim.rule = self._pick(claim, upload=False)
        original = self._original(claim)
        if claim.frequency in ("7", "8") and original is None:
            self._reject(claim, Message(status="R", mesgid="A7:464", message="Payer has no such claim to correct"), at)
        elif claim.rule is not None and claim.rule.action == "reject":
            rule = claim.rule
            self._reject(claim, Message(status="R", mesgid=rule.mesgid, message=rule.message, fields=rule.fields), at)
        else:
            if original is not None and original.stage == "accepted":
                original.stage, original.pay_day = "withdrawn", None
                self._world.claims.put(original.id, original)
            claim.stage = "accepted"
            claim.icn = f"P{claim.payerid}{claim.id}"
            pends = claim.rule.pend_days if claim.rule else 0
            said = [Message(status="A", mesgid="A2:20", message="Accepted by the payer")]
            if pends:
                said.append(Message(status="W", mesgid="P1:20", message="Pended: the payer looks at it further"))
            self._row(claim, "A", said, at)
            self.await_payment(claim, at + timedelta(days=self._mind(claim).pay_days + pends))

    def _reject(self, claim: Claim, message: Message, at: datetime) -> None:
        claim.stage = "rejected"
        self._world.claims.put(claim.id, claim)
        self._row(claim, "R", [message], at)

    def _original(self, claim: Claim) -> Claim | None:
        if not claim.payer_control:
            return None
        known = self._world.claims_known_as(claim.account, claim.payerid, claim.payer_control)
        return next(iter(known), None)

    def await_payment(self, claim: Claim, at: datetime) -> None:
        """Let the claim's payer come back to it in its first payment run from a moment on."""
        day = at.date() if at < datetime.combine(at.date(), RUN_TIME) else at.date() + timedelta(days=1)
        weekday = self._mind(claim).pay_weekday
        if weekday is not None:
            day += timedelta(days=(weekday - day.weekday()) % 7)
        claim.pay_day = day
        self._world.claims.put(claim.id, claim)
        run = Event(at=datetime.combine(day, RUN_TIME), kind="pay", account=claim.account, subject=claim.payerid)
        self._expect(f"pay/{claim.account}/{claim.payerid}/{day}", run)

    def _mind(self, claim: Claim) -> Mind:
        payer = self._world.payers.get(claim.payerid)
        return payer.mind if payer else Mind()

    def _pick(self, claim: Claim, *, upload: bool) -> Rule | None:
        added = [each.rule for each in self._world.rules if each.payerid in ("", claim.payerid)]
        member = claim.ins_number.upper()
        triggers = [rule for word, rule in TRIGGERS if word in member]
        for rule in [*reversed(added), *self._mind(claim).rules, *triggers]:
            if (rule.action == "refuse") is not upload or not _meets(claim, rule):
                continue
            if rule.attempts and self._earlier(claim) >= rule.attempts:
                continue
            if rule.times:
                key = f"struck/{derived_id(claim.payerid, msgspec.json.encode(rule).decode())}"
                if self._world.counters.get(key) >= rule.times:
                    continue
                self._world.counters.add(key)
            return rule
        return None

    def _earlier(self, claim: Claim) -> int:
        """How often this payer was sent the claim number before."""
        alike = self._world.claims_numbered(claim.account, claim.pcn)
        return sum(1 for each in alike if each.id != claim.id and each.payerid == claim.payerid)

    def _row(self, claim: Claim, status: str, messages: list[Message], at: datetime, sender: str = "") -> Row:
        payer = self._world.payers.get(claim.payerid)
        for message in messages:
            message.position = int(self._world.next_id("responseid", FIRST_POSITION))
        row = Row(
            claim=claim.id,
            account=claim.account,
            status=status,
            sender_name=sender or (payer.payer_name if payer else ""),
            sender_icn="" if sender else claim.icn,
            senderid="CLAIMMD" if sender else claim.payerid,
            at=at,
            messages=messages,
        )
        return self._world.rows.put(str(row.position), row)


def _meets(claim: Claim, rule: Rule) -> bool:
    return (
        (claim.pcn.startswith(rule.claim_prefix) or claim.remote_claimid.startswith(rule.claim_prefix))
        and rule.procedure in ("", *(line.procedure for line in claim.lines))
        and rule.member in ("", claim.ins_number)
        and not (rule.unauthorized and claim.authorization)
        and not (rule.first_payer and claim.prior_patient is not None)
        and (not rule.late_days or _days_late(claim) > rule.late_days)
        and (not rule.share or crc32(f"{rule.lot}/{claim.pcn}".encode()) % 1000 < rule.share)
    )


def _days_late(claim: Claim) -> int:
    """Days from the first service to the arrival of the claim."""
    first = claim.first_day
    return (claim.received.date() - first).days if claim.received and first else 0
