"""What is to be different on a claim, from the body of a change to what the house corrects."""

from __future__ import annotations

from dataclasses import replace

from chartline.api.billing.claim_asked import (
    ClaimChange,
    attachments_of,
    dental_of,
    facility_of,
    institutional_of,
    lines_of,
    somebody,
)
from chartline.api.billing.shapes import money
from chartline.api.caller import Caller
from chartline.domains.claims import Correction
from chartline.flows.claim_intake import lines_for, party_of
from chartline.kernel.sealed import Sealed


def correction_of(caller: Caller, claim: str, asked: ClaimChange) -> Correction:
    """The correction that a body asks for. Raises ``api.bad_amount``, ``claims.no_provider``, ``claims.not_found``."""
    made = Correction(
        service_date=asked.service_date_from,
        service_through=asked.service_date_to,
        place_of_service=asked.place_of_service,
        prior_authorization=asked.prior_authorization_number,
        referral=asked.referral_number,
        referring=somebody(asked.referring_provider),
        supervising=somebody(asked.supervising_provider),
        facility=facility_of(asked.facility) if asked.facility is not None else None,
        attachments=attachments_of(asked.attachments) if asked.attachments is not None else None,
        institutional=institutional_of(asked.institutional) if asked.institutional is not None else None,
        dental=dental_of(asked.dental) if asked.dental is not None else None,
        member_id=Sealed(asked.subscriber_member_id.strip()) if asked.subscriber_member_id is not None else None,
        note=Sealed(asked.claim_note) if asked.claim_note is not None else None,
    )
    with caller.read() as work:
        if asked.rendering_provider_npi:
            rendering, _ = party_of(work, asked.rendering_provider_npi, "renderingProviderNpi")
            made = replace(made, rendering=rendering)
        if asked.billing_provider_npi:
            _, billing = party_of(work, asked.billing_provider_npi, "billingProviderNpi")
            made = replace(made, billing=billing)
        if asked.lines is not None:
            diagnoses, lines = lines_for(caller.ground, work, claim, lines_of(asked.lines), made.service_date)
            made = replace(made, diagnoses=diagnoses, lines=lines)
    if asked.total_charge is not None:
        made = replace(made, total=money(asked.total_charge, "totalCharge").minor)
    return made
