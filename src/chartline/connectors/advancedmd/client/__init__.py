"""One function per AdvancedMD action: typed in, typed out, in the vendor's words and no business words.

Classes are those of the vendor sheet, section 8: a wrong pair of action and class is a server fault (trap 19).
Refuses nothing itself; what the vendor says comes out as one of the four words.

    patients   feeds   visits   charges   coverage   payments   claims   lookups   notes      one module a subject
    asking     templates                                                                      what they share
"""

from __future__ import annotations

from chartline.connectors.advancedmd.client.asking import Listed, Read
from chartline.connectors.advancedmd.client.charges import ChargeCalls
from chartline.connectors.advancedmd.client.claims import ClaimCalls
from chartline.connectors.advancedmd.client.coverage import CoverageCalls
from chartline.connectors.advancedmd.client.feeds import FeedCalls
from chartline.connectors.advancedmd.client.lookups import LookupCalls
from chartline.connectors.advancedmd.client.notes import NoteCalls
from chartline.connectors.advancedmd.client.patients import Demographic, PatientCalls
from chartline.connectors.advancedmd.client.payments import PaymentCalls
from chartline.connectors.advancedmd.client.visits import VisitCalls


class Client(
    FeedCalls,
    PatientCalls,
    VisitCalls,
    ChargeCalls,
    CoverageCalls,
    PaymentCalls,
    ClaimCalls,
    LookupCalls,
    NoteCalls,
):
    """The actions this connector uses."""


__all__ = ["Client", "Demographic", "Listed", "Read"]
