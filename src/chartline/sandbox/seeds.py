"""What each vendor's simulator is told of the world: the same people, each vendor's own words.

Special fates are placed by patient number, so that every kind of remittance occurs on the day, whatever the seed.
"""

from __future__ import annotations

import msgspec

from chartline.connectors.advancedmd.simulator.seed import (
    AddressSeed,
    CarrierSeed,
    CodeSeed,
    ColumnSeed,
    OfficeSeed,
    PatientSeed,
    PlanSeed,
    ProcedureSeed,
    ProfileSeed,
    VisitSeed,
)
from chartline.connectors.claimmd.simulator.rules import Mind, ProviderAdjustment, Rule, Stranger, Terms
from chartline.connectors.claimmd.simulator.seed import Account, Coverage, Options, Seed
from chartline.connectors.claimmd.simulator.seed import Payer as PayerSeed
from chartline.sandbox.world import DIAGNOSES, FEES, Patient, Visit, World

APPNAME = "CHARTLINE"
MODIFIERS = ("95", "GT", "HO", "59")


def office_seed(world: World) -> list[OfficeSeed]:
    """The practice's office at AdvancedMD: what was there before the day began."""
    return [
        OfficeSeed(
            office=world.office_key,
            username=world.username,
            password=world.password,
            appname=APPNAME,
            profiles=[
                ProfileSeed(code=each.key, name=f"{each.family},{each.given}", npi=each.npi) for each in world.providers
            ],
            columns=[
                ColumnSeed(heading=f"COLUMN {each.key}", profile=each.key, interval=30) for each in world.providers
            ],
            carriers=[CarrierSeed(code=each.payer_id, name=each.name) for each in world.payers],
            procedures=[ProcedureSeed(code=code, fee=fee) for code, fee in FEES.items()],
            diagnoses=[CodeSeed(code=code) for code in DIAGNOSES],
            modifiers=[CodeSeed(code=code) for code in MODIFIERS],
            patients=[patient_seed(each) for each in world.patients if each.known],
            visits=[visit_seed(each) for each in world.visits if each.known],
        )
    ]


def patient_ref(patient: Patient) -> str:
    """The name of a patient between the sandbox and the simulator."""
    return f"patient-{patient.number}"


def visit_ref(visit: Visit) -> str:
    """The name of a visit between the sandbox and the simulator."""
    return f"visit-{visit.number}"


def patient_seed(patient: Patient) -> PatientSeed:
    """A patient with insurance as the vendor has them."""
    return PatientSeed(
        ref=patient_ref(patient),
        name=f"{patient.family},{patient.given} {patient.middle}",
        dob=patient.birth_date.isoformat(),
        sex=patient.sex,
        profile=patient.provider.key,
        address=AddressSeed(street=patient.street, city=patient.city, state=patient.state, zip=patient.postal_code),
        home_phone=patient.phone,
        email=patient.email,
        plans=[
            PlanSeed(
                carrier=patient.payer.payer_id,
                subscribernum=patient.member_id,
                group_number=patient.group_number,
                copay=patient.copay.text(),
                begin="2026-01-01",
            )
        ],
    )


def visit_seed(visit: Visit) -> VisitSeed:
    """A visit as the vendor has it booked."""
    return VisitSeed(
        ref=visit_ref(visit),
        patient=patient_ref(visit.patient),
        profile=visit.patient.provider.key,
        date=visit.start.date().isoformat(),
        time=visit.start.strftime("%H:%M"),
        duration=visit.minutes,
        column=f"COLUMN {visit.patient.provider.key}",
    )


def clearinghouse_seed(world: World) -> Seed:
    """The practice's account at Claim.MD, the payers behind it, and what each will do with the day's claims.

    One payer pays with copays and denies one member for lack of authorization; one takes an overpayment back from
    its first check, reverses and corrects one claim; one applies deductibles, pays one claim in part and names a
    patient nobody knows. One member id is refused by Claim.MD itself until it is corrected.
    """
    cedar, bluewater, harborline, statewide = world.payers
    number = {patient.number: patient for patient in world.patients}
    return Seed(
        accounts=(
            Account(
                key=world.account_key,
                acct_number="91001",
                mode="production",
                options=Options(refuse_duplicates=True),
            ),
        ),
        payers=(
            _payer(
                cedar.payer_id,
                cedar.name,
                Mind(
                    accept_hours=4,
                    pay_days=9,
                    terms=Terms(allowed_percent=78, copay="20.00"),
                    rules=(
                        Rule(action="deny", member=number[1].member_id, reason="CO197", remark="N54"),
                        Rule(action="pay", member=number[5].member_id, terms=Terms(allowed_percent=100, copay="0")),
                    ),
                ),
            ),
            _payer(
                bluewater.payer_id,
                bluewater.name,
                Mind(
                    accept_hours=8,
                    pay_days=14,
                    terms=Terms(allowed_percent=72, coinsurance_percent=20),
                    rules=(
                        Rule(
                            action="reverse",
                            member=number[2].member_id,
                            after_days=7,
                            corrected=Terms(allowed_percent=60, coinsurance_percent=10),
                        ),
                    ),
                    provider_adjustments=(
                        ProviderAdjustment(reason="WO", amount="37.50", reference="OVERPAY-2025", check=1),
                        ProviderAdjustment(reason="L6", amount="-1.25", reference="INTEREST", check=2),
                    ),
                ),
                member_pattern=f"{bluewater.member_prefix}[0-9]{{9}}",
            ),
            _payer(
                harborline.payer_id,
                harborline.name,
                Mind(
                    accept_hours=6,
                    pay_days=12,
                    terms=Terms(allowed_percent=85, deductible="25.00", copay="15.00"),
                    rules=(Rule(action="partial", member=number[3].member_id, reason="CO151"),),
                    strangers=(Stranger(pcn="ELSEWHERE1", charge="90.00", paid="61.20", check=1),),
                ),
            ),
            _payer(statewide.payer_id, statewide.name, Mind()),
        ),
        eligibility=tuple(_coverage(patient) for patient in world.patients),
    )


def _payer(payer_id: str, name: str, mind: Mind, member_pattern: str = "") -> PayerSeed:
    return PayerSeed(payerid=payer_id, payer_name=name, mind=mind, member_pattern=member_pattern)


def _coverage(patient: Patient) -> Coverage:
    return Coverage(
        member=patient.member_id,
        payerid=patient.payer.payer_id,
        status="inactive" if patient.number in (12, 28) else "active",
        aaa="75" if patient.number == 36 else "",
        last_name=patient.family,
        first_name=patient.given,
        dob=patient.birth_date,
        sex=patient.sex,
        plan=f"{patient.payer.name.split(' (')[0]} CHOICE",
        group_number=patient.group_number,
        copay=patient.copay.text(),
        deductible="500.00",
        deductible_remaining=f"{(patient.number * 37) % 500}.00",
        coinsurance_percent=20,
    )


def as_json(seed: object) -> bytes:
    """A seed as its simulator reads it."""
    return msgspec.json.encode(seed)
