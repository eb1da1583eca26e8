from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.formats.x12.envelope_check import check_envelope
from chartline.formats.x12.envelope_writer import Envelope, Usage
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.remittance import (
    Adjustment,
    Amount,
    BankAccount,
    Contact,
    Delivery,
    Inpatient,
    InpatientSummary,
    Insured,
    OtherPayer,
    Outpatient,
    ProviderAdjustment,
    ProviderSummary,
    Quantity,
    Reference,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    ServiceProvider,
    check_balance,
    read_835,
    write_835,
    write_835_batch,
)
from chartline.formats.x12.writer import clean
from chartline.kernel.money import Money

ENVELOPE = Envelope(
    sender="PAYER", receiver="CHARTLINE", at=datetime(2026, 1, 20, tzinfo=UTC), control=7, usage=Usage.TEST
)


def text(most: int = 20) -> st.SearchStrategy[str]:
    letters = st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="*:^~")
    return st.text(letters, min_size=1, max_size=most).map(str.strip).filter(bool)


def name() -> st.SearchStrategy[str]:
    return text().map(clean)


CODE = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=5)
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MONEY = st.integers(-(10**7), 10**7).map(Money)
QUANTITY = st.none() | st.integers(0, 99).map(Decimal)
EMPTY = st.just("")
ADDRESS = st.none() | st.builds(Address, line1=name(), line2=EMPTY | name(), city=name(), state=st.just("IL"))
NAME = st.builds(PersonName, last=name(), first=EMPTY | name(), middle=EMPTY | name(), suffix=EMPTY | name())
INSURED = st.none() | st.builds(
    lambda member_id, id_kind, **rest: Insured(
        member_id=member_id, **rest, **({"id_kind": id_kind} if member_id else {})
    ),
    name=NAME,
    member_id=EMPTY | text(),
    id_kind=st.sampled_from(["MI", "C", "HN"]),
    is_organisation=st.booleans(),
)
MAYBE_MONEY = st.none() | MONEY
INPATIENT = st.none() | st.builds(
    Inpatient,
    covered_days=st.integers(0, 99).map(Decimal),
    **{
        field: QUANTITY if field.endswith("days") else MAYBE_MONEY
        for field in Inpatient.__struct_fields__
        if field != "covered_days"
    },
)
OUTPATIENT = st.none() | st.builds(
    Outpatient,
    rate=st.integers(1, 99).map(lambda percent: Decimal(percent) / 100),
    procedures=MAYBE_MONEY,
    dialysis=MAYBE_MONEY,
    professional_not_billed=MAYBE_MONEY,
)
COUNTED = ("days", "average_stay", "discharges", "average_weight")
SUMMARY = st.builds(
    ProviderSummary,
    group=st.sampled_from(["1", "2", "3"]),
    provider=st.just("1999999984"),
    facility=st.just("11"),
    fiscal_year_end=st.none() | DAY,
    claims=QUANTITY,
    charged=MAYBE_MONEY,
    **{
        field: QUANTITY if field == "periodic_claims" else MAYBE_MONEY
        for field in ProviderSummary.__struct_fields__[6:-1]
    },
    inpatient=st.none()
    | st.builds(
        InpatientSummary,
        **{field: QUANTITY if field.endswith(COUNTED) else MAYBE_MONEY for field in InpatientSummary.__struct_fields__},
    ),
)
CONTACT = st.builds(Contact, name=EMPTY | name(), phone=st.just("5550100100"), fax=EMPTY | st.just("5550100101"))
PAYER = st.none() | st.builds(OtherPayer, name=name(), id=EMPTY | text())
ACCOUNT = st.none() | st.builds(
    BankAccount, bank=st.just("999999992"), account=st.just("00000001"), kind=st.sampled_from(["DA", "SG"])
)
# Written together by group, so a list in another order would come back sorted into groups.
ADJUSTMENTS = st.lists(
    st.builds(
        Adjustment,
        group=st.sampled_from(["CO", "OA", "PR"]),
        reason=CODE,
        amount=MONEY,
        quantity=QUANTITY,
    ),
    max_size=9,
).map(lambda found: tuple(sorted(found, key=lambda a: a.group)))
REFERENCES = st.lists(st.builds(Reference, qualifier=st.sampled_from(["EA", "1L", "CE"]), value=text()), max_size=2)
QUANTITIES = st.lists(
    st.builds(Quantity, qualifier=st.sampled_from(["CA", "ZL"]), quantity=st.integers(0, 99).map(Decimal)), max_size=2
)
AMOUNTS = st.lists(st.builds(Amount, qualifier=st.sampled_from(["I", "AU"]), amount=MONEY), max_size=2)


