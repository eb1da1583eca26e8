"""What CORE messages are called (PayloadType), and the fixed words of the envelope (sheet of clearinghouses 5.2).

Names of 270, 276, 837P, 999 and 835 are documented; 278 is seen in clients; the others follow their pattern and are
options of the connection.
"""

from __future__ import annotations

from typing import Final

RULE: Final = "2.2.0"
"""CORERuleVersion: the version adopted by law."""

REAL_TIME: Final = "RealTime"
BATCH: Final = "Batch"

ELIGIBILITY: Final = "X12_270_Request_005010X279A1"
STATUS: Final = "X12_276_Request_005010X212"
AUTHORIZATION: Final = "X12_278_Request_005010X217E1_2"
ACKNOWLEDGEMENT: Final = "X12_999_RetrievalRequest_005010X231A1"
REMITTANCES: Final = "X12_005010_Request_Batch_Results_835"

CLAIMS: Final = {
    "005010X222A1": "X12_837_Request_005010X222A1",
    "005010X223A2": "X12_837_Request_005010X223A2",
    "005010X224A2": "X12_837_Request_005010X224A2",
}
"""By the guide in GS08: professional, institutional, dental."""

TIER: Final = "account"
ANSWER_SECONDS: Final = 25.0
"""Five more than the 20 that the other side has by rule."""
