"""Between Claim.MD's rows and the facts of ``connect``. Pure; patient values are sealed here and opened here.

Unknown status letters pass as they are: what they mean, a person decides (vendor sheet 13). Refuses an amount that
is none, where a fact cannot do without it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from chartline.connect.facts import (
    Benefit,
    ClaimReport,
    EligibilityAnswer,
    EligibilityQuestion,
    Relationship,
    RemittanceNotice,
    ReportMessage,
)
from chartline.connectors.claimmd.services import Answer
from chartline.connectors.claimmd.wire import ClaimRow, EraRow, Record, Unreadable, errors_of, read_money
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

_DATE_FORMATS: Final = ("%Y-%m-%d", "%Y%m%d", "%m-%d-%Y", "%m/%d/%Y")


def compact_date(day: date) -> str:
    """``yyyymmdd``, for eligdata."""
    return day.strftime("%Y%m%d")


def american_date(day: date) -> str:
    """``mm-dd-yyyy``, for the filters of eralist."""
    return day.strftime("%m-%d-%Y")


def iso_date(text: str) -> str:
    """``YYYY-MM-DD`` from any of the vendor's forms; other text as it is."""
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007 - a date only
        except ValueError:
            continue
    return text.strip()


def report_of(row: ClaimRow) -> ClaimReport:
    """A report on a claim, with all its messages (trap 11). Without a sender it is the clearinghouse's own."""
    sender = re.sub(r"[^a-z0-9]", "", row.sender_name.lower())
    return ClaimReport(
        reference=row.remote_claim,
        control_number=row.control_number,
        vendor_id=row.claim,
        status=row.status.upper(),
        sender=row.sender_name,
        payer_number=row.sender_icn,
        messages=tuple(
            ReportMessage(message.status.upper(), message.code, message.message, message.fields)
            for message in row.messages
        ),
        at=row.at,
        from_payer=bool(row.sender_icn) or (bool(sender) and sender != "claimmd"),
    )


def notice_of(row: EraRow) -> RemittanceNotice:
    """A remittance that waits. Raises Unreadable when its amount is none."""
    return RemittanceNotice(
        vendor_id=row.era,
        payer_id=row.payer,
        payer_name=row.payer_name,
        check_number=row.check_number,
        paid=read_money(row.paid),
        paid_date=iso_date(row.paid_date),
    )


def missing_of(question: EligibilityQuestion) -> tuple[str, ...]:
    """What eligdata demands and the question has not (sheet 8.2)."""
    needed = {
        "payer_id": bool(question.payer_id),
        "provider_npi": bool(question.provider_npi),
        "provider_tax_id": bool(question.provider_tax_id),
        "subscriber_family": question.subscriber_family.present(),
        "subscriber_given": question.subscriber_given.present(),
    }
    if question.relationship is not Relationship.SELF:
        needed["patient_family"] = question.patient_family is not None and question.patient_family.present()
        needed["patient_given"] = question.patient_given is not None and question.patient_given.present()
        needed["patient_birth_date"] = question.patient_birth_date is not None
    return tuple(name for name, there in needed.items() if not there)


def question_fields(question: EligibilityQuestion) -> dict[str, str]:
    """The fields of eligdata. Anyone but the subscriber is ``G8``, a dependent, whatever the relationship."""

    def opened(value: Sealed[str] | None) -> str:
        return value.reveal(Purpose.EXCHANGE).strip() if value is not None else ""

    fields = {
        "payerid": question.payer_id,
        "pat_rel": "18" if question.relationship is Relationship.SELF else "G8",
        "fdos": compact_date(question.service_date),
        "prov_npi": question.provider_npi,
        "prov_taxid": question.provider_tax_id,
        "prov_name_l": question.provider_name,
        "service_code": question.service_type,
        "ins_name_l": opened(question.subscriber_family),
        "ins_name_f": opened(question.subscriber_given),
        "ins_number": opened(question.member_id),
        "ins_dob": compact_date(question.subscriber_birth_date.reveal(Purpose.EXCHANGE)),
        "ins_sex": question.subscriber_sex if question.subscriber_sex in ("M", "F") else "",
    }
    if question.relationship is not Relationship.SELF:
        born = question.patient_birth_date
        fields["pat_name_l"] = opened(question.patient_family)
        fields["pat_name_f"] = opened(question.patient_given)
        fields["pat_dob"] = compact_date(born.reveal(Purpose.EXCHANGE)) if born is not None else ""
    return {name: value for name, value in fields.items() if value}


def answer_of(answer: Answer) -> EligibilityAnswer:
    """The payer's answer; errors inside ``elig`` are the payer's, and an answer (trap 20). Raises Unreadable."""
    elig = next(iter(answer.record.rows("elig")), None)
    if elig is None:
        raise Unreadable("no elig in the answer")
    benefits = tuple(benefit_of(row) for row in elig.rows("benefit"))
    plans = (benefit.plan for benefit in benefits if benefit.coverage == "1" and benefit.plan)
    return EligibilityAnswer(
        vendor_id=elig.text("eligid"),
        benefits=benefits,
        payer_errors=tuple((error.code, error.text) for error in errors_of(elig)),
        plan_name=next(plans, ""),
        group_number=Sealed(elig.text("group_number")),
        raw=answer.raw,
    )


def benefit_of(row: Record) -> Benefit:
    """One benefit. An amount that cannot be read stays in the note, as it was sent."""
    amount: Money | None = None
    note = " ".join(text.strip() for text in row.texts.get("benefit_notes", ()) if text.strip())
    sent = row.text("benefit_amount")
    if sent:
        try:
            amount = read_money(sent)
        except Unreadable:
            note = f"{note} [amount as sent: {sent}]".strip()
    return Benefit(
        coverage=row.text("benefit_coverage_code"),
        level=row.text("benefit_level_code"),
        service_type=row.text("benefit_code"),
        insurance_type=row.text("insurance_type_code"),
        plan=row.text("insurance_plan"),
        period=row.text("benefit_period_code"),
        amount=amount,
        percent=row.text("benefit_percent"),
        in_network=row.text("inplan_network"),
        note=note,
        **_other_payer(row),
    )


def _other_payer(row: Record) -> dict[str, str]:
    """The other payer of a benefit coded ``R``, from either of the vendor's two forms of an entity (sheet 8.3)."""
    if row.text("benefit_coverage_code") != "R":
        return {}
    entity = next(iter(row.rows("entity")), row)
    return {"other_payer": entity.text("entity_name"), "other_payer_id": entity.text("entity_id")}
