"""How an ``Era`` looks as a list row, as fields and as lines of print (sheet 7.1, 7.3). Dates are ``YYYY-MM-DD``."""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.envelope import Node, Number
from chartline.connectors.claimmd.simulator.remittance import Adjustment, Era, EraClaim, EraLine
from chartline.connectors.claimmd.simulator.service import amount
from chartline.connectors.claimmd.simulator.stamps import iso, local


def list_row(era: Era) -> Node:
    """One row of eralist/. The name of the element is an inference: no source shows it."""
    return Node(
        "era",
        {
            "eraid": Number(era.id),
            "check_number": era.check,
            "check_type": "EFT" if era.paid else "NON",
            "paid_amount": Number(amount(era.paid)),
            "paid_date": iso(era.day),
            "payer_name": era.payer_name,
            "payerid": era.payerid,
            "prov_name": era.prov_name,
            "prov_npi": era.prov_npi,
            "prov_taxid": era.prov_taxid,
            "claimmd_prov_name": era.prov_name,
            "received_time": local(era.received),
            "download_time": local(era.downloaded) if era.downloaded else "",
        },
    )


def header(era: Era) -> dict[str, str]:
    """The payment, its payer and its payee."""
    street, city, state, code = era.payer_address
    return {
        "eraid": Number(era.id),
        "check_number": era.check,
        "paid_amount": Number(amount(era.paid)),
        "paid_date": iso(era.day),
        "payment_method": era.method,
        "payment_format": "CCP" if era.paid else "",
        "payer_name": era.payer_name,
        "payerid": era.payerid,
        "payer_addr_1": street,
        "payer_city": city,
        "payer_state": state,
        "payer_zip": code,
        "prov_name": era.prov_name,
        "prov_npi": era.prov_npi,
        "prov_taxid": era.prov_taxid,
    }


def data_node(era: Era) -> Node:
    """The whole answer of eradata/."""
    return Node("result", header(era), [_claim(claim) for claim in era.claims])


def page_lines(era: Era, pcn: str) -> list[str]:
    """The printable page: ids, codes and amounts."""
    lines = [
        f"REMITTANCE {era.id}   {era.payer_name}   {era.check}   {iso(era.day)}   {amount(era.paid)}",
        f"TO {era.prov_name}   NPI {era.prov_npi}",
        "",
    ]
    for claim in era.claims:
        if pcn in ("", claim.pcn):
            lines.append(
                f"{claim.pcn}  {claim.icn}  status {claim.status}  {amount(claim.charge)}  {amount(claim.paid)}"
            )
            lines += [
                f"    {line.procedure}  {iso(line.day)}  {amount(line.charge)}  {amount(line.paid)}  {_short(line)}"
                for line in claim.lines
            ]
    lines += [f"PROVIDER LEVEL {each.reason} {each.reference} {amount(each.amount)}" for each in era.provider_amounts]
    return lines


def _short(line: EraLine) -> str:
    return " ".join(f"{each.group}{each.code} {amount(each.amount)}" for each in line.adjustments)


def _claim(claim: EraClaim) -> Node:
    attributes = {
        "pcn": claim.pcn,
        "payer_icn": claim.icn,
        "status_code": Number(claim.status),
        "total_charge": Number(amount(claim.charge)),
        "total_paid": Number(amount(claim.paid)),
        "patient_responsibility": Number(amount(claim.patient)),
        "from_dos": iso(claim.first_day),
        "thru_dos": iso(claim.last_day),
        "claim_received_date": iso(claim.received),
        "filing_code": "12",
        "place_of_service": claim.place,
        "frequency_code": claim.frequency,
        "crossover_carrier": claim.crossover,
        "prov_npi": claim.prov_npi,
        "pat_name_l": claim.pat_last,
        "pat_name_f": claim.pat_first,
        "ins_name_l": claim.ins_last,
        "ins_name_f": claim.ins_first,
        "ins_number": claim.ins_number,
    }
    return Node("claim", attributes, [*map(_adjustment, claim.adjustments), *map(_charge, claim.lines)])


def _charge(line: EraLine) -> Node:
    modifiers = {f"mod{number}": code for number, code in enumerate(line.modifiers, 1)}
    attributes = {
        "chgid": line.chgid,
        "proc_code": line.procedure,
        **modifiers,
        "units": Number(line.units),
        "charge": Number(amount(line.charge)),
        "allowed": Number(amount(line.allowed)),
        "paid": Number(amount(line.paid)),
        "from_dos": iso(line.day),
        "thru_dos": iso(line.day),
    }
    return Node("charge", attributes, [_adjustment(each) for each in line.adjustments])


def _adjustment(each: Adjustment) -> Node:
    return Node("adjustment", {"group": each.group, "code": each.code, "amount": Number(amount(each.amount))})
