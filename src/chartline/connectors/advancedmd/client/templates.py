"""Field templates of the feeds: alias to the server's column (vendor sheet 7, trap 13).

One unknown column fails a whole feed with HTTP 400. So the columns that are proven stand apart from further ones, and
an office that refuses the further ones is asked for the proven ones alone from then on.
"""

from __future__ import annotations

from typing import Final

from chartline.connectors.advancedmd.tree import Node

_VISIT: Final = {
    "start": "VisitStartDateTime",
    "minutes": "Duration",
    "status": "ApptStatus",
    "profile": "ProfileUID",
    "patientid": "PatientID",
}
VISIT: Final = Node("visit", _VISIT)
"""Only columns that getdatevisits accepts too."""
VISIT_MORE: Final = Node(
    "visit",
    {
        **_VISIT,
        "posted": "ChargesPosted",
        "confirmedat": "ConfirmedAt",
        "confirmmethod": "ConfirmMethod",
        "changedat": "ModifiedAt",
    },
)
"""Some of these stand in clients only commented out: whether every office has them is not shown."""

VISIT_PATIENT: Final = Node("patient", {"name": "Name"})
"""Makes the server nest the patient under the visit."""

VISIT_CENSUS: Final = Node("visit", {"start": "VisitStartDateTime", "status": "ApptStatus"})
"""As little as tells whether a visit stands, and on which day."""

_PATIENT: Final = {
    "name": "Name",
    "dob": "DOB",
    "sex": "Sex",
    "chart": "Chart",
    "address1": "Address1",
    "address2": "Address2",
    "city": "City",
    "state": "State",
    "zipcode": "ZipCode",
}
PATIENT: Final = Node("patient", _PATIENT)
"""The feed offers no telephone and no e-mail; the social security number is not asked for."""
PATIENT_MORE: Final = Node("patient", {**_PATIENT, "changedat": "ChangedAt"})

PATIENT_CENSUS: Final = Node("patient", {"chart": "Chart"})

INSURANCE: Final = Node(
    "insurance",
    {
        "carrier": "CarName",
        "carriercode": "CarCode",
        "member": "SubscriberID",
        "copay": "CopayDollarAmount",
        "changedat": "ChangedAt",
    },
)
"""Makes the patient feed nest the plans; whether a plan is active comes unasked."""

CHARGE: Final = Node("charge", {"proccode": "ProcCode", "units": "Units", "fee": "Fee", "createdat": "CreatedAt"})
"""Makes the visit feed nest new charges. The sheet gives no column names: these are our placeholder (grade O)."""

NOTE: Final = (
    Node(
        "patientnote",
        {
            "patientid": "PatientID",
            "profileid": "ProfileID",
            "templatename": "TemplateName",
            "notedatetime": "NoteDateTime",
            "signedbyuser": "SignedByUser",
        },
    ),
    Node("page", {"pageindex": "PageIndex", "pagename": "PageName"}),
    Node("field", {"ordinal": "Ordinal", "name": "Name", "value": "Value"}),
)
"""Templates of the note actions (sheet 9.9). The columns of a field are proven, those of a note our placeholder."""
