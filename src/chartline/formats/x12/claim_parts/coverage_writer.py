"""Other payers' part of a claim as segments: loop 2320 with its names, and loop 2430 at the lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage
from chartline.formats.x12.claim_parts.party_writer import plain_name, write_name
from chartline.formats.x12.claim_parts.pricing import write_inpatient, write_outpatient
from chartline.formats.x12.claim_parts.refusals import CONTRADICTION, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import optional_procedure, write_address, write_reference
from chartline.formats.x12.remittance.institutional import Outpatient
from chartline.formats.x12.remittance.model import Adjustment
from chartline.formats.x12.writer import MISSING, Draft, Element, clean, limit, require

_OWN_REFERENCES = ("F8", "G1", "9F", "T4")
_MOST_CAS_TRIPLES = 6


def write_adjustments(adjustments: Sequence[Adjustment]) -> Iterator[Draft]:
    """CAS, six reasons of one group in each; the order stays."""
    for group, entries in groupby(adjustments, key=lambda entry: entry.group):
        some = list(entries)
        for start in range(0, len(some), _MOST_CAS_TRIPLES):
            triples: list[Element] = []
            for entry in some[start : start + _MOST_CAS_TRIPLES]:
                triples += [require(entry.reason, "adjustments.reason"), entry.amount, entry.quantity]
            yield ("CAS", require(group, "adjustments.group"), *triples)


def write_coverage(coverage: OtherCoverage) -> Iterator[Draft]:
    """Loops 2320 and 2330 of one other payer."""
    yield (
        "SBR",
        require(coverage.order, "other_coverages.order"),
        require(coverage.relationship, "other_coverages.relationship"),
        limit(coverage.group, 50, "other_coverages.group"),
        clean(coverage.group_name),
        coverage.insurance_type,
        None,
        None,
        None,
        coverage.filing,
    )
    yield from write_adjustments(coverage.adjustments)
    for qualifier, amount in (("D", coverage.paid), ("A8", coverage.not_covered), ("EAF", coverage.remaining)):
        if amount is not None:
            yield ("AMT", qualifier, amount)
    assigned = require(coverage.benefits_assigned, "other_coverages.benefits_assigned")
    release = require(coverage.release, "other_coverages.release")
    yield ("OI", None, None, assigned, coverage.signature_source, None, release)
    yield from _pricing(coverage)
    member = limit(require(coverage.member_id, "other_coverages.member_id"), 80, "other_coverages.member_id")
    kind = require(coverage.member_id_kind, "other_coverages.member_id_kind")
    yield write_name("IL", coverage.name, kind, member, organisation=coverage.is_organisation)
    if coverage.address is not None:
        yield from write_address(coverage.address, "other_coverages.address")
    for reference in coverage.ids:
        yield write_reference(reference)
    yield from _payer(coverage)
    for provider in coverage.providers:
        if provider.role in ("IL", "PR", ""):
            raise CONTRADICTION.error(field="other_coverages.providers.role")
        yield ("NM1", provider.role, "2" if provider.is_organisation else "1")
        for reference in provider.ids:
            yield write_reference(reference)


def _pricing(coverage: OtherCoverage) -> Iterator[Draft]:
    if coverage.outpatient == Outpatient():
        raise MISSING.error(field="other_coverages.outpatient")
    if coverage.inpatient is not None:
        yield write_inpatient(coverage.inpatient, coverage.remarks)
        if coverage.outpatient is not None:
            yield write_outpatient(coverage.outpatient, ())
    elif coverage.outpatient is not None or coverage.remarks:
        yield write_outpatient(coverage.outpatient, coverage.remarks)


def _payer(coverage: OtherCoverage) -> Iterator[Draft]:
    payer = plain_name(coverage.payer_name, "other_coverages.payer_name")
    number = require(coverage.payer_id, "other_coverages.payer_id")
    kind = require(coverage.payer_id_kind, "other_coverages.payer_id_kind")
    yield ("NM1", "PR", "2", payer, None, None, None, None, kind, number)
    if coverage.payer_address is not None:
        yield from write_address(coverage.payer_address, "other_coverages.payer_address")
    if coverage.paid_on is not None:
        yield ("DTP", "573", "D8", coverage.paid_on)
    without_own("other_coverages.payer_ids", coverage.payer_ids, _OWN_REFERENCES)
    for reference in coverage.payer_ids:
        yield write_reference(reference)
    for qualifier, value in (("G1", coverage.prior_authorization), ("9F", coverage.referral)):
        if value:
            yield ("REF", qualifier, value)
    if coverage.is_adjusted:
        yield ("REF", "T4", "Y")
    if coverage.payer_control_number:
        yield ("REF", "F8", coverage.payer_control_number)


def write_adjudication(decided: LineAdjudication) -> Iterator[Draft]:
    """Loop 2430. Raises ``x12.missing`` without the date of the decision."""
    if not decided.code and not decided.revenue_code:
        raise MISSING.error(field="adjudications.code")
    fitting("adjudications.adjustments", decided.adjustments, 5 * _MOST_CAS_TRIPLES)
    yield (
        "SVD",
        require(decided.payer_id, "adjudications.payer_id"),
        decided.paid,
        optional_procedure(decided.qualifier, decided.code, decided.modifiers, decided.description),
        decided.revenue_code,
        decided.units,
        decided.bundled_line,
    )
    yield from write_adjustments(decided.adjustments)
    if decided.paid_on is None:
        raise MISSING.error(field="adjudications.paid_on")
    yield ("DTP", "573", "D8", decided.paid_on)
    if decided.remaining is not None:
        yield ("AMT", "EAF", decided.remaining)
