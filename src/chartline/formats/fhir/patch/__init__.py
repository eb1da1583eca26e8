"""Patches of a resource: JSON Patch (RFC 6902) and FHIRPath Patch (R4). The resource given is never changed.

Refuses to change the type, the id or the version. What comes out is to be checked like any resource that is sent in.
"""

from chartline.formats.fhir.patch.fhirpath_patch import fhirpath_patch
from chartline.formats.fhir.patch.json_patch import json_patch
from chartline.formats.fhir.patch.problems import PATCH_BAD, PATCH_TEST_FAILED

__all__ = ["PATCH_BAD", "PATCH_TEST_FAILED", "fhirpath_patch", "json_patch"]
