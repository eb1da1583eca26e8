"""A small invented world: few words, codes, places and days, so that searches find something."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

Json = Any
FAMILIES = (
    "Straße",
    "ﬁnch",
    "李",
    "Müllar",
    "Mullar",
    "MULLAR-Oke",
    "Núñezz",
    "de la Quill",
    "O'Brynn",
    "Quill, Jr",
    "Åsk",
    "Quill$worth",
)
GIVENS = ("Isolde", "ISOLDE", "Anna-Zoë", "Wren", "Zoë", "Zoe Ann", "Mü")
CITIES = ("Dolores", "Dolóres Sur", "Port Wren", "Ask")
SYSTEMS = ("http://s.example/a", "http://s.example/b", None)
CODES = ("c1", "c2", "c3", "c|4", "c,5")
WORDS = ("Heart rate", "Heartburn", "Pulse", "Púlse wave", "rate")
DAYS = (
    "2019",
    "2020-02",
    "2020-02-28",
    "2020-02-29",
    "2020-03-01",
    "2020-02-29T23:30:00Z",
    "2020-02-29T23:30:00-05:00",
    "2020-03-01T04:30:00Z",
    "2020-03-01T04:30:00.500Z",
    "2021-12-31T23:59:59+14:00",
    "2021",
)
BIRTHS = ("1984", "1984-07", "1984-07-19", "1984-12-31", "1979-07-19", "2001-02-03", "1989")
NUMBERS = ("5", "5.0", "5.4", "5.5", "4.6", "4.5", "500", "5000", "0.005", "-5", "0", "50.5")
UNITS = (
    (UCUM := "http://unitsofmeasure.org", "mg", "mg"),
    (UCUM, "g", "g"),
    (UCUM, "kg", "kilogram"),
    ("http://s.example/units", "g", "grain"),
    (None, None, "mg"),
    (None, None, None),
)
URLS = (
    "http://v.example/fhir/ValueSet/one",
    "http://v.example/fhir/ValueSet/one/two",
    "http://v.example/fhir",
    "urn:oid:1.2.3",
    "http://w.example/x?a=b|c",
)
COUNTS = {
    "Organization": 3,
    "Practitioner": 3,
    "Location": 3,
    "Patient": 5,
    "Encounter": 4,
    "Condition": 5,
    "Observation": 9,
    "MedicationRequest": 3,
    "Coverage": 3,
    "RiskAssessment": 3,
    "QuestionnaireResponse": 3,
    "ValueSet": 4,
    "List": 2,
    "Invoice": 2,
}
PLACES = ((40, -105), (Decimal("40.05"), Decimal("-104.9")), (0, Decimal("179.95")), (0, Decimal("-179.95")))
FOREIGN = "https://other.example/fhir"


def identity(rtype: str, index: int) -> str:
    """Ids of different types are equal at times, as they may be."""
    return f"{'' if index < 2 else rtype.lower()[:3]}{index}"


class Universe:
    """Makes one world from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def resources(self) -> list[Json]:
        made = [self._resource(rtype, index) for rtype, count in COUNTS.items() for index in range(count)]
        return [one for one in made if one is not None]

    def _resource(self, rtype: str, index: int) -> Json:
        maker = getattr(self, f"_{rtype.lower()}")
        made: Json = {"resourceType": rtype, "id": identity(rtype, index), **maker()}
        if self._chance(0.3):
            made["meta"] = self._some(
                tag=lambda: [self._coding()],
                security=lambda: [self._coding()],
                profile=lambda: [self._pick(URLS[:3])],
                source=lambda: self._pick(URLS),
            ) or {"tag": [self._coding()]}
        if rtype not in ("ValueSet", "RiskAssessment", "QuestionnaireResponse", "List", "Invoice") and self._chance(
            0.5
        ):
            made["identifier"] = [self._identifier() for _ in range(self._random.randint(1, 2))]
        return made

    def _chance(self, chance: float) -> bool:
        return self._random.random() < chance

    def _pick(self, values: Any) -> Any:
        return self._random.choice(values)

    def _some(self, chance: float = 0.6, **makers: Any) -> Json:
        """An object with each of its members there or not."""
        return {name.rstrip("_"): make() for name, make in makers.items() if self._chance(chance)}

    def _coding(self) -> Json:
        made = {"system": self._pick(SYSTEMS), "code": self._pick(CODES[:3])}
        if self._chance(0.4):
            made["display"] = self._pick(WORDS)
        return {name: value for name, value in made.items() if value}

    def _concept(self) -> Json:
        made: Json = (
            {"coding": [self._coding() for _ in range(self._random.randint(1, 2))]} if self._chance(0.85) else {}
        )
        if not made or self._chance(0.3):
            made["text"] = self._pick(WORDS)
        return made

    def _identifier(self) -> Json:
        made = self._some(0.7, system=lambda: self._pick(SYSTEMS[:2]), value=lambda: self._pick(CODES))
        if self._chance(0.4):
            made["type"] = self._concept()
        return made or {"value": self._pick(CODES)}

    def _name(self) -> Json:
        made = self._some(
            0.5,
            given=lambda: [self._pick(GIVENS) for _ in range(self._random.randint(1, 2))],
            _given=lambda: [None, {"extension": [{"url": "urn:example:why", "valueCode": "unknown"}]}],
            prefix=lambda: ["Dr"],
            text=lambda: self._pick(FAMILIES),
        )
        if "given" not in made:
            made.pop("_given", None)
        return {"family": self._pick(FAMILIES), **made}

    def _address(self) -> Json:
        return self._some(
            use=lambda: self._pick(("home", "work", "old")),
            line=lambda: [self._pick(("1 Larch Way", "22 Pölk St"))],
            state=lambda: self._pick(("CO", "UT")),
            postalCode=lambda: "81323",
        ) | {"city": self._pick(CITIES)}

    def _telecom(self) -> Json:
        return {"system": self._pick(("phone", "email", "fax")), "value": self._pick(("555-0147", "a@x.example"))}

    def _period(self) -> Json:
        made = self._some(0.75, start=lambda: self._pick(DAYS[:5]), end=lambda: self._pick(DAYS[4:]))
        return made or {"start": self._pick(DAYS)}

    def _amount(self) -> Json:
        system, code, unit = self._pick(UNITS)
        made = {"value": _number(self._pick(NUMBERS)), "system": system, "code": code, "unit": unit}
        return {name: value for name, value in made.items() if value is not None}

    def _link(self, *types: str) -> Json:
        """Mostly to somebody who is there; else nowhere, to another server, into the resource, or only in words."""
        rtype = self._pick(types)
        count = COUNTS.get(rtype, 1)
        local = f"{rtype}/{identity(rtype, self._random.randint(0, count))}"
        form = self._random.random()
        if form < 0.8:
            return {"reference": local}
        if form < 0.86:
            return {"reference": f"{local}/_history/{self._random.randint(1, 2)}"}
        if form < 0.91:
            return {"reference": f"{FOREIGN}/{local}"}
        if form < 0.96:
            return {"identifier": {"system": self._pick(SYSTEMS[:2]), "value": self._pick(CODES)}}
        return {"reference": local, "type": rtype, "identifier": {"value": self._pick(CODES)}}

    def _patient(self) -> Json:
        made = self._some(
            active=lambda: self._chance(0.5),
            _birthDate=lambda: {"extension": [{"url": "urn:example:why", "valueCode": "unknown"}]},
            telecom=lambda: [self._telecom() for _ in range(self._random.randint(1, 2))],
            gender=lambda: self._pick(("male", "female", "other")),
            birthDate=lambda: self._pick(BIRTHS),
            address=lambda: [self._address() for _ in range(self._random.randint(1, 2))],
            communication=lambda: [{"language": self._concept()}],
            generalPractitioner=lambda: [self._link("Practitioner", "Organization")],
            managingOrganization=lambda: self._link("Organization"),
            name=lambda: [self._name() for _ in range(self._random.randint(1, 2))],
        )
        gone = self._random.random()
        if gone < 0.2:
            made["deceasedDateTime"] = self._pick(DAYS)
        elif gone < 0.5:
            made["deceasedBoolean"] = gone < 0.35
        if self._chance(0.2):
            made["link"] = [{"other": self._link("Patient"), "type": "seealso"}]
        return made

    def _practitioner(self) -> Json:
        return self._some(
            active=lambda: self._chance(0.5), name=lambda: [self._name()], telecom=lambda: [self._telecom()]
        )

    def _organization(self) -> Json:
        made = self._some(
            type=lambda: [self._concept()],
            address=lambda: [self._address()],
            partOf=lambda: self._link("Organization"),
        )
        return made | {"name": self._pick(FAMILIES + CITIES)}

    def _location(self) -> Json:
        return self._some(
            name=lambda: self._pick(CITIES),
            status=lambda: self._pick(("active", "inactive")),
            operationalStatus=self._coding,
            address=self._address,
            managingOrganization=lambda: self._link("Organization"),
            partOf=lambda: self._link("Location"),
            position=lambda: {"latitude": self._pick(PLACES)[0], "longitude": self._pick(PLACES)[1]},
        )

    def _encounter(self) -> Json:
        return {"status": self._pick(("planned", "finished")), "class": self._coding()} | self._some(
            type=lambda: [self._concept()],
            subject=lambda: self._link("Patient"),
            period=self._period,
            length=self._amount,
            participant=lambda: [{"individual": self._link("Practitioner")}],
            location=lambda: [{"location": self._link("Location"), **self._some(0.5, period=self._period)}],
            serviceProvider=lambda: self._link("Organization"),
            partOf=lambda: self._link("Encounter"),
            diagnosis=lambda: [{"condition": self._link("Condition")}],
        )

    def _condition(self) -> Json:
        onset = self._pick(
            (
                {},
                {"onsetDateTime": self._pick(DAYS)},
                {"onsetPeriod": self._period()},
                {"onsetString": self._pick(WORDS)},
                {"onsetAge": self._amount()},
            )
        )
        return {"subject": self._link("Patient"), **onset} | self._some(
            code=self._concept,
            category=lambda: [self._concept()],
            severity=self._concept,
            encounter=lambda: self._link("Encounter"),
            abatementDateTime=lambda: self._pick(DAYS),
            recordedDate=lambda: self._pick(DAYS),
            asserter=lambda: self._link("Practitioner", "Patient"),
            evidence=lambda: [{"code": [self._concept()]}],
        )

    def _value(self) -> Json:
        return self._pick(
            (
                {},
                {"valueQuantity": self._amount()},
                {"valueQuantity": self._amount()},
                {"valueCodeableConcept": self._concept()},
                {"valueString": self._pick(WORDS)},
                {"valueDateTime": self._pick(DAYS)},
                {"valuePeriod": self._period()},
            )
        )

    def _component(self) -> Json:
        value = self._pick(({"valueQuantity": self._amount()}, {"valueCodeableConcept": self._concept()}, {}))
        return {"code": self._concept(), **value}

    def _observation(self) -> Json:
        made = {"status": self._pick(("final", "amended")), "code": self._concept(), **self._value()}
        when = self._pick(
            (
                {},
                {"effectiveDateTime": self._pick(DAYS)},
                {"effectivePeriod": self._period()},
                {"effectiveInstant": "2020-02-29T23:30:00.250Z"},
                {"effectiveTiming": {"event": [self._pick(DAYS), self._pick(DAYS)]}},
                {"effectiveTiming": {"repeat": {"boundsPeriod": self._period()}}},
            )
        )
        return {**made, **when} | self._some(
            category=lambda: [self._concept()],
            subject=lambda: self._link("Patient", "Patient", "Location"),
            encounter=lambda: self._link("Encounter"),
            performer=lambda: [self._link("Practitioner", "Organization", "Patient")],
            hasMember=lambda: [self._link("Observation")],
            component=lambda: [self._component() for _ in range(self._random.randint(1, 3))],
        )

    def _medicationrequest(self) -> Json:
        inner = {"resourceType": "Medication", "id": "m", "code": self._concept()}
        what = self._pick(
            (
                {"medicationCodeableConcept": self._concept()},
                {"medicationReference": self._link("Medication")},
                {"medicationReference": {"reference": "#m"}, "contained": [inner]},
            )
        )
        made = {"status": self._pick(("active", "stopped")), "intent": self._pick(("order", "plan")), **what}
        return {**made, "subject": self._link("Patient")} | self._some(
            encounter=lambda: self._link("Encounter"),
            authoredOn=lambda: self._pick(DAYS),
            requester=lambda: self._link("Practitioner", "Patient"),
            dosageInstruction=lambda: [{"timing": {"event": [self._pick(DAYS), self._pick(DAYS)]}}],
        )

    def _coverage(self) -> Json:
        payors = [self._link("Organization", "Patient") for _ in range(self._random.randint(1, 2))]
        made = {"status": self._pick(("active", "cancelled")), "beneficiary": self._link("Patient"), "payor": payors}
        return made | self._some(
            type=self._concept,
            subscriber=lambda: self._link("Patient"),
            class_=lambda: [{"type": self._concept(), "value": self._pick(WORDS)}],
            dependent=lambda: self._pick(("01", "02")),
        )

    def _riskassessment(self) -> Json:
        guess = lambda: {  # noqa: E731
            "probabilityDecimal": _number(self._pick(NUMBERS)),
            **self._some(0.5, qualitativeRisk=self._concept),
        }
        when = self._pick(({}, {"occurrenceDateTime": self._pick(DAYS)}, {"occurrencePeriod": self._period()}))
        return {"status": "final", "subject": self._link("Patient"), **when} | self._some(
            prediction=lambda: [guess() for _ in range(self._random.randint(1, 2))]
        )

    def _questionnaireresponse(self) -> Json:
        return {"status": self._pick(("completed", "amended"))} | self._some(
            questionnaire=lambda: self._pick(("http://v.example/q", "http://v.example/q|1", "http://v.example/q|2")),
            subject=lambda: self._link("Patient", "Organization"),
            author=lambda: self._link("Practitioner", "Patient"),
            authored=lambda: self._pick(DAYS),
        )

    def _valueset(self) -> Json:
        context = lambda: {  # noqa: E731
            "code": self._coding(),
            **self._pick(({"valueQuantity": self._amount()}, {"valueCodeableConcept": self._concept()})),
        }
        return {"status": self._pick(("draft", "active"))} | self._some(
            url=lambda: self._pick(URLS),
            name=lambda: self._pick(("HeartRates", "Heart_Rates", "Pulses")),
            title=lambda: self._pick(WORDS),
            version=lambda: self._pick(("1", "2")),
            date=lambda: self._pick(DAYS),
            compose=lambda: {"include": [{"system": self._pick(URLS)} for _ in range(self._random.randint(1, 2))]},
            useContext=lambda: [context() for _ in range(self._random.randint(1, 2))],
        )

    def _list(self) -> Json:
        return {"status": self._pick(("current", "retired")), "mode": "working"} | self._some(
            title=lambda: self._pick(WORDS),
            code=self._concept,
            subject=lambda: self._link("Patient"),
            date=lambda: self._pick(DAYS),
            entry=lambda: [{"item": self._link("Patient", "Observation")} for _ in range(self._random.randint(1, 3))],
        )

    def _invoice(self) -> Json:
        return {"status": self._pick(("issued", "balanced"))} | self._some(
            date=lambda: self._pick(DAYS),
            subject=lambda: self._link("Patient"),
            totalGross=lambda: {"value": _number(self._pick(NUMBERS)), "currency": self._pick(("USD", "EUR"))},
        )


def _number(text: str) -> object:
    return Decimal(text) if "." in text else int(text)
