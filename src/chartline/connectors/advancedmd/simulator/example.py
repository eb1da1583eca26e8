"""The small invented office the simulator opens when it is started without one."""

from __future__ import annotations

from chartline.connectors.advancedmd.simulator.seed import (
    AddressSeed,
    CarrierSeed,
    CodeSeed,
    ColumnSeed,
    NoteFieldSeed,
    NotePageSeed,
    NoteTemplateSeed,
    OfficeSeed,
    PatientSeed,
    PlanSeed,
    ProcedureSeed,
    ProfileSeed,
    VisitSeed,
)


def example_office() -> OfficeSeed:
    """A behavioural-health office of three patients; one name needs a letter outside ASCII (row 6)."""
    home = AddressSeed(street="1 EXAMPLE WAY", unit="APT 2", city="TESTVILLE", state="UT", zip="84000")
    return OfficeSeed(
        office="999001",
        username="SIMUSER",
        password="simulated only",  # noqa: S106 - of an invented office
        appname="SIMAPP",
        profiles=[ProfileSeed(code="INV", name="INVENTED,IRIS", npi="1999999984", specialty="PSYCHOLOGIST")],
        facilities=[CodeSeed(code="MAIN", name="EXAMPLE CLINIC")],
        columns=[ColumnSeed(heading="DR INVENTED", profile="INV", facility="MAIN")],
        carriers=[
            CarrierSeed(code="SIM01", name="EXAMPLE HEALTH PLAN", address=home),
            CarrierSeed(code="SIM02", name="SAMPLE MUTUAL"),
        ],
        procedures=[
            ProcedureSeed(code="90791", fee="220.00"),
            ProcedureSeed(code="90834", fee="150.00"),
            ProcedureSeed(code="90837", fee="190.00"),
        ],
        diagnoses=[CodeSeed(code="F32.1"), CodeSeed(code="F41.1"), CodeSeed(code="F43.10")],
        modifiers=[CodeSeed(code="95"), CodeSeed(code="GT")],
        financial_classes=[CodeSeed(code="COM", name="COMMERCIAL")],
        account_types=[CodeSeed(code="STD", name="STANDARD")],
        appointment_types=[CodeSeed(code="FU", name="FOLLOW UP")],
        zips=[home],
        note_templates=[
            NoteTemplateSeed(
                name="PROGRESS NOTE",
                pages=[
                    NotePageSeed(
                        index="0",
                        name="MAIN",
                        fields=[NoteFieldSeed(ordinal="17", name="GOAL"), NoteFieldSeed(ordinal="23", name="PLAN")],
                    )
                ],
            )
        ],
        patients=[
            PatientSeed(
                ref="p1",
                name="MUÑOZ,INÉS Q",
                dob="1980-01-15",
                sex="F",
                profile="INV",
                address=home,
                home_phone="5555550100",
                email="ines@example.invalid",
                plans=[PlanSeed(carrier="SIM01", subscribernum="EX123", copay="25.00", begin="2026-01-01")],
            ),
            PatientSeed(
                ref="p2",
                name="SAMPLE,SAM",
                dob="1975-06-02",
                sex="M",
                profile="INV",
                address=home,
                cell_phone="5555550101",
                plans=[
                    PlanSeed(carrier="SIM01", subscribernum="EX124", begin="2026-01-01"),
                    PlanSeed(carrier="SIM02", subscribernum="EX125", coverage="2", begin="2026-01-01"),
                ],
            ),
            PatientSeed(ref="p3", name="INVENTED,NORA", dob="2001-12-31", sex="F", profile="INV"),
        ],
        visits=[
            VisitSeed(
                ref="v1",
                patient="p1",
                profile="INV",
                date="2026-03-04",
                time="09:00",
                column="DR INVENTED",
                facility="MAIN",
            ),
            VisitSeed(
                ref="v2",
                patient="p2",
                profile="INV",
                date="2026-03-04",
                time="10:00",
                column="DR INVENTED",
                facility="MAIN",
            ),
        ],
    )
