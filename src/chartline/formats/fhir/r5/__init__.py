"""Some R4 resources in the shape of R5 (5.0.0), for those who want a preview: ``convert``. Reading only.

| type | what becomes different |
|---|---|
| Patient | nothing but attachments and profiles |
| Coverage | ``payor`` becomes ``insurer`` and ``paymentBy``, ``kind`` is told from it, numbers become identifiers |
| Appointment | reasons and service types become codeable references, ``comment`` a note, ``priority`` a concept |
| Claim | ``qualification`` is ``specialty``, ``packageCode`` the claim's group, ``bodySite`` has sites and parts |
| ExplanationOfBenefit | as Claim; ``adjudication.value`` is a quantity, ``processNote.type`` a concept |

What has no place in R5 is carried as an extension, as the specification says for conversions between versions:
``http://hl7.org/fhir/4.0/StructureDefinition/extension-Claim.diagnosis.packageCode``. What cannot be carried is left
out and told in a ``Notice``: ``meta.profile`` (the profiles named there are profiles of R4) and extensions whose
datatype R5 has changed. Only JSON: the order of elements, which XML needs, is not kept. Refuses other types, and
resources that contain others than these (and Organization), with ``fhir.no_r5_form``.
"""

from chartline.formats.fhir.r5.conversion import NO_R5_FORM, R5_TYPES, convert
from chartline.formats.fhir.r5.parts import Notice

__all__ = ["NO_R5_FORM", "R5_TYPES", "Notice", "convert"]