@st.composite
def lines(draw: st.DrawFn) -> RemittanceLine:
    charged, adjustments = draw(MONEY), draw(ADJUSTMENTS)
    first = draw(st.none() | DAY)
    return RemittanceLine(
        code=draw(CODE),
        qualifier=draw(st.sampled_from(["HC", "AD", "NU"])),
        modifiers=tuple(draw(st.lists(CODE, max_size=4))),
        charged=charged,
        paid=charged - Money.total([a.amount for a in adjustments]),
        revenue_code=draw(EMPTY | CODE),
        units=draw(st.integers(0, 99).map(Decimal)),
        original_code=draw(st.just(()) | st.just(("HC", "99214", "25"))),
        original_units=draw(QUANTITY),
        service_date=first,
        service_through=draw(st.none() | DAY) if first else None,
        adjustments=adjustments,
        control=draw(EMPTY | text()),
        references=tuple(draw(REFERENCES)),
        allowed=draw(st.none() | MONEY),
        amounts=tuple(draw(AMOUNTS)),
        remarks=tuple(draw(st.lists(CODE, max_size=3))),
        description=draw(EMPTY | name()),
        quantities=tuple(draw(QUANTITIES)),
        rejects=tuple(draw(st.lists(CODE, max_size=2))),
    )


@st.composite
def claims(draw: st.DrawFn) -> RemittanceClaim:
    services, adjustments = draw(st.lists(lines(), max_size=3)), draw(ADJUSTMENTS)
    charged = Money.total([line.charged for line in services]) if services else draw(MONEY)
    taken = [a.amount for a in adjustments] + [a.amount for line in services for a in line.adjustments]
    return RemittanceClaim(
        patient_control_number=draw(text()),
        status=draw(st.sampled_from(["1", "2", "4", "19", "22", "99"])),
        charged=charged,
        paid=charged - Money.total(taken),
        patient_responsibility=draw(st.none() | MONEY),
        filing=draw(EMPTY | CODE),
        payer_control_number=draw(EMPTY | text()),
        facility=draw(EMPTY | CODE),
        frequency=draw(EMPTY | CODE),
        patient=draw(INSURED),
        subscriber=draw(INSURED),
        corrected=draw(INSURED),
        rendering_npi=draw(st.sampled_from(["", "1999999992"])),
        crossover_name=draw(name()),
        crossover_id=draw(EMPTY | text()),
        adjustments=adjustments,
        remarks=tuple(draw(st.lists(CODE, max_size=5))),
        references=tuple(draw(REFERENCES)),
        statement_from=draw(st.none() | DAY),
        statement_through=draw(st.none() | DAY),
        received=draw(st.none() | DAY),
        amounts=tuple(draw(AMOUNTS)),
        lines=tuple(services),
        group=draw(st.sampled_from(["1", "2"])),
        rendering=draw(st.none() | st.builds(ServiceProvider, name=NAME, is_organisation=st.booleans())),
        corrected_payer=draw(PAYER),
        other_insured=draw(INSURED),
        coverage_expired=draw(st.none() | DAY),
        drg=draw(EMPTY | st.just("470")),
        drg_weight=draw(QUANTITY),
        discharge_fraction=draw(QUANTITY),
        inpatient=draw(INPATIENT),
        outpatient=draw(OUTPATIENT),
        contacts=tuple(msgspec.structs.replace(one, kind="CX") for one in draw(st.lists(CONTACT, max_size=2))),
        quantities=tuple(draw(QUANTITIES)),
    )


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    decided = draw(st.lists(claims(), max_size=3))
    kind = draw(st.sampled_from(["XV", "2U"]))
    taken = draw(
        st.lists(
            st.builds(
                ProviderAdjustment,
                provider=st.sampled_from(["1999999984", "1999999992"]),
                fiscal_year_end=st.just(date(2026, 12, 31)),
                reason=st.sampled_from(["WO", "FB", "L6"]),
                reference=EMPTY | text(),
                amount=MONEY,
            ),
            max_size=8,
        )
    )
    npi = draw(st.sampled_from(["", "1999999984"]))
    return Remittance(
        handling=draw(st.sampled_from("IH")),
        amount=Money.total([c.paid for c in decided]) - Money.total([p.amount for p in taken]),
        method=draw(st.sampled_from(["ACH", "CHK", "NON"])),
        paid_on=draw(DAY),
        trace=draw(text()),
        originator="1999999998",
        produced_on=draw(st.none() | DAY),
        payer_name=draw(name()),
        payer_id=(payer_id := draw(EMPTY | text())),
        payer_id_kind=kind if payer_id else "XV",
        payer_address=draw(ADDRESS),
        payer_contact=draw(st.none() | CONTACT),
        payer_contacts=tuple(
            msgspec.structs.replace(draw(CONTACT), kind=kind)
            for kind in draw(st.sampled_from([(), ("CX",), ("CX", "IC")]))
        ),
        payer_account=draw(ACCOUNT),
        payer_company=draw(EMPTY | text()),
        payee_account=draw(ACCOUNT),
        payment_format=draw(EMPTY | st.just("CTX")),
        originator_supplement=draw(EMPTY | text()),
        receiver_id=draw(EMPTY | text()),
        version=draw(EMPTY | text()),
        payer_references=tuple(draw(st.lists(st.builds(Reference, st.sampled_from(["NF", "EO"]), text()), max_size=2))),
        payee_references=tuple(draw(st.lists(st.builds(Reference, st.sampled_from(["PQ", "D3"]), text()), max_size=2))),
        delivery=draw(st.none() | st.builds(Delivery, method=st.just("EM"), name=EMPTY | name(), to=EMPTY | text())),
        summaries=tuple(draw(st.lists(SUMMARY, max_size=3))),
        payee_name=draw(name()),
        payee_npi=npi,
        payee_tax_id=draw(EMPTY | text()) if npi else "999999999",
        payee_address=draw(ADDRESS),
        claims=tuple(decided),
        provider_adjustments=tuple(taken),
    )


