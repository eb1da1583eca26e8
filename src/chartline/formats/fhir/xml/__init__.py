"""FHIR XML in and out, without loss, by the definitions: ``read_xml`` and ``write_xml``. Refuses document types."""

from chartline.formats.fhir.xml.problems import BAD_XML, NO_XML_FORM, NOT_XML
from chartline.formats.fhir.xml.reading import read_xml
from chartline.formats.fhir.xml.writing import write_xml

__all__ = ["BAD_XML", "NOT_XML", "NO_XML_FORM", "read_xml", "write_xml"]
