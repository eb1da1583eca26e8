"""A frozen copy in the words of the claim files: pure, without the database."""

from chartline.domains.claims.wording.dental import dental_claim
from chartline.domains.claims.wording.institutional import institutional_claim
from chartline.domains.claims.wording.parts import FileParties
from chartline.domains.claims.wording.professional import professional_claim

__all__ = ["FileParties", "dental_claim", "institutional_claim", "professional_claim"]
