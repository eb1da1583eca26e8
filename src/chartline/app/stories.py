"""All stories of the product, and when they run by themselves."""

from __future__ import annotations

from datetime import timedelta

from chartline.app.services import Services
from chartline.connect.capabilities import (
    ChecksCoverage,
    DeliversRemittances,
    ReadsChanges,
    ReportsClaims,
    SubmitsClaims,
    WritesFacts,
)
from chartline.connect.clearing import ArchivesClaims, ChecksCoverageLater, ListsPayers, ReadsClaimDesk
from chartline.connect.connections import Connection
from chartline.flows import (
    authorizations,
    claim_to_cash,
    clearinghouse_desk,
    coverage_round,
    coverage_sweep,
    digest,
    payers,
    practice_sync,
    remittances,
)
from chartline.flows.authorizations import AuthorizationStory
from chartline.flows.bulk_export import BulkExport, Exporter
from chartline.flows.bulk_import import BulkImport, Importer
from chartline.flows.claim_status import SWEEP as STATUS_SWEEP
from chartline.flows.claim_status import ClaimStatus
from chartline.flows.claim_to_cash import ClaimToCash
from chartline.flows.clearinghouse_desk import ClearinghouseDesk
from chartline.flows.coverage_round import CoverageRound
from chartline.flows.coverage_sweep import CoverageSweep
from chartline.flows.denial_desk import DenialDesk
from chartline.flows.digest import DIGEST, WeeklyDigest
from chartline.flows.ground import FAST, VENDOR, Ground
from chartline.flows.housekeeping import CLEANUP, Housekeeping
from chartline.flows.notifications import Notifications
from chartline.flows.patient_money import CONTRACTS, NIGHT, PatientMoney
from chartline.flows.payers import PayerLists
from chartline.flows.practice_sync import PracticeSync
from chartline.flows.publishing import Publishing
from chartline.flows.reindexing import Reindexing
from chartline.flows.remittances import Remittances
from chartline.flows.secondary import NEXT_PAYERS, Secondary
from chartline.flows.syncing.scheduling import apply_present_settings
from chartline.flows.visit_to_claim import VisitToClaim
from chartline.platform.database import Work
from chartline.platform.jobs import Job, Queue

EVERY: list[tuple[type, str, Queue, timedelta]] = [
    (ReadsChanges, practice_sync.PULL_PATIENTS, VENDOR, timedelta(minutes=10)),
    (ReadsChanges, practice_sync.PULL_VISITS, VENDOR, timedelta(minutes=10)),
    (WritesFacts, practice_sync.PUSH, FAST, timedelta(minutes=10)),
    (ReadsChanges, practice_sync.PRUNE, FAST, timedelta(days=1)),
    (ChecksCoverage, coverage_sweep.SWEEP, FAST, timedelta(hours=1)),
    (ChecksCoverageLater, coverage_sweep.SWEEP, FAST, timedelta(hours=1)),
    (ChecksCoverage, coverage_round.ROUND, FAST, coverage_round.EVERY),
    (ListsPayers, payers.LIST, VENDOR, payers.EVERY),
    (SubmitsClaims, claim_to_cash.SUBMIT, VENDOR, timedelta(hours=1)),
    (ReportsClaims, claim_to_cash.REPORTS, VENDOR, timedelta(minutes=30)),
    (DeliversRemittances, remittances.REMITTANCES, VENDOR, timedelta(hours=1)),
    (ReadsClaimDesk, clearinghouse_desk.DESK, VENDOR, timedelta(days=1)),
    (ArchivesClaims, clearinghouse_desk.ARCHIVE, VENDOR, timedelta(days=7)),
]
"""What a connection's capability makes run by itself, and how often. The feeds of a practice system pace themselves
from their first run on, by the connection's settings and the vendor's peak hours (``flows/syncing/pacing``)."""

OF_THE_PRACTICE: list[tuple[str, Queue, timedelta]] = [
    (CLEANUP, FAST, timedelta(days=1)),
    (STATUS_SWEEP, VENDOR, timedelta(minutes=30)),
    (NEXT_PAYERS, FAST, timedelta(hours=1)),
    (authorizations.SYNC, FAST, authorizations.EVERY),
    (NIGHT, FAST, timedelta(days=1)),
    (DIGEST, FAST, digest.EVERY),
    (CONTRACTS, FAST, timedelta(hours=1)),
]
"""What runs by itself for every practice, whatever it is connected with."""


def all_jobs(ground: Ground) -> list[Job]:
    """Every job a worker must know."""
    exporter = Exporter.of(ground.database, ground.vault, ground.audit)
    importer = Importer.of(ground.database, ground.vault, ground.records, ground.audit)
    bulk = (BulkExport(exporter), BulkImport(importer))
    desks = (
        ClearinghouseDesk(ground),
        CoverageRound(ground),
        PayerLists(ground),
        PatientMoney(ground),
        AuthorizationStory(ground),
    )
    told = (
        Notifications(ground),
        Reindexing(ground),
        Publishing(ground),
        Housekeeping(ground),
        DenialDesk(ground),
        WeeklyDigest(ground),
    )
    stories = (
        PracticeSync(ground),
        CoverageSweep(ground),
        VisitToClaim(ground),
        ClaimToCash(ground),
        ClaimStatus(ground),
        Remittances(ground),
        Secondary(ground),
        *bulk,
        *told,
    )
    return [job for story in (*stories, *desks) for job in story.jobs()]


def plan_schedules(services: Services, work: Work, organisation: str, connection: Connection) -> list[str]:
    """Put the schedules that a connection's capabilities call for; returns their names."""
    connector = services.connector(organisation, connection)
    names: list[str] = []
    for capability, job, queue, every in EVERY:
        if isinstance(connector, capability):
            name = f"{job}/{connection.name}"
            arguments = {"connection": connection.id}
            services.schedules.put(work, organisation, name, job, queue, arguments, int(every.total_seconds()))
            names.append(name)
    for job, queue, every in OF_THE_PRACTICE:
        seconds = int(every.total_seconds())
        services.schedules.put(work, organisation, job, job, queue, {}, seconds, first_at=work.now + every)
    apply_present_settings(services.ground, work, connection.id)
    return names
