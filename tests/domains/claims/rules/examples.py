"""For every rule copies that it finds, and one that it lets pass. The clean copy passes them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from tests.domains.money_world import TODAY, charge, source

from chartline.domains.claims.copy import (
    ClaimCopy,
    CopyFacility,
    CopyPerson,
    DentalFacts,
    InstitutionalFacts,
    PostalAddress,
    RenderingIdentity,
)
from chartline.domains.claims.rules import KnownAuthorization, KnownCoverage, OtherLine, RuleContext
from chartline.domains.claims.source import copy_of
from chartline.domains.codes import Code, CodeBook, CodeSystem
from chartline.domains.codes.edits import EditBook, PairEdit, Setting, UnitEdit
from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage
from chartline.formats.x12.claim_parts.values import Drug
from chartline.formats.x12.dental_claim.line import Tooth
from chartline.formats.x12.institutional_claim.codes import Occurrence, ValueAmount
from chartline.formats.x12.record import PersonName
from chartline.formats.x12.remittance.model import Adjustment
from chartline.kernel.money import Money

DAY = date(2026, 3, 2)
BOOK = CodeBook(
    {
        (CodeSystem.DIAGNOSIS, "F411"): Code(CodeSystem.DIAGNOSIS, "F411", date(2015, 10, 1)),
        (CodeSystem.DIAGNOSIS, "M25569"): Code(
            CodeSystem.DIAGNOSIS, "M25569", date(2015, 10, 1), None, "Pain in unspecified knee"
        ),
    },
    frozenset({(CodeSystem.DIAGNOSIS, "F41"), (CodeSystem.DIAGNOSIS, "F32")}),
)
EDITS = EditBook(
    {
        (Setting.PRACTITIONER, "90837", "96127"): (PairEdit("90837", "96127", date(2020, 1, 1), None, True),),
        (Setting.PRACTITIONER, "90837", "99406"): (
            PairEdit("90837", "99406", date(2020, 1, 1), date(2025, 1, 1), False),
        ),
    },
    {(Setting.PRACTITIONER, "96127"): (UnitEdit("96127", 2, True, date(2026, 1, 1)),)},
)
WHO = RenderingIdentity(last="Beispiel", first="Bea", npi="1999999976", taxonomy="103TC0700X")
OTHER_WHO = RenderingIdentity(last="Ejemplo", first="Eva", npi="1999999968", taxonomy="103TC0700X")
HOUSE = CopyFacility(
    name="Invented Hospital",
    npi="1999999984",
    address=PostalAddress(line1="2 Example Way", city="Sampleton", state="NY", zip="100010001"),
)


def context(**changes: Any) -> RuleContext:
    """What rules know beside the copy."""
    values: dict[str, Any] = {"today": TODAY, "filing_days": 365, "codes": BOOK, **changes}
    return RuleContext(**values)


def copy(*charges: Any, **changes: Any) -> ClaimCopy:
    """A clean copy of a visit."""
    return copy_of(source(*charges, **changes), "C000001")


CLEAN = copy()


def has(**changes: Any) -> ClaimCopy:
    """The clean copy with something changed."""
    return replace(CLEAN, **changes)


def part(name: str, **changes: Any) -> ClaimCopy:
    """The clean copy with one part changed."""
    return has(**{name: replace(getattr(CLEAN, name), **changes)})


def line(**changes: Any) -> ClaimCopy:
    """The clean copy with its line changed."""
    return has(lines=(replace(CLEAN.lines[0], **changes),))


def lines(*changes: dict[str, Any], **claim: Any) -> ClaimCopy:
    """A copy with several lines."""
    made = tuple(
        replace(CLEAN.lines[0], **{"control": f"C000001L{number}", **each}) for number, each in enumerate(changes, 1)
    )
    return has(lines=made, **{"total": sum(one.amount for one in made), **claim})


def address(name: str, **changes: Any) -> ClaimCopy:
    """The clean copy with the address of somebody changed."""
    return part(name, address=replace(getattr(CLEAN, name).address, **changes))


def payer(filing: str, **changes: Any) -> ClaimCopy:
    """A copy to a kind of payer, with a right number for Medicare."""
    member = "1EG4TE5MK73" if filing in ("MA", "MB") else CLEAN.coverage.member_id
    coverage = replace(CLEAN.coverage, filing=filing, member_id=member, group="")
    return has(coverage=coverage, **changes)


def to(filing: str, **changes: Any) -> ClaimCopy:
    """A copy to a kind of payer with its line changed."""
    return payer(filing, lines=(replace(CLEAN.lines[0], **changes),))


STAY = InstitutionalFacts(
    facility_code="11",
    statement_from=DAY,
    statement_through=date(2026, 3, 3),
    patient_status="01",
    admission_type="1",
    admission_source="1",
    admission=DAY,
    admitting_diagnosis="F411",
    attending=WHO,
)


def stay(copy_changes: dict[str, Any] | None = None, **facts: Any) -> ClaimCopy:
    """An institutional copy."""
    return has(
        kind="institutional",
        place_of_service="",
        rendering=None,
        institutional=replace(STAY, **facts),
        lines=(replace(CLEAN.lines[0], revenue_code="0914", pointers=(), place_of_service=""),),
        **(copy_changes or {}),
    )


def stayed(**changes: Any) -> ClaimCopy:
    """An institutional copy with its line changed."""
    one = stay()
    return replace(one, lines=(replace(one.lines[0], **changes),))


def tooth(**changes: Any) -> ClaimCopy:
    """A dental copy with its line changed: a filling of two surfaces."""
    given = {"procedure": "D2392", "teeth": (Tooth("3", ("M", "O")),), "pointers": (), **changes}
    return has(kind="dental", diagnoses=(), dental=DentalFacts(), lines=(replace(CLEAN.lines[0], **given),))


def second(**changes: Any) -> ClaimCopy:
    """A copy to the second payer with the decision of the first."""
    first = OtherCoverage(
        name=PersonName(last="Zzyzxdottir", first="Quillon"),
        member_id="PRIMARY123",
        payer_name="First Example",
        payer_id="00777",
        paid=Money(8000),
        adjustments=(),
    )
    decided = LineAdjudication(
        payer_id="00777",
        paid=Money(8000),
        code="90837",
        adjustments=(Adjustment("CO", "45", Money(5000)), Adjustment("PR", "2", Money(2000))),
        paid_on=TODAY,
    )
    return has(
        coverage=replace(CLEAN.coverage, order=2),
        others=(replace(first, **changes.pop("first", {})),),
        lines=(replace(CLEAN.lines[0], adjudications=(replace(decided, **changes),)),),
    )


@dataclass(frozen=True)
class Example:
    """Copies that a rule finds with what it knows, and one that it lets pass with the same."""

    bad: tuple[ClaimCopy, ...]
    good: ClaimCopy = CLEAN
    known: dict[str, Any] = field(default_factory=dict)


def of(*bad: ClaimCopy, good: ClaimCopy = CLEAN, **known: Any) -> Example:
    """An example."""
    return Example(bad, good, known)


def _other(procedure: str = "90837", **changes: Any) -> OtherLine:
    return OtherLine("C000009", procedure, (), DAY, **changes)


_GRANTED = KnownAuthorization("AUTH1", frozenset({"90837"}), date(2026, 1, 1), date(2026, 3, 31), 4)
_CHILD = replace(CLEAN.coverage, relationship="child")
_PARENT = CopyPerson(last="Zzyzxdottir", first="Parentia", born=date(1960, 1, 1))
_YOUNG = replace(CLEAN.patient, born=date(2015, 1, 1))

EXAMPLES: dict[str, Example] = {
    # parties
    "required-fields": of(part("patient", last=""), part("billing", phone=""), has(diagnoses=()), has(lines=())),
    "billing-npi": of(part("billing", npi="1999999983")),
    "rendering-npi": of(has(rendering=None), part("rendering", npi="1")),
    "other-npis": of(has(referring=replace(WHO, npi="1999999975")), good=has(referring=OTHER_WHO)),
    "provider-active": of(CLEAN, inactive_npis=frozenset({"1999999976"}), good=has(rendering=OTHER_WHO)),
    "supervisor-not-self": of(has(supervising=WHO), good=has(supervising=OTHER_WHO)),
    "tax-id": of(part("billing", tax_id="99-9999999"), part("billing", tax_id="1")),
    "taxonomy": of(part("billing", taxonomy="261QM0801")),
    "taxonomy-named": of(part("billing", taxonomy=""), part("rendering", taxonomy="")),
    "billing-street": of(address("billing", line1="P.O. Box 12"), good=address("billing", line1="1 Boxwood Road")),
    "billing-phone": of(part("billing", phone="(555) 555-0100"), part("billing", phone="5550100")),
    "postal-codes": of(address("patient", zip="2134"), address("billing", zip="10001-000")),
    "billing-zip-whole": of(address("billing", zip="10001"), good=address("patient", zip="10001")),
    "state-codes": of(address("patient", state="ny"), address("billing", state="N.Y.")),
    "names-plain": of(part("patient", first="Quillon (Q)"), good=part("patient", last="O'Invented-Smith")),
    "sex-stated": of(part("patient", sex="U")),
    "member-id": of(part("coverage", member_id="X 1"), part("coverage", member_id="")),
    "member-id-placeholder": of(part("coverage", member_id="PENDING"), part("coverage", member_id="999999999")),
    "medicare-id": of(
        part("coverage", filing="MB", member_id="999887777A"),
        good=part("coverage", filing="MB", member_id="1EG4TE5MK73"),
    ),
    "payer-known": of(part("coverage", payer_id=" ")),
    "filing-indicator": of(part("coverage", filing="XX")),
    "coverage-order": of(part("coverage", order=0)),
    "subscriber-present": of(part("coverage", relationship="child")),
    "subscriber-is-patient": of(
        has(coverage=_CHILD, subscriber=CLEAN.patient), good=has(coverage=_CHILD, subscriber=_PARENT)
    ),
    "relationship-age": of(
        has(coverage=_CHILD, subscriber=_PARENT), good=has(coverage=_CHILD, subscriber=_PARENT, patient=_YOUNG)
    ),
    "medicare-self": of(
        replace(payer("MB"), coverage=replace(payer("MB").coverage, relationship="spouse")), good=payer("MB")
    ),
    # dates
    "birth-before-service": of(part("patient", born=date(2026, 3, 3))),
    "age-plausible": of(part("patient", born=date(1890, 1, 1))),
    "service-not-future": of(has(service_date=date(2026, 3, 4))),
    "lines-within-claim": of(
        line(through=date(2026, 3, 1)), replace(line(service_date=date(2026, 3, 9)), service_through=DAY)
    ),
    "one-month": of(
        payer("MB", lines=lines({}, {"service_date": date(2026, 2, 27)}).lines),
        good=lines({}, {"service_date": date(2026, 2, 27)}),
    ),
    "one-year": of(lines({}, {"service_date": date(2025, 12, 30)})),
    "onset-before-service": of(has(onset=date(2026, 3, 5)), good=has(onset=DAY)),
    "accident-date": of(
        has(related_causes=("AA",)),
        has(related_causes=("OA",), accident=date(2026, 4, 1)),
        good=has(related_causes=("OA",), accident=DAY),
    ),
    "filing-limit": of(has(service_date=date(2025, 3, 1))),
    "filing-limit-near": of(has(service_date=date(2025, 3, 10))),
    "late-with-reason": of(has(delay_reason="99"), good=has(delay_reason="7")),
    # sums
    "totals-match-lines": of(has(total=17500)),
    "charge-positive": of(copy(charge(0))),
    "units-positive": of(line(units=0)),
    "line-count": of(lines(*[{"service_date": DAY}] * 51), good=lines(*[{}] * 50)),
    "once-a-day": of(line(units=2), good=line(procedure="97110", units=2)),
    "quarter-hours-day": of(line(procedure="97110", units=40), good=line(procedure="97110", units=4)),
    "minutes-counted": of(line(procedure="97110", units=45)),
    "units-plausible": of(line(units=1000), good=line(procedure="J3490", units=1000)),
    "minutes-of-anaesthesia": of(
        line(procedure="00810", modifiers=("AA",)), good=line(procedure="00810", unit="MJ", units=45)
    ),
    "paid-not-more": of(has(patient_paid=15001), good=has(patient_paid=2500)),
    "not-covered-within": of(stayed(not_covered=15001), good=stayed(not_covered=100)),
    "charge-as-scheduled": of(CLEAN, fees={"90837": 16000}, good=line(amount=16000)),
    # diagnoses
    "diagnosis-form": of(has(diagnoses=("F41.1",)), has(diagnoses=("f411",))),
    "diagnosis-count": of(has(diagnoses=("F411",) * 13)),
    "diagnosis-twice": of(has(diagnoses=("F411", "F411"))),
    "diagnosis-codes": of(has(diagnoses=("F32",)), has(service_date=date(2015, 9, 30))),
    "diagnosis-pointers": of(line(pointers=()), line(pointers=(2,))),
    "pointer-twice": of(line(pointers=(1, 1))),
    "external-cause-first": of(has(diagnoses=("W19XXXA", "F411")), good=has(diagnoses=("F411", "W19XXXA"))),
    "manifestation-first": of(has(diagnoses=("F0280",)), good=has(diagnoses=("G309", "F0280"))),
    "secondary-first": of(has(diagnoses=("Z6841",)), good=has(diagnoses=("E6601", "Z6841"))),
    "injury-complete": of(has(diagnoses=("S93401",)), good=has(diagnoses=("S93401A",))),
    "laterality": of(has(diagnoses=("M25569",)), good=has(diagnoses=("M25561",))),
    "diagnosis-sex": of(has(diagnoses=("N400",)), good=has(diagnoses=("N920",))),
    "diagnosis-age": of(has(diagnoses=("Z3800",)), good=has(diagnoses=("Z0000",))),
    "injury-on-work": of(
        has(related_causes=("EM",), accident=DAY), good=payer("WC", related_causes=("EM",), accident=DAY)
    ),
    # procedures
    "procedure-form": of(line(procedure=" g0463 ")),
    "procedure-codes": of(line(procedure="9083")),
    "procedure-ended": of(line(procedure="99201")),
    "procedure-age": of(line(procedure="99381"), good=line(procedure="99385")),
    "procedure-sex": of(line(procedure="55700"), good=line(procedure="58300")),
    "new-patient": of(line(procedure="99204"), last_seen=date(2025, 6, 1), good=line(procedure="99214")),
    "add-on-alone": of(line(procedure="90833"), good=lines({"procedure": "90833"}, {"procedure": "99214"})),
    "unlisted-explained": of(
        line(procedure="90899"), good=line(procedure="90899", description="Session of an invented kind")
    ),
    "drug-coded": of(
        line(procedure="J1234", drug=Drug(code="123", quantity=Decimal(1))),
        to("MC", procedure="J1234"),
        good=line(procedure="J1234", drug=Drug(code="00000000001", quantity=Decimal(1))),
    ),
    "clia-number": of(to("MB", procedure="81002"), good=payer("MB", clia="99D9999999")),
    # modifiers
    "modifiers": of(line(modifiers=("95", "95"), place_of_service="10"), line(modifiers=("5",))),
    "modifier-order": of(line(modifiers=("95", "25")), good=line(modifiers=("25", "95"))),
    "modifiers-exclusive": of(line(modifiers=("LT", "RT")), line(modifiers=("59", "XE"))),
    "modifier-dates": of(line(modifiers=("CS",)), good=line(modifiers=("XE",))),
    "visit-modifiers": of(line(modifiers=("25",)), good=line(procedure="99213", modifiers=("25",))),
    "distinct-visit": of(line(procedure="99213", modifiers=("59",)), good=line(modifiers=("59",))),
    "component-of-visit": of(
        line(procedure="99213", modifiers=("26",)), good=line(procedure="71045", modifiers=("26",))
    ),
    "repeat-of-something": of(line(modifiers=("76",)), good=lines({}, {"modifiers": ("76",)})),
    "both-sides-once": of(line(procedure="20610", modifiers=("50",), units=2), good=line(modifiers=("50",))),
    "anaesthesia-by-whom": of(
        line(procedure="00810", unit="MJ"), good=line(procedure="00810", unit="MJ", modifiers=("AA",))
    ),
    "waiver-says-so": of(line(modifiers=("GZ",)), good=line(modifiers=("GA",))),
    "audio-and-video": of(line(modifiers=("95", "FQ")), good=line(modifiers=("FQ",))),
    "telehealth-modifier": of(line(place_of_service="10"), good=line(place_of_service="10", modifiers=("95",))),
    "telehealth-service": of(
        line(procedure="97140", place_of_service="10", modifiers=("95",)),
        good=line(place_of_service="10", modifiers=("95",)),
    ),
    # places
    "place-known": of(has(place_of_service="29")),
    "telehealth-place": of(line(modifiers=("95",)), line(modifiers=("GT",))),
    "office-visit-place": of(line(procedure="99213", place_of_service="21"), good=line(procedure="99213")),
    "hospital-visit-place": of(line(procedure="99223"), good=line(procedure="99223", place_of_service="21")),
    "emergency-place": of(line(procedure="99284"), good=line(procedure="99284", place_of_service="23")),
    "home-visit-place": of(line(procedure="99349"), good=line(procedure="99349", place_of_service="12")),
    "nursing-visit-place": of(line(procedure="99309"), good=line(procedure="99309", place_of_service="31")),
    "facility-named": of(line(place_of_service="21"), good=replace(line(place_of_service="21"), facility=HOUSE)),
    "admission-place": of(stay(admission=None), good=stay()),
    # coverage
    "coverage-dates": of(part("coverage", end=date(2026, 3, 1)), part("coverage", begin=date(2026, 3, 3))),
    "coverage-active": of(
        CLEAN, coverage=KnownCoverage("inactive", date(2026, 3, 1)), good=has(service_date=date(2026, 2, 20))
    ),
    "authorization-number": of(has(prior_authorization="Pending"), good=has(prior_authorization="AUTH1")),
    "authorization-dates": of(
        replace(line(service_date=date(2026, 4, 2)), prior_authorization="AUTH1"),
        good=has(prior_authorization="AUTH1"),
        authorizations=(_GRANTED,),
    ),
    "authorization-units": of(
        replace(line(units=5), prior_authorization="AUTH1"),
        good=has(prior_authorization="AUTH1"),
        authorizations=(_GRANTED,),
    ),
    "authorization-service": of(
        replace(line(procedure="96130"), prior_authorization="AUTH1"),
        good=has(prior_authorization="AUTH1"),
        authorizations=(_GRANTED,),
    ),
    "authorization-needed": of(
        CLEAN, good=has(prior_authorization="AUTH1"), to_authorize=frozenset({CLEAN.lines[0].procedure})
    ),
    "authorization-unnamed": of(CLEAN, good=has(prior_authorization="AUTH1"), authorizations=(_GRANTED,)),
    "referral-named": of(line(procedure="99244"), good=replace(line(procedure="99244"), referring=OTHER_WHO)),
    "earlier-payer": of(part("coverage", order=2), good=second()),
    "earlier-payer-other": of(second(first={"payer_id": "00123", "member_id": "XQZ7771234"}), good=second()),
    "earlier-payer-sums": of(second(adjustments=(Adjustment("CO", "45", Money(4000)),)), good=second()),
    "earlier-payer-dated": of(second(paid_on=None), second(paid_on=date(2026, 1, 1)), good=second()),
    "enrollment-missing": of(CLEAN, good=has(frequency="7", payer_number="P1"), enrollment="waiting"),
    # history
    "duplicate-line": of(lines({}, {}), good=lines({}, {"modifiers": ("76",)})),
    "duplicate-claim": of(CLEAN, good=line(modifiers=("76",)), others=frozenset({_other()})),
    "second-visit": of(
        lines({"procedure": "99213"}, {"procedure": "99214"}),
        good=lines({"procedure": "99213"}, {"procedure": "99214", "modifiers": ("25",)}),
    ),
    "second-session": of(CLEAN, good=line(modifiers=("59",)), others=frozenset({_other("90834")})),
    "frequency-known": of(has(frequency="X"), good=has(frequency="7", payer_number="P1")),
    "replacement-number": of(has(frequency="7")),
    "original-with-number": of(has(payer_number="P1"), good=has(frequency="7", payer_number="P1")),
    # edits
    "ncci-pair": of(
        lines({}, {"procedure": "96127"}),
        good=lines({}, {"procedure": "96127", "modifiers": ("59",)}),
        edits=EDITS,
    ),
    "ncci-history": of(
        line(procedure="96127"),
        good=line(procedure="96127", modifiers=("59",)),
        edits=EDITS,
        others=frozenset({_other(rendering="1999999976")}),
    ),
    "mue-units": of(
        lines({"procedure": "96127", "units": 2}, {"procedure": "96127", "modifiers": ("59",)}),
        good=line(procedure="96127", units=2),
        edits=EDITS,
    ),
    # payers
    "medicare-consultation": of(to("MB", procedure="99244"), good=to("CI", procedure="99244")),
    "medicare-preventive-visit": of(to("MB", procedure="99397"), good=to("MB", procedure="99397", modifiers=("GY",))),
    "medicare-therapy-discipline": of(to("MB", procedure="97110"), good=to("MB", procedure="97110", modifiers=("GP",))),
    "medicare-chiropractic": of(to("MB", procedure="98941"), good=to("MB", procedure="98941", modifiers=("AT",))),
    "medicare-late": of(payer("MB", service_date=date(2025, 1, 5)), good=payer("MB")),
    "medicare-bilateral-sides": of(to("MB", modifiers=("LT",), units=2), good=to("MB", modifiers=("LT",))),
    "medicare-group-number": of(part("coverage", filing="MB"), good=payer("MB")),
    "medicaid-last": of(payer("MC", others=second().others), good=payer("MC")),
    "medicaid-referring": of(to("MC", procedure="80053"), good=to("CI", procedure="80053")),
    "tricare-late": of(payer("CH", service_date=date(2025, 1, 5)), good=payer("CH")),
    "accident-cause": of(payer("WC"), good=payer("WC", related_causes=("EM",))),
    "injury-claim-number": of(payer("WC"), good=payer("WC", prior_authorization="INJ1")),
    # institutional
    "institutional-facts": of(has(kind="institutional"), good=stay()),
    "bill-type": of(stay(facility_code="99"), good=stay()),
    "statement-days": of(
        stay(statement_through=date(2026, 3, 1)), stayed(service_date=TODAY.replace(day=9)), good=stay()
    ),
    "patient-status": of(stay(patient_status=""), good=stay()),
    "still-a-patient": of(stay({"frequency": "2"}), stay(patient_status="30"), good=stay()),
    "admission-said": of(stay(admission_source=""), stay(admission_type="7"), good=stay()),
    "attending-named": of(stay(attending=None), good=stay()),
    "revenue-codes": of(stayed(revenue_code="450"), stayed(revenue_code=""), good=stay()),
    "revenue-needs-procedure": of(
        replace(stayed(procedure="", revenue_code="0300"), institutional=replace(STAY, facility_code="13")), good=stay()
    ),
    "occurrences-dated": of(stay(occurrences=(Occurrence("11", date(2026, 9, 1)),)), good=stay()),
    "value-and-condition-codes": of(
        stay(condition_codes=("4",)), stay(values=(ValueAmount("80", Decimal(1)),) * 2), good=stay()
    ),
    "present-on-admission": of(stay(present_on_admission=("X",)), good=stay(present_on_admission=("Y",))),
    # dental
    "dental-codes": of(tooth(procedure="99213"), good=tooth()),
    "tooth-numbers": of(tooth(teeth=(Tooth("03", ("M", "O")),)), tooth(teeth=(Tooth("33", ("M", "O")),)), good=tooth()),
    "tooth-surfaces": of(tooth(teeth=(Tooth("8", ("M", "O")),)), good=tooth()),
    "surfaces-counted": of(tooth(teeth=(Tooth("3", ("M",)),)), good=tooth()),
    "tooth-needed": of(tooth(teeth=()), good=tooth()),
    "mouth-areas": of(tooth(procedure="D4341", teeth=()), tooth(areas=("99",)), good=tooth(areas=("10",))),
    "prosthesis-stated": of(
        tooth(procedure="D5110", teeth=(), areas=("01",)),
        good=tooth(procedure="D5110", teeth=(), areas=("01",), prosthesis="I"),
    ),
    # file
    "writable": of(has(prior_authorization="A*B")),
}
