"""Every switch of the simulator in one place, changeable while it runs through ``POST /_control/options``."""

from __future__ import annotations

from typing import Literal

import msgspec

from chartline.kernel.sealed import Masked


class Options(Masked, msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How this vendor behaves today. Times are in simulated seconds; numbers name rows of SIMULATOR MUST."""

    meter_mode: Literal["meter", "reject", "fault"] = "meter"
    """Row 9: count excess calls and their cost, refuse them with 429, or refuse them with a fault."""
    token_seconds: int = 24 * 3600
    """Row 4."""
    expiry_style: Literal["fault", "401", "403"] = "fault"
    """Row 4: how a dead session is announced on the XML-RPC surface."""
    code_form: Literal["long", "short"] = "long"
    """Row 4: which of its two forms a fault code takes (vendor sheet 4)."""
    token_shape: Literal["hex", "base64"] = "hex"  # noqa: S105 - a shape, not a secret
    """Row 4."""
    login_spacing: int = 60
    """Row 3: a second login sooner than this is answered 429; 0 switches it off."""
    lock_after: int = 5
    """Row 3: wrong passwords in a row before the account locks."""
    direct: bool = False
    """Row 2: the first login post answers with a token and no redirect."""
    largest_body: int = 1_000_000
    """Row 8, in bytes."""
    stray_byte: bool = False
    """Row 6: an XML answer carries a byte that a strict parser refuses."""
    omit_success: bool = False
    """Read actions leave out ``Results@success`` (vendor sheet 2.2)."""
    strict_updates: bool = False
    """Row 13: updatepatient refuses a new value without its ``o_`` value."""
    lenient_codes: bool = False
    """Row 18: savecharges takes a raw procedure code."""
    empty_addinsurance: bool = False
    """Row 20: addinsurance answers with an empty ``Results``."""
    feed_privilege: bool = True
    """Row 15: whether the user may read the feeds."""
    empty_datevisits: bool = False
    """Some offices get no rows from getdatevisits, and all of them from getreminderappts (vendor sheet 9.2)."""
    eligibility_polls: int = 1
    """Row 21: how often an eligibility answer is still pending."""
    eligibility_answer: Literal["rich", "poor", "reject", "timeout"] = "rich"
    """Row 21."""
    single_appointment: bool = False
    """Row 25: one appointment comes as a bare object and not as a list."""
    week_starts: Literal["monday", "sunday"] = "monday"
    """Row 25: the first letter of ``workweek`` and ``daysofweek``; the sheet has evidence for both."""
    note_id_at_root: bool = False
    """Row 24: addehrnote gives its id as ``newid`` of the root, and not on ``Results``."""
    hook_url: str = ""
    """Where news is posted, on loopback only; a placeholder, since no hook of the vendor is known."""
    hook_secret: str = ""
    """The key of the news's signature."""
