"""Puts a seed, or later additions, into the kept world. Doing the same twice changes nothing."""

from __future__ import annotations

import msgspec

from chartline.connectors.claimmd.simulator.rules import ProviderAdjustment, Rule, Stranger
from chartline.connectors.claimmd.simulator.seed import BAD_SEED, Seed
from chartline.connectors.claimmd.simulator.state import Added, Extra, World
from chartline.kernel.ids import derived_id


class Addition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rules and extras for a payer, added while running; they come before the payer's own rules.

    ``payerid`` may be empty for rules that hold at every payer.
    """

    payerid: str = ""
    rules: tuple[Rule, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    strangers: tuple[Stranger, ...] = ()


def plant(world: World, seed: Seed) -> None:
    """Add or replace accounts, payers and coverages.

    Raises ``claimmd_simulator.seed`` when two accounts share a key.
    """
    keys = {account.key: account.acct_number for account in world.accounts}
    for account in seed.accounts:
        if keys.setdefault(account.key, account.acct_number) != account.acct_number:
            raise BAD_SEED.error(reason="two accounts with one key", account=account.acct_number)
    for account in seed.accounts:
        world.accounts.put(account.acct_number, account)
    for payer in seed.payers:
        world.payers.put(payer.payerid, payer)
        _extras(world, payer.payerid, payer.mind.provider_adjustments, payer.mind.strangers)
    for coverage in seed.eligibility:
        world.coverages.put(f"{coverage.member}/{coverage.payerid}", coverage)


def add(world: World, addition: Addition) -> None:
    """Add rules and extras. Raises ``claimmd_simulator.seed`` for extras at an unknown payer."""
    if (addition.provider_adjustments or addition.strangers) and addition.payerid not in world.payers:
        raise BAD_SEED.error(reason="unknown payer", payer=addition.payerid)
    for rule in addition.rules:
        key = derived_id(addition.payerid, _text(rule))
        world.rules.put(key, Added(payerid=addition.payerid, rule=rule))
    _extras(world, addition.payerid, addition.provider_adjustments, addition.strangers)


def _extras(
    world: World, payerid: str, adjustments: tuple[ProviderAdjustment, ...], strangers: tuple[Stranger, ...]
) -> None:
    for extra in (
        *(Extra(payerid=payerid, what=each) for each in adjustments),
        *(Extra(payerid=payerid, who=each) for each in strangers),
    ):
        key = derived_id(payerid, _text(extra.what), _text(extra.who))
        if key not in world.extras:
            world.extras.put(key, extra)


def _text(item: Rule | ProviderAdjustment | Stranger | None) -> str:
    return msgspec.json.encode(item).decode()
