"""An office as a file: accounts, code lists, people and visits that are there when the simulator starts.

``ref`` names an entry for other entries and for later seedings: an entry whose ref is already there is left as it
is, so the same seed twice changes nothing. Refuses the vendor's real domain (row 28).
"""

from __future__ import annotations

import msgspec

from chartline.kernel.sealed import Masked

VENDOR_DOMAIN = "advancedmd.com"


class SeedRefused(ValueError):
    """The seed is not usable; the text is static."""


class AddressSeed(Masked, msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A postal address; ``street`` becomes the wire's address2 and ``unit`` its address1."""

    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


class CodeSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A code list entry; its ref is its code. The name is ``CODE <code>`` unless given."""

    code: str
    name: str = ""


class ProcedureSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A procedure code (no descriptions) with the fee of one unit as decimal text."""

    code: str
    fee: str = "0.00"
    name: str = ""


class CarrierSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An insurance carrier; ``code`` is the payer id and the ref."""

    code: str
    name: str
    address: AddressSeed = AddressSeed()


class ProfileSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A billing profile and the provider behind it; ``code`` is the ref, ``name`` is ``LAST,FIRST``."""

    code: str
    name: str
    npi: str = ""
    specialty: str = ""


class ColumnSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A schedule column. ``profile`` and ``facility`` are codes; ``most`` appointments start together, 0 = any."""

    heading: str
    profile: str = ""
    facility: str = ""
    start: str = "08:00"
    end: str = "18:00"
    interval: int = 15
    most: int = 1
    workweek: str = "1111100"
    """Seven letters from Monday on, 1 for a day with appointments."""


class HoldSeed(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Blocked time of a column (its heading). ``begin`` and ``end`` are ISO date-times of the office's wall clock;
    a recurring hold blocks the hours between their clock times on each day from the first to the last."""

    ref: str
    column: str
    begin: str
    end: str
    recurring: bool = False
    note: str = ""


class NoteFieldSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A field of a note template under its number."""

    ordinal: str
    name: str
    kind: str = "text"


class NotePageSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A page of a note template."""

    index: str
    name: str
    fields: list[NoteFieldSeed] = []


class NoteTemplateSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A kind of clinical note; its name is its ref."""

    name: str
    pages: list[NotePageSeed] = []


class PaymentCodeSeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A payment code; ``kind`` is ``patient``, ``insurance`` or ``writeoff``."""

    code: str
    name: str = ""
    kind: str = "patient"


PAYMENT_CODES = (
    PaymentCodeSeed(code="PP", name="PERSONAL PAYMENT"),
    PaymentCodeSeed(code="IP", name="INSURANCE PAYMENT", kind="insurance"),
    PaymentCodeSeed(code="WO", name="WRITE-OFF", kind="writeoff"),
)
"""What an office has unless its seed says otherwise; ``pp`` is seen in a client (vendor sheet 6.2)."""


class PlanSeed(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An insurance plan of the patient themself. Dates are ISO, amounts decimal text."""

    carrier: str
    subscribernum: str
    coverage: str = "1"
    group_name: str = ""
    group_number: str = ""
    copay: str = ""
    begin: str = ""
    end: str = ""


class PatientSeed(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A patient; ``name`` is ``LAST,FIRST M``, ``dob`` ISO, phones any text with ten digits.

    ``payer`` is the ref of a patient planted before, whose responsible party pays for this one as well.
    """

    ref: str
    name: str
    dob: str
    sex: str = "U"
    ssn: str = ""
    profile: str = ""
    address: AddressSeed = AddressSeed()
    home_phone: str = ""
    cell_phone: str = ""
    email: str = ""
    payer: str = ""
    plans: list[PlanSeed] = []


class VisitSeed(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A visit; ``column`` is a heading, ``date`` ISO, ``time`` ``HH:MM`` or empty, ``status`` an apptstatus."""

    ref: str
    patient: str
    profile: str
    date: str
    time: str = ""
    duration: int = 60
    column: str = ""
    facility: str = ""
    status: str = "0"
    note: str = ""


class Crowd(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Many patients of one surname, for paging (row 11)."""

    surname: str
    count: int


class OfficeSeed(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One invented office. ``host`` replaces the caller's own host in ``webserver``."""

    office: str
    username: str
    password: str
    appname: str
    cluster: str = "api-101"
    host: str = ""
    expired: bool = False
    profiles: list[ProfileSeed] = []
    facilities: list[CodeSeed] = []
    columns: list[ColumnSeed] = []
    carriers: list[CarrierSeed] = []
    procedures: list[ProcedureSeed] = []
    diagnoses: list[CodeSeed] = []
    modifiers: list[CodeSeed] = []
    financial_classes: list[CodeSeed] = []
    account_types: list[CodeSeed] = []
    appointment_types: list[CodeSeed] = []
    zips: list[AddressSeed] = []
    payment_codes: list[PaymentCodeSeed] = msgspec.field(default_factory=lambda: list(PAYMENT_CODES))
    note_templates: list[NoteTemplateSeed] = []
    holds: list[HoldSeed] = []
    patients: list[PatientSeed] = []
    visits: list[VisitSeed] = []
    crowd: Crowd | None = None


def read_seeds(body: bytes) -> list[OfficeSeed]:
    """One office or a list of them, from JSON. Raises SeedRefused with the place of the mistake, not its value."""
    try:
        return msgspec.json.decode(body, type=list[OfficeSeed])
    except msgspec.ValidationError:
        pass
    except msgspec.DecodeError:
        raise SeedRefused("the seed is not JSON") from None
    try:
        return [msgspec.json.decode(body, type=OfficeSeed)]
    except msgspec.ValidationError as error:
        raise SeedRefused(f"the seed does not have the shape of OfficeSeed: {error}") from None


def check(seed: OfficeSeed) -> None:
    """Refuse a seed that points at the vendor's own hosts, or an office that a URL or a token cannot carry."""
    if any(VENDOR_DOMAIN in text.lower() for text in (seed.host, seed.username, seed.appname, seed.cluster)):
        raise SeedRefused("a simulated office must not name the vendor's own domain")
    if not (seed.office.isascii() and seed.office.isdigit() and seed.password and seed.username):
        raise SeedRefused("an office needs a key of digits, a username and a password")
    for text in (seed.appname, seed.cluster):
        if not (text.isascii() and text.replace("-", "").isalnum()):
            raise SeedRefused("appname and cluster become parts of a URL: letters, digits and hyphens only")
