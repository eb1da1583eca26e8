"""Puts a seed into the world: what is there already is left alone, what is missing is added."""

from __future__ import annotations

from datetime import date, datetime

from chartline.connectors.advancedmd.simulator.model import (
    Hold,
    NoteField,
    NotePage,
    NoteTemplate,
    Office,
    Patient,
    Plan,
    Visit,
)
from chartline.connectors.advancedmd.simulator.patients import kept, new_chart, new_party
from chartline.connectors.advancedmd.simulator.seed import (
    AddressSeed,
    HoldSeed,
    NoteTemplateSeed,
    OfficeSeed,
    PatientSeed,
    PlanSeed,
    SeedRefused,
    VisitSeed,
    check,
)
from chartline.connectors.advancedmd.simulator.values import read_date, read_minute, shown_date
from chartline.connectors.advancedmd.simulator.world import World
from chartline.kernel.money import Money

_NINETEEN_HUNDRED = date(1900, 1, 1)


def plant(world: World, seed: OfficeSeed) -> dict[str, dict[str, int]]:
    """Seed an office; answers kind -> ref -> number for everything the seed names, new or old.

    Raises SeedRefused, and then a part of the seed may already be planted; planting the corrected seed completes it.
    """
    check(seed)
    if seed.office not in world.offices:
        world.offices.put(
            seed.office,
            Office(
                key=seed.office,
                username=seed.username,
                password=seed.password,
                appname=seed.appname,
                cluster=seed.cluster,
                host=seed.host,
                expired=seed.expired,
            ),
        )
    bed = _Bed(world, seed.office)
    _plant_codes(bed, seed)
    for hold in seed.holds:
        if not bed.known("hold", hold.ref):
            bed.remember("hold", hold.ref, _plant_hold(bed, hold))
    for template in seed.note_templates:
        if not bed.known("notetemplate", template.name):
            bed.remember("notetemplate", template.name, _plant_note_template(bed, template))
    for patient in seed.patients:
        if not bed.known("patient", patient.ref):
            bed.remember("patient", patient.ref, _plant_patient(bed, patient))
    for visit in seed.visits:
        if not bed.known("visit", visit.ref):
            bed.remember("visit", visit.ref, _plant_visit(bed, visit))
    if seed.crowd:
        for running in range(seed.crowd.count):
            ref = f"crowd-{running}"
            if not bed.known("patient", ref):
                dob = date.fromordinal(_NINETEEN_HUNDRED.toordinal() + 20000 + running).isoformat()
                person = PatientSeed(ref=ref, name=f"{seed.crowd.surname},{_given(running)}", dob=dob)
                bed.remember("patient", ref, _plant_patient(bed, person))
    return bed.named(seed)


def _given(running: int) -> str:
    """A different given name for every number: letters only."""
    text = ""
    for _ in range(4):
        running, rest = divmod(running, 26)
        text = chr(ord("A") + rest) + text
    return f"CROWD{text}"


