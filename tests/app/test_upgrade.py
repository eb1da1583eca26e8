"""An installation is brought to this version from nothing, again, and by several processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from chartline.app.services import open_services
from chartline.app.upgrade import upgrade
from chartline.kernel.settings import Settings


def test_upgrading_again_changes_nothing(settings: Settings) -> None:
    first = upgrade(settings)
    assert first
    assert upgrade(settings) == first
    services = open_services(settings)
    assert services.access.organisations() == []
    services.close()


def test_several_may_upgrade_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        revisions = set(pool.map(lambda _: upgrade(settings), range(4)))
    assert len(revisions) == 1
