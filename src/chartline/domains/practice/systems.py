"""The identifier systems and extensions of our own that stand in FHIR resources.

Numbers that a vendor gave are kept under a system of that connection, so that two systems never share one.
"""

from __future__ import annotations

PAYER = "urn:chartline:payer"
"""A payer's electronic id, as the clearinghouse lists it."""
NPI = "http://hl7.org/fhir/sid/us-npi"
"""National Provider Identifier."""
RAW_STATUS = "urn:chartline:raw-status"
"""Extension: the status word of a vendor that has no equivalent."""
VISIT_STATE = "urn:chartline:visit-state"
"""Extension of Appointment: the finer state (``confirmed``, ``checked-out``) that FHIR's own status cannot tell."""
CONTACT = "urn:chartline:contact"
"""Extension of a telecom of Patient: ``other`` marks the telephone that is neither at home, at work nor mobile."""
BALANCES = "urn:chartline:balances"
"""Extension of Account and Invoice: what insurance and the patient owe, as the ledger sums up. See the page on what
billing publishes."""


def vendor_system(source: str, what: str) -> str:
    """The identifier system of one kind of number of one connection, such as its chart numbers."""
    return f"urn:chartline:connection:{source}:{what}"