class _Bed:
    """One office of the world and the refs planted in it."""

    def __init__(self, world: World, office: str) -> None:
        self.world, self.office = world, office

    def known(self, kind: str, ref: str) -> bool:
        """Whether an entry was planted before."""
        return self.world.planted(self.office, kind, ref) is not None

    def remember(self, kind: str, ref: str, value: int) -> None:
        """Note the number an entry got."""
        self.world.note_planted(self.office, kind, ref, value)

    def number(self, kind: str, ref: str) -> int:
        """The number of a planted entry. Raises SeedRefused when there is none."""
        value = self.world.planted(self.office, kind, ref)
        if value is None:
            raise SeedRefused(f"the seed refers to a {kind} that it does not hold")
        return value

    def payer(self, ref: str) -> int:
        """The number of the responsible party of a planted patient."""
        return self.world.patients[str(self.number("patient", ref))].party

    def code(self, kind: str, code: str, name: str = "", extras: dict[str, str] | None = None) -> None:
        """Plant a code list entry under its code."""
        self.item(kind, code, code, name or f"CODE {code}", extras)

    def item(
        self,
        kind: str,
        ref: str,
        code: str,
        name: str,
        extras: dict[str, str] | None = None,
        address: AddressSeed | None = None,
    ) -> None:
        """Plant a code list entry."""
        if not self.known(kind, ref):
            place = {key: value for key, value in wire_address(address or AddressSeed()).items() if value}
            item = self.world.add_item(self.office, kind, code.upper(), name.upper(), extras, place)
            self.remember(kind, ref, item.id)

    def named(self, seed: OfficeSeed) -> dict[str, dict[str, int]]:
        """The numbers of everything that has a ref in the seed."""
        refs = {
            "profile": [entry.code for entry in seed.profiles],
            "facility": [entry.code for entry in seed.facilities],
            "column": [entry.heading for entry in seed.columns],
            "carrier": [entry.code for entry in seed.carriers],
            "proccode": [entry.code for entry in seed.procedures],
            "diagcode": [entry.code for entry in seed.diagnoses],
            "patient": [entry.ref for entry in seed.patients],
            "visit": [entry.ref for entry in seed.visits],
        }
        return {kind: {ref: self.number(kind, ref) for ref in names} for kind, names in refs.items()}


def wire_address(address: AddressSeed) -> dict[str, str]:
    """The wire's names: address2 is the street line (vendor sheet 9.1)."""
    parts = {
        "zip": address.zip,
        "city": address.city,
        "state": address.state,
        "address1": address.unit,
        "address2": address.street,
    }
    return {name: kept(name, value) for name, value in parts.items()}


def _plant_codes(bed: _Bed, seed: OfficeSeed) -> None:
    for facility in seed.facilities:
        bed.code("facility", facility.code, facility.name)
    for profile in seed.profiles:
        extras = {"status": "ACTIVE", "fullinactive": "0", "codesetpreference": "10", "isinstitutional": "0"}
        bed.code("profile", profile.code, profile.name, extras)
        bed.code("provider", profile.code, profile.name, {"npi": profile.npi, "specialty": profile.specialty})
    for column in seed.columns:
        extras = {
            "start": column.start,
            "end": column.end,
            "interval": str(column.interval),
            "maxapptsperslot": str(column.most),
            "workweek": column.workweek,
            "profile": str(bed.number("profile", column.profile)) if column.profile else "",
            "facility": str(bed.number("facility", column.facility)) if column.facility else "",
        }
        bed.item("column", column.heading, "", column.heading, extras)
    for carrier in seed.carriers:
        bed.item("carrier", carrier.code, carrier.code, carrier.name, None, carrier.address)
    for procedure in seed.procedures:
        bed.code("proccode", procedure.code, procedure.name, {"fee": _amount(procedure.fee)})
    for diagnosis in seed.diagnoses:
        bed.code("diagcode", diagnosis.code, diagnosis.name, {"codeset": "10"})
    for place in seed.zips:
        bed.code("zipcode", place.zip, place.city, {"city": place.city.upper(), "state": place.state.upper()})
    for payment in seed.payment_codes:
        bed.code("paycode", payment.code, payment.name, {"type": payment.kind})
    lists = {
        "modcode": seed.modifiers,
        "finclass": seed.financial_classes,
        "accttype": seed.account_types,
        "appttype": seed.appointment_types,
    }
    for kind, entries in lists.items():
        for entry in entries:
            bed.code(kind, entry.code, entry.name)


def _amount(text: str) -> str:
    try:
        return Money.parse(text).text()
    except ValueError:
        raise SeedRefused("an amount of the seed is not decimal text") from None


def _day(text: str) -> date:
    day = read_date(text)
    if day is None:
        raise SeedRefused("a date of the seed is not ISO")
    return day


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise SeedRefused("a date-time of the seed is not ISO") from None


