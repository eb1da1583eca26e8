"""Every job is known once, and a connection's capabilities say what runs by itself."""

from __future__ import annotations

from collections import Counter

from tests.app.test_services import add, office

from chartline.app.services import Services
from chartline.app.stories import EVERY, OF_THE_PRACTICE, all_jobs, plan_schedules
from chartline.flows.claim_to_cash import REPORTS, SUBMIT
from chartline.flows.clearinghouse_desk import ARCHIVE, DESK
from chartline.flows.coverage_round import ROUND
from chartline.flows.coverage_sweep import SWEEP
from chartline.flows.payers import LIST as DIRECTORY
from chartline.flows.practice_sync import PRUNE, PULL_PATIENTS, PULL_VISITS, PUSH
from chartline.flows.remittances import REMITTANCES


def test_job_names_are_given_once_and_every_schedule_has_its_job(services: Services) -> None:
    names = [job.name for job in all_jobs(services.ground)]
    assert {1} == set(Counter(names).values())
    assert {job for _, job, _, _ in EVERY} | {job for job, _, _ in OF_THE_PRACTICE} <= set(names)


def test_a_connection_runs_what_it_can_do_and_planning_again_changes_nothing(
    services: Services, organisation: str
) -> None:
    house = add(services, organisation, name="House", base_url="http://127.0.0.1:9/services/")
    desk = add(services, organisation, "advancedmd", "Office", **office(9))
    for _ in range(2):
        with services.database.work(organisation) as work:
            planned = [*plan_schedules(services, work, organisation, house)]
            planned += plan_schedules(services, work, organisation, desk)
        assert sorted(planned) == sorted(
            [f"{job}/House" for job in (SWEEP, SUBMIT, REPORTS, REMITTANCES, ROUND, DIRECTORY, DESK, ARCHIVE)]
            + [f"{job}/Office" for job in (PULL_PATIENTS, PULL_VISITS, PUSH, PRUNE)]
        )
        with services.database.system() as work:
            kept = services.schedules.list(work, organisation)
        of_the_practice = [job for job, _, _ in OF_THE_PRACTICE]
        assert sorted(each.name for each in kept) == sorted([*planned, *of_the_practice])
        connections = {each.arguments.get("connection") for each in kept if each.name not in of_the_practice}
        assert connections == {house.id, desk.id}
