"""Puts the console together: its pages, its static files, and how failures look."""

from __future__ import annotations

from litestar import Request, Router
from litestar.di import Provide
from litestar.static_files import create_static_files_router

from chartline.app.services import Services
from chartline.console import (
    authorizations,
    calendar,
    claim_payloads,
    claims,
    conflicts,
    connection_page,
    connections,
    contracts,
    coverage,
    coverage_patient,
    dashboard,
    denials,
    doors,
    exchanges,
    ledger,
    ledger_books,
    own_rules,
    patients,
    payers,
    payments,
    remittances,
    reports,
    rules,
    settings,
    statements,
    sync,
    sync_cards,
    sync_letters,
    sync_log,
    sync_unknown,
    underpayments,
    unmatched,
    visits,
    write_offs,
)
from chartline.console.failures import HANDLERS
from chartline.console.pages import STATIC
from chartline.console.security import check_form
from chartline.console.visitor import Visitor, find_visitor

MOST_BYTES = 200_000
"""The largest form that is read."""


def console_routers(services: Services) -> list[Router]:
    """Every page, and the static files."""

    def visitor(request: Request) -> Visitor:
        return find_visitor(request, services)

    pages = Router(
        path="/",
        route_handlers=[
            doors.sign_in_page,
            doors.sign_in,
            doors.sign_out,
            *dashboard.PAGES,
            *visits.PAGES,
            *calendar.PAGES,
            *patients.PAGES,
            *claims.PAGES,
            *claim_payloads.PAGES,
            *rules.PAGES,
            *own_rules.PAGES,
            *remittances.PAGES,
            *unmatched.PAGES,
            *denials.PAGES,
            *ledger.PAGES,
            *reports.PAGES,
            *ledger_books.PAGES,
            *payments.PAGES,
            *write_offs.PAGES,
            *statements.PAGES,
            *underpayments.PAGES,
            *contracts.PAGES,
            *sync.PAGES,
            *sync_log.PAGES,
            *sync_letters.PAGES,
            *sync_unknown.PAGES,
            *sync_cards.PAGES,
            *conflicts.PAGES,
            *exchanges.PAGES,
            *connections.PAGES,
            *connection_page.PAGES,
            *settings.PAGES,
            *coverage.PAGES,
            *coverage_patient.PAGES,
            *authorizations.PAGES,
            *payers.PAGES,
        ],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "visitor": Provide(visitor, sync_to_thread=False),
        },
        before_request=check_form,
        exception_handlers=HANDLERS,
        request_max_body_size=MOST_BYTES,
        include_in_schema=False,
    )
    static = create_static_files_router(path="/static", directories=[STATIC], include_in_schema=False)
    return [pages, static]
