"""``/hooks/{token}``: where vendors call us. The token leads to a connection; the connector checks the signature.

An event changes nothing by itself: the record it names is fetched. Refuses bodies above 256 kB, and answers a wrong
address as any other address that is none.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router
from litestar.di import Provide
from litestar.params import Parameter

from chartline.api.caller import Opened
from chartline.api.problems import HANDLERS
from chartline.api.routes import act
from chartline.app.services import Services
from chartline.flows.sync_hooks import hook
from chartline.kernel.sealed import Sealed

MOST_BYTES = 256 * 1024
Token = Annotated[str, Parameter(min_length=20, max_length=100)]


class HeardBody(msgspec.Struct):
    """How many events were new, told before, and of a kind that is not known."""

    taken: int
    repeated: int
    unknown: int


@act("/{token:str}", summary="Take a vendor's call")
def receive(services: Opened, token: Token, headers: dict[str, str], body: bytes) -> HeardBody:
    """Checks the signature and puts what changed in line to be fetched."""
    heard = hook(services.ground, token, {name.lower(): value for name, value in headers.items()}, Sealed(body))
    return HeardBody(heard.taken, heard.repeated, heard.unknown)


def hook_router(services: Services) -> Router:
    """``/hooks``, open to anybody who knows an address."""
    return Router(
        path="/hooks",
        tags=["hooks"],
        route_handlers=[receive],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers=HANDLERS,
        request_max_body_size=MOST_BYTES,
    )