def _plant_hold(bed: _Bed, seed: HoldSeed) -> int:
    begin, end = _moment(seed.begin), _moment(seed.end)
    hold = Hold(
        id=bed.world.new_number("hold"),
        office=bed.office,
        column=bed.number("column", seed.column),
        begin_day=begin.date(),
        begin_minute=begin.hour * 60 + begin.minute,
        end_day=end.date(),
        end_minute=end.hour * 60 + end.minute,
        recurring=seed.recurring,
        note=seed.note,
    )
    bed.world.holds.put(str(hold.id), hold)
    return hold.id


def _plant_note_template(bed: _Bed, seed: NoteTemplateSeed) -> int:
    pages = [
        NotePage(
            index=page.index,
            name=page.name.upper(),
            fields=[NoteField(ordinal=each.ordinal, name=each.name.upper(), kind=each.kind) for each in page.fields],
        )
        for page in seed.pages
    ]
    template = NoteTemplate(
        id=bed.world.new_number("notetemplate"), office=bed.office, name=seed.name.upper(), pages=pages
    )
    bed.world.note_templates.put(str(template.id), template)
    return template.id


def _plant_patient(bed: _Bed, seed: PatientSeed) -> int:
    world, now, name = bed.world, bed.world.now(), seed.name.upper()
    profile = str(bed.number("profile", seed.profile)) if seed.profile else ""
    party = bed.payer(seed.payer) if seed.payer else new_party(world, bed.office, name).id
    fields = {
        "sex": seed.sex,
        "ssn": kept("ssn", seed.ssn),
        "chart": new_chart(world, bed.office, name),
        "profile": profile,
        "relationship": "1",
        "hipaarelationship": "18",
    }
    contact = {"homephone": seed.home_phone, "cellphone": seed.cell_phone, "email": seed.email}
    patient = Patient(
        id=world.new_number("patient"),
        office=bed.office,
        name=name,
        dob=_day(seed.dob),
        party=party,
        fields=fields,
        address=wire_address(seed.address),
        contact={key: kept(key, value) for key, value in contact.items()},
        created=now,
        changed=now,
    )
    world.keep_patient(patient)
    for plan in seed.plans:
        _plant_plan(bed, patient, plan)
    return patient.id


def _plant_plan(bed: _Bed, patient: Patient, seed: PlanSeed) -> None:
    fields = {
        "subscribernum": seed.subscribernum.upper(),
        "coverage": seed.coverage,
        "grpname": seed.group_name.upper(),
        "grpnum": seed.group_number.upper(),
        "copay": _amount(seed.copay) if seed.copay else "",
        "copaytype": "$",
        "begindate": shown_date(_day(seed.begin)) if seed.begin else "",
        "enddate": shown_date(_day(seed.end)) if seed.end else "",
        "relationship": "1",
        "hipaarelationship": "18",
    }
    plan = Plan(
        id=bed.world.new_number("plan"),
        office=bed.office,
        patient=patient.id,
        carrier=bed.number("carrier", seed.carrier),
        subscriber=patient.party,
        fields=fields,
        created=patient.created,
        changed=patient.created,
    )
    bed.world.plans.put(str(plan.id), plan)


def _plant_visit(bed: _Bed, seed: VisitSeed) -> int:
    now = bed.world.now()
    minute = read_minute(seed.time) if seed.time else None
    if seed.time and minute is None:
        raise SeedRefused("a time of the seed is not HH:MM")
    visit = Visit(
        id=bed.world.new_number("visit"),
        office=bed.office,
        patient=bed.number("patient", seed.patient),
        profile=bed.number("profile", seed.profile),
        day=_day(seed.date),
        minute=minute,
        duration=seed.duration,
        column=bed.number("column", seed.column) if seed.column else 0,
        facility=bed.number("facility", seed.facility) if seed.facility else 0,
        status=seed.status,
        note=seed.note,
        created=now,
        changed=now,
    )
    bed.world.keep_visit(visit)
    return visit.id
