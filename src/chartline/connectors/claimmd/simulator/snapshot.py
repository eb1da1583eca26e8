"""What the simulator knows, for tests and for proofs: ids, stages, counts and amounts, no names (sheet 15.24)."""

from __future__ import annotations

from chartline.connectors.claimmd.simulator.remittance import Era, EraClaim
from chartline.connectors.claimmd.simulator.service import amount
from chartline.connectors.claimmd.simulator.stamps import iso
from chartline.connectors.claimmd.simulator.state import Claim, World

TAKEN = ("acknowledged", "accepted", "reversing", "decided", "withdrawn")
CORRECTIONS = ("7", "8")
NAMES = ("uploads", "claims_received", "duplicates_refused", "eligibility_checks", "excess_calls", "bad_keys")


def counters(world: World, account: str = "") -> dict[str, object]:
    """What callers did, over all accounts or one.

    ``claims_by_remote_id`` counts claims that Claim.MD took and no payer rejected, first submissions only; what is
    there more than once adds up to ``duplicates``.
    """
    did: dict[str, int] = dict.fromkeys(NAMES, 0)
    calls: dict[str, int] = {}
    for name, value in world.counters.all().items():
        if not name.startswith("did/"):
            continue
        _, owner, what = name.split("/", 2)
        if account in ("", owner):
            kind = calls if what.startswith("calls/") else did
            short = what.removeprefix("calls/")
            kind[short] = kind.get(short, 0) + value
    by_remote: dict[tuple[str, str], int] = {}
    for claim in _of(world, account):
        if claim.remote_claimid and claim.stage in TAKEN and claim.frequency not in CORRECTIONS:
            key = (claim.account, claim.remote_claimid)
            by_remote[key] = by_remote.get(key, 0) + 1
    shown: dict[str, int] = {}
    for (_, remote), number in by_remote.items():
        shown[remote] = max(shown.get(remote, 0), number)
    return {
        **did,
        "calls": calls,
        "claims_accepted": sum(1 for claim in _of(world, account) if claim.stage != "refused"),
        "claims_refused": sum(1 for claim in _of(world, account) if claim.stage == "refused"),
        "claims_by_remote_id": shown,
        "duplicates": sum(number - 1 for number in by_remote.values()),
        "eras_made": sum(1 for era in world.eras if account in ("", era.account)),
    }


def snapshot(world: World, account: str = "") -> dict[str, object]:
    """All claims with their stages and all remittances with their sums, over all accounts or one."""
    return {
        "claims": [_claim(claim) for claim in _of(world, account)],
        "eras": [_era(era) for era in world.eras if account in ("", era.account)],
    }


def _of(world: World, account: str) -> list[Claim]:
    return [claim for claim in world.claims if account in ("", claim.account)]


def _claim(claim: Claim) -> dict[str, object]:
    return {
        "claimid": claim.id,
        "account": claim.account,
        "pcn": claim.pcn,
        "remote_claimid": claim.remote_claimid,
        "payerid": claim.payerid,
        "stage": claim.stage,
        "icn": claim.icn,
        "total": amount(claim.total) if claim.total is not None else None,
        "pay_day": iso(claim.pay_day) or None,
        "received": claim.received.isoformat() if claim.received else None,
        "first_day": iso(claim.first_day) or None,
        "frequency": claim.frequency,
        "next_payer": claim.prior_patient is not None,
        "archived": claim.archived,
    }


def _era(era: Era) -> dict[str, object]:
    return {
        "eraid": era.id,
        "account": era.account,
        "payerid": era.payerid,
        "check_number": era.check,
        "paid": amount(era.paid),
        "paid_date": iso(era.day),
        "downloaded": era.downloaded is not None,
        "claims": [_decided(claim) for claim in era.claims],
        "provider_amounts": [
            {"reason": each.reason, "reference": each.reference, "amount": amount(each.amount)}
            for each in era.provider_amounts
        ],
    }


def _decided(claim: EraClaim) -> dict[str, object]:
    return {
        "claimid": claim.claim,
        "pcn": claim.pcn,
        "status": claim.status,
        "charge": amount(claim.charge),
        "paid": amount(claim.paid),
        "patient": amount(claim.patient),
        "adjustments": _by_reason(claim),
    }


def _by_reason(claim: EraClaim) -> dict[str, str]:
    """What was taken off by group and reason, such as ``CO45``."""
    sums: dict[str, int] = {}
    for each in claim.every_adjustment:
        sums[each.group + each.code] = sums.get(each.group + each.code, 0) + each.amount
    return {reason: amount(sum_) for reason, sum_ in sums.items()}