def signs_aside(remittance: Remittance) -> list[str]:
    return [f.code for f in check_balance(remittance) if f.code not in ("x12.reversal_sign", "x12.negative_claim")]


@settings(max_examples=40, deadline=None)
@given(remittances())
def test_a_remittance_survives_writing_and_reading(remittance: Remittance) -> None:
    data = write_835(remittance, ENVELOPE, unbalanced=True)
    assert [remittance] == read_835(data)
    assert check_envelope(data) == []
    assert signs_aside(remittance) == []


@settings(max_examples=10, deadline=None)
@given(st.lists(remittances(), min_size=2, max_size=3))
def test_several_transactions_are_several_remittances(several: list[Remittance]) -> None:
    assert several == read_835(write_835_batch(several, ENVELOPE, unbalanced=True))


@settings(max_examples=40, deadline=None)
@given(remittances(), st.integers(min_value=1, max_value=10**6))
def test_a_cent_too_much_anywhere_is_found(remittance: Remittance, cents: int) -> None:
    replace = msgspec.structs.replace
    assert signs_aside(replace(remittance, amount=remittance.amount + Money(cents))) == ["x12.payment_balance"]
    for number, claim in enumerate(remittance.claims):
        wrong = replace(claim, paid=claim.paid + Money(cents))
        others = (*remittance.claims[:number], wrong, *remittance.claims[number + 1 :])
        assert "x12.claim_balance" in signs_aside(replace(remittance, claims=others))
