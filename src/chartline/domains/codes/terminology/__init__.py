"""Terminology that a practice loads or stores: code systems from files, and its own resources, beside what is shipped.

The rules are in ``formats/fhir/terminology``; here are the database, the loaders and the sources that feed those rules.
"""

from chartline.domains.codes.terminology.loaded import Loaded, LoadedSystem
from chartline.domains.codes.terminology.loading import Edition, Loading
from chartline.domains.codes.terminology.stored import StoredTerminology, practice_terminology

__all__ = ["Edition", "Loaded", "LoadedSystem", "Loading", "StoredTerminology", "practice_terminology"]
