"""Makes flat lists of codes from the value sets that R4 requires on coded elements.

A list is made only where the definitions name every code: concepts, whole code systems that are complete, exclusions.
Refuses the rest (media types, UCUM), which then have no list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]

CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GGP GHS GIP GMD GNF GTQ GYD
HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG
QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SPL SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TVD
TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VEF VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XOF XPD XPF XPT XSU
XTS XUA XXX YER ZAR ZMW ZWL
""".split()
"""ISO 4217 as R4's value set of currencies shows it, and the codes that came later."""
KNOWN = {"urn:iso:std:iso:4217": CURRENCIES}


def required(structures: Iterable[Json], terminology: Iterable[Json]) -> dict[str, Json]:
    """The codes, by system, of each value set that is required on a coded element, by canonical without version."""
    found: dict[str, Json] = {"ValueSet": {}, "CodeSystem": {}}
    for one in terminology:
        if one["resourceType"] in found:
            found[str(one["resourceType"])][str(one["url"])] = one
    lists: dict[str, Json] = {}
    for canonical in sorted(set(asked(structures))):
        codes = expanded(found["ValueSet"].get(canonical), found["CodeSystem"])
        if codes:
            lists[canonical] = {system: sorted(named) for system, named in sorted(codes.items())}
        else:
            print(f"no list: {canonical}")
    return lists


def asked(structures: Iterable[Json]) -> Iterator[str]:
    """The canonicals of the value sets that are required on elements of type ``code`` or ``CodeableConcept``."""
    for one in structures:
        for item in one["elements"]:
            binding = item.get("binding", {})
            coded = any(use["code"] in ("code", "CodeableConcept") for use in item.get("type", []))
            if coded and binding.get("strength") == "required":
                yield binding["valueSet"].partition("|")[0]


def expanded(value_set: Json | None, systems: Json) -> dict[str, set[str]]:
    """Every code of a value set by system, or none when it cannot be told."""
    if value_set is None:
        return {}
    codes: dict[str, set[str]] = {}
    for part in value_set["compose"]["include"]:
        named = listed(part, systems)
        if not named:
            return {}
        codes.setdefault(part["system"], set()).update(named)
    for part in value_set["compose"].get("exclude", []):
        codes[part["system"]] -= listed(part, systems)
    return codes


def listed(part: Json, systems: Json) -> set[str]:
    """The codes one include or exclude names."""
    if "filter" in part or "valueSet" in part:
        return set()
    if "concept" in part:
        return {item["code"] for item in part["concept"]}
    if part["system"] in KNOWN:
        return set(KNOWN[part["system"]])
    system = systems.get(part["system"])
    return set(nested(system["concept"])) if system and system["content"] == "complete" else set()


def nested(concepts: Iterable[Json]) -> Iterator[str]:
    """The codes of a code system, those below others too."""
    for one in concepts:
        yield one["code"]
        yield from nested(one.get("concept", []))
