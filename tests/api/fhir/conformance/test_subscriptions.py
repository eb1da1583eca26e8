"""Rows N1 to N9: subscriptions by topic, told to a receiver on a real socket by a real worker."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.databases import Databases
from tests.support.fhir import Json, Site, issue_of, observation, patient, site, sqlite_site
from tests.support.receiver import Receiver, receiver
from tests.support.waiting import until

from chartline.flows.notifications import Notifications
from chartline.kernel.sealed import Purpose
from chartline.platform.jobs import Worker

EXTENSIONS = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
PATIENTS = "urn:chartline:topic:patient-changed"
OBSERVATIONS = "urn:chartline:topic:observation-changed"
SECRET = "Authorization: Bearer invented-receiver-secret"
ONE = pytest.mark.parametrize("stage", ["sqlite"], indirect=True, scope="module")
"""For what the make of the database has no part in."""
QUICK = (timedelta(seconds=0.2),) * 3


@dataclass
class Stage:
    """A server with a worker, a receiver, and the owner's client."""

    site: Site
    receiver: Receiver
    client: httpx2.Client

    def path(self) -> str:
        """A place of the receiver that nothing else uses."""
        return f"/{uuid.uuid4().hex}"

    def subscription(self, path: str, topic: str = PATIENTS, **more: Any) -> Json:
        """A Subscription to a place of the receiver. ``content``, ``filters``, ``header``, ``extra`` change it."""
        content = more.get("content", "id-only")
        made: Json = {
            "resourceType": "Subscription",
            "meta": {"profile": [f"{EXTENSIONS}backport-subscription"]},
            "status": "requested",
            "reason": "An invented practice is watched",
            "criteria": topic,
            "channel": {
                "type": "rest-hook",
                "endpoint": f"{self.receiver.address}{path}",
                "payload": more.get("payload", "application/fhir+json"),
                "_payload": {"extension": [{"url": f"{EXTENSIONS}backport-payload-content", "valueCode": content}]},
            },
        }
        if "header" in more:
            made["channel"]["header"] = more["header"]
        if "extra" in more:
            made["channel"]["extension"] = [
                {"url": EXTENSIONS + name, **value} for name, value in more["extra"].items()
            ]
        filters = more.get("filters", ["Patient?family=Nobody-here"] if topic == PATIENTS else [])
        if filters:
            url = f"{EXTENSIONS}backport-filter-criteria"
            made["_criteria"] = {"extension": [{"url": url, "valueString": one} for one in filters]}
        return made

    def subscribe(self, path: str, topic: str = PATIENTS, **more: Any) -> str:
        """An active subscription; its id."""
        answer = self.client.post("/Subscription", json=self.subscription(path, topic, **more))
        assert answer.status_code == 201, answer.text
        identity = answer.json()["id"]
        self.becomes(identity, "active")
        return identity

    def status(self, identity: str) -> str:
        return self.client.get(f"/Subscription/{identity}").json()["status"]

    def becomes(self, identity: str, status: str) -> None:
        until(lambda: self.status(identity) == status, 30)

    def told(self, identity: str) -> Json:
        """What ``$status`` says, by name."""
        entry = self.client.get(f"/Subscription/{identity}/$status").json()["entry"][0]
        values = {one["name"]: one for one in entry["resource"]["parameter"]}
        return {name: next(v for k, v in one.items() if k.startswith("value")) for name, one in values.items()}

    def desk(self, identity: str) -> list[str]:
        """The codes of what waits for a person because of a subscription."""
        services = self.site.services
        with services.database.system() as work:
            issues = services.issues.list(work, self.site.organisation)
        return [one.problem.code for one in issues if one.problem.fields.get("subscription") == identity]

    def register(self, **more: Any) -> str:
        """A new patient's id."""
        answer = self.client.post("/Patient", json=patient(**more))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


def staged(made: Site) -> Iterator[Stage]:
    services = made.services
    worker = Worker(services.database, services.settings, Notifications(services.ground, QUICK).jobs())
    worker.start()
    try:
        with receiver() as kept, made.client() as client:
            yield Stage(made, kept, client)
    finally:
        worker.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Stage]:
    """One after the other: a process has one worker."""
    folder, more = tmp_path_factory.mktemp("subscriptions"), {"vendor_hosts": ("127.0.0.1",), "poll_seconds": 0.05}
    if request.param == "sqlite":
        with sqlite_site(sqlite_template, folder, **more) as made:
            yield from staged(made)
        return
    databases: Databases = request.getfixturevalue("postgresql_databases")
    with databases.lend() as url, site(url, folder, **more) as made:
        yield from staged(made)


@ONE
@pytest.mark.conformance("N1")
def test_what_is_not_served_is_refused(stage: Stage) -> None:
    path = stage.path()
    channel = stage.subscription(path)["channel"]
    wrong = [
        stage.subscription(path, "urn:chartline:topic:no-such-topic"),
        {**stage.subscription(path), "channel": {**channel, "type": "message"}},
        stage.subscription(path, payload="text/plain"),
        stage.subscription(path, content="everything"),
        stage.subscription(path, filters=["Patient?no-such-parameter=1"]),
        stage.subscription(path, filters=["Observation?code=1"]),
        {**stage.subscription(path), "channel": {**channel, "endpoint": "https://10.0.0.7/hook"}},
        {**stage.subscription(path), "channel": {**channel, "endpoint": "http://receiver.example/hook"}},
        {**stage.subscription(path), "channel": {**channel, "endpoint": "https://a:b@receiver.example/hook"}},
    ]
    answers = [stage.client.post("/Subscription", json=one) for one in wrong]
    assert [one.status_code for one in answers] == [422] * len(wrong)
    codes = [issue_of(one)["details"]["coding"][0]["code"] for one in answers]
    assert codes == [
        "subscription.unknown_topic",
        "subscription.bad_channel",
        "subscription.bad_payload",
        "subscription.bad_payload",
        "subscription.bad_filter",
        "subscription.bad_filter",
        *["subscription.bad_endpoint"] * 3,
    ]
    assert stage.receiver.of(path) == []


@pytest.mark.conformance("N2", "N3")
def test_a_subscription_is_requested_and_after_its_handshake_active(stage: Stage) -> None:
    path = stage.path()
    body = stage.subscription(path, header=[SECRET])
    created = stage.client.post("/Subscription", json={**body, "status": "active"})
    assert (created.status_code, created.json()["status"]) == (201, "requested")
    stage.becomes(created.json()["id"], "active")
    (handshake,) = stage.receiver.of(path)
    told = handshake.told()
    assert (handshake.method, told["type"], told["eventsSinceSubscriptionStart"]) == ("POST", "handshake", "0")
    assert told["topic"] == PATIENTS
    assert told["subscription"].endswith(f"/Subscription/{created.json()['id']}")
    assert len(handshake.json()["entry"]) == 1


@pytest.mark.conformance("N2", "N7", "N8")
def test_a_handshake_that_fails_is_an_error_until_the_client_asks_again(stage: Stage) -> None:
    path = stage.path()
    stage.receiver.status = 503
    try:
        identity = stage.client.post("/Subscription", json=stage.subscription(path)).json()["id"]
        stage.becomes(identity, "error")
        assert stage.told(identity)["status"] == "error"
        assert "error" in stage.told(identity)
    finally:
        stage.receiver.status = 200
    failed = stage.client.get(f"/Subscription/{identity}").json()
    assert failed["error"]
    again = stage.client.put(f"/Subscription/{identity}", json={**failed, "status": "requested"})
    assert again.status_code == 200
    stage.becomes(identity, "active")
    assert "error" not in stage.client.get(f"/Subscription/{identity}").json()


@ONE
@pytest.mark.conformance("N3", "N4")
@pytest.mark.parametrize("content", ["empty", "id-only", "full-resource"])
def test_a_notification_carries_what_was_asked_for(stage: Stage, content: str) -> None:
    path = stage.path()
    stage.subscribe(path, content=content, filters=["Patient?family=Umbertson"])
    identity = stage.register(name=[{"family": "Umbertson", "given": ["Iolo"]}])
    until(lambda: stage.receiver.numbers(path) == [1])
    (one,) = stage.receiver.taken(path)
    bundle, told = one.json(), one.told()
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "history")
    first = bundle["entry"][0]
    assert first["resource"]["resourceType"] == "Parameters"
    assert first["resource"]["meta"]["profile"] == [f"{EXTENSIONS}backport-subscription-status-r4"]
    assert all({"request", "response", "fullUrl"} <= entry.keys() for entry in bundle["entry"])
    place = f"{stage.site.base}/Patient/{identity}"
    (event,) = told["events"]
    if content == "empty":
        assert (len(bundle["entry"]), "focus" in event) == (1, False)
        assert identity not in one.body.decode()
        return
    assert event["focus"] == place
    entry = bundle["entry"][1]
    assert (entry["fullUrl"], entry["request"]["method"]) == (place, "POST")
    assert ("resource" in entry) is (content == "full-resource")
    if content == "full-resource":
        assert entry["resource"]["name"][0]["family"] == "Umbertson"
    else:
        assert "Umbertson" not in one.body.decode()


@pytest.mark.conformance("N3", "N4")
def test_every_change_of_a_resource_is_an_event_with_its_own_version(stage: Stage) -> None:
    path = stage.path()
    stage.subscribe(path, content="full-resource", filters=["Patient?given=Evadne"])
    name = [{"family": "Onslow", "given": ["Evadne"]}]
    identity = stage.register(name=name)
    body = patient(name=name, id=identity)
    assert stage.client.put(f"/Patient/{identity}", json={**body, "active": True}).status_code == 200
    assert stage.client.delete(f"/Patient/{identity}").status_code == 204
    until(lambda: stage.receiver.numbers(path) == [1, 2, 3])
    entries = [entry for one in stage.receiver.taken(path) for entry in one.json()["entry"][1:]]
    assert [entry["request"]["method"] for entry in entries] == ["POST", "PUT", "DELETE"]
    assert [entry.get("resource", {}).get("meta", {}).get("versionId") for entry in entries] == ["1", "2", None]


@ONE
@pytest.mark.conformance("N1")
def test_filters_are_all_asked_for(stage: Stage) -> None:
    path = stage.path()
    stage.subscribe(path, filters=["Patient?gender=male", "Patient?birthdate=ge2000-01-01"])
    for gender, born in (("male", "1990-01-01"), ("female", "2005-01-01"), ("male", "2001-01-01")):
        stage.register(gender=gender, birthDate=born)
    until(lambda: stage.receiver.numbers(path) == [1])
    assert stage.client.get("/Subscription/$status").status_code == 200


@ONE
@pytest.mark.conformance("N5")
def test_headers_are_sent_and_shown_to_nobody(stage: Stage) -> None:
    path = stage.path()
    identity = stage.subscribe(path, header=[SECRET, "X-Practice: invented"], payload="application/fhir+xml")
    (handshake,) = stage.receiver.of(path)
    assert handshake.headers["authorization"] == "Bearer invented-receiver-secret"
    assert handshake.headers["x-practice"] == "invented"
    assert handshake.headers["content-type"] == "application/fhir+xml"
    assert handshake.body.startswith(b"<")
    shown = stage.client.get(f"/Subscription/{identity}")
    history = stage.client.get(f"/Subscription/{identity}/_history")
    assert "invented-receiver-secret" not in shown.text + history.text
    # Sent back as it was shown, the header keeps its value.
    changed = {**shown.json(), "status": "requested", "reason": "Another reason"}
    assert stage.client.put(f"/Subscription/{identity}", json=changed).status_code == 200
    until(lambda: len(stage.receiver.of(path)) == 2)
    assert stage.receiver.of(path)[1].headers["authorization"] == "Bearer invented-receiver-secret"


@pytest.mark.conformance("N5")
def test_counts_and_heartbeats_are_as_asked_for(stage: Stage) -> None:
    path = stage.path()
    extra = {"backport-max-count": {"valuePositiveInt": 2}, "backport-heartbeat-period": {"valueUnsignedInt": 1}}
    stage.subscribe(path, OBSERVATIONS, extra=extra, filters=["Observation?code=29463-7"])
    entries = [
        {"request": {"method": "POST", "url": "Observation"}, "resource": observation("Patient/nobody-known")}
        for _ in range(5)
    ]
    sent = stage.client.post("/", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert sent.status_code == 200, sent.text
    until(lambda: stage.receiver.numbers(path) == [1, 2, 3, 4, 5])
    assert [len(one.told()["events"]) for one in stage.receiver.taken(path)] == [2, 2, 1]
    until(lambda: stage.receiver.taken(path, "heartbeat"))
    assert stage.receiver.taken(path, "heartbeat")[0].told()["eventsSinceSubscriptionStart"] == "5"


@pytest.mark.conformance("N6")
def test_a_receiver_that_was_down_gets_everything_in_order(stage: Stage) -> None:
    path = stage.path()
    extra = {"backport-max-count": {"valuePositiveInt": 1}}
    identity = stage.subscribe(path, extra=extra, filters=["Patient?family=Waverley"])
    stage.receiver.status = 500
    try:
        # In one request, so that all of them wait before the tries are used up.
        born = [{"resource": patient(name=[{"family": "Waverley"}]), "request": {"method": "POST", "url": "Patient"}}]
        answer = stage.client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": born * 3})
        assert answer.status_code == 200, answer.text
        until(lambda: any(one.answered == 500 for one in stage.receiver.of(path)))
    finally:
        stage.receiver.status = 200
    until(lambda: stage.receiver.numbers(path) == [1, 2, 3] or stage.status(identity) == "error", pause=0.1)
    if stage.status(identity) == "error":  # a busy machine used up the tries; resuming sends what was missed
        resource = stage.client.get(f"/Subscription/{identity}").json()
        assert stage.client.put(f"/Subscription/{identity}", json={**resource, "status": "active"}).status_code == 200
    until(lambda: stage.receiver.numbers(path) == [1, 2, 3], pause=0.1)
    stage.becomes(identity, "active")
    counts = [one.told()["eventsSinceSubscriptionStart"] for one in stage.receiver.taken(path)]
    assert counts[-1] == "3"


@pytest.mark.conformance("N6", "N7", "N8")
def test_events_are_counted_while_delivery_fails_and_sent_after_it_resumes(stage: Stage) -> None:
    path = stage.path()
    identity = stage.subscribe(path, filters=["Patient?family=Yarrowby"])
    stage.receiver.status = 500
    try:
        first = stage.register(name=[{"family": "Yarrowby"}])
        stage.becomes(identity, "error")
        until(lambda: stage.desk(identity) == ["subscription.not_delivered"])
        second = stage.register(name=[{"family": "Yarrowby"}])
        told = stage.told(identity)
        assert (told["status"], told["eventsSinceSubscriptionStart"]) == ("error", "2")
        missed = stage.client.get(f"/Subscription/{identity}/$events?eventsSinceNumber=1&content=id-only").json()
        assert missed["type"] == "history"
        assert [entry["fullUrl"].rpartition("/")[2] for entry in missed["entry"][1:]] == [first, second]
    finally:
        stage.receiver.status = 200
    resource = stage.client.get(f"/Subscription/{identity}").json()
    assert stage.client.put(f"/Subscription/{identity}", json={**resource, "status": "active"}).status_code == 200
    until(lambda: stage.receiver.numbers(path) == [1, 2])
    stage.becomes(identity, "active")
    until(lambda: stage.desk(identity) == [])


@ONE
@pytest.mark.conformance("N7")
def test_status_is_asked_for_one_or_several(stage: Stage) -> None:
    one, two = stage.subscribe(stage.path()), stage.subscribe(stage.path())
    both = stage.client.get(f"/Subscription/$status?id={one}&id={two}").json()
    assert (both["type"], len(both["entry"])) == ("searchset", 2)
    assert {entry["resource"]["resourceType"] for entry in both["entry"]} == {"Parameters"}
    none = stage.client.get(f"/Subscription/$status?id={one},{two}&status=error").json()
    assert none["total"] == 0
    assert stage.client.get("/Subscription/nobody/$status").status_code == 404


@pytest.mark.conformance("N7")
def test_events_can_be_asked_for_in_full_and_from_a_number(stage: Stage) -> None:
    path = stage.path()
    identity = stage.subscribe(path, content="empty", filters=["Patient?family=Zennor"])
    for given in ("Ada", "Bram", "Cleo"):
        stage.register(name=[{"family": "Zennor", "given": [given]}])
    place = f"/Subscription/{identity}/$events?eventsSinceNumber=2&eventsUntilNumber=3&content=full-resource"
    caught = stage.client.get(place).json()
    assert [e["resource"]["name"][0]["given"][0] for e in caught["entry"][1:]] == ["Bram", "Cleo"]


@ONE
@pytest.mark.conformance("N9")
def test_the_capability_statement_lists_the_topics(stage: Stage) -> None:
    listed = stage.client.get("/metadata").json()["rest"][0]["resource"]
    (own,) = [one for one in listed if one["type"] == "Subscription"]
    url = f"{EXTENSIONS}capabilitystatement-subscriptiontopic-canonical"
    assert {PATIENTS, OBSERVATIONS} <= {one["valueCanonical"] for one in own["extension"] if one["url"] == url}
    assert own["supportedProfile"] == [f"{EXTENSIONS}backport-subscription"]
    assert {"status", "events"} <= {one["name"] for one in own["operation"]}


@ONE
def test_a_subscription_tells_no_more_than_its_author_may_see(stage: Stage) -> None:
    narrow = stage.site.make_token(scopes="system/Patient.rs system/Subscription.cruds")
    paths = stage.path(), stage.path()
    with stage.site.client(narrow) as author:
        bodies = (
            stage.subscription(paths[0], OBSERVATIONS),
            stage.subscription(paths[1], content="full-resource", filters=["Patient?family=Tamblyn"]),
        )
        made = [author.post("/Subscription", json=body).json()["id"] for body in bodies]
    for identity in made:
        stage.becomes(identity, "active")
    person = stage.register(name=[{"family": "Tamblyn"}])
    stage.client.post("/Observation", json=observation(f"Patient/{person}"))
    until(lambda: stage.receiver.numbers(paths[1]))
    assert "Tamblyn" in stage.receiver.taken(paths[1])[0].body.decode()
    assert stage.told(made[0])["eventsSinceSubscriptionStart"] == "0"


@ONE
def test_a_subscription_ends_with_the_token_that_made_it(stage: Stage) -> None:
    path = stage.path()
    services = stage.site.services
    token = services.access.create_token(stage.site.organisation, "watcher", "integration")
    with stage.site.client(token.value.reveal(Purpose.AUTHENTICATE)) as watcher:
        body = stage.subscription(path, filters=["Patient?family=Quenby"])
        identity = watcher.post("/Subscription", json=body).json()["id"]
    stage.becomes(identity, "active")
    services.access.revoke_token(stage.site.organisation, token.id)
    stage.register(name=[{"family": "Quenby"}])
    stage.becomes(identity, "error")
    assert stage.receiver.taken(path) == []


@ONE
def test_a_classic_subscription_puts_the_resource_at_the_endpoint(stage: Stage) -> None:
    path = stage.path()
    body = stage.subscription(path, "Observation?code=http://loinc.org|29463-7&status=amended")
    del body["channel"]["_payload"]
    identity = stage.client.post("/Subscription", json=body).json()["id"]
    stage.becomes(identity, "active")
    made = stage.client.post("/Observation", json=observation("Patient/x", status="amended")).json()["id"]
    stage.client.post("/Observation", json=observation("Patient/x"))
    until(lambda: stage.receiver.of(f"{path}/Observation/{made}"))
    (one,) = stage.receiver.of(f"{path}/Observation/{made}")
    assert (one.method, one.json()["status"]) == ("PUT", "amended")


@ONE
def test_a_classic_subscription_without_a_payload_posts_nothing_but_the_call(stage: Stage) -> None:
    path = stage.path()
    body = stage.subscription(path, "Patient?family=Xanthos")
    del body["channel"]["_payload"], body["channel"]["payload"]
    identity = stage.client.post("/Subscription", json=body).json()["id"]
    stage.becomes(identity, "active")
    stage.register(name=[{"family": "Xanthos"}])
    until(lambda: stage.receiver.of(path))
    (one,) = stage.receiver.of(path)
    assert (one.method, one.body) == ("POST", b"")


def test_a_subscription_that_is_off_or_deleted_is_told_nothing(stage: Stage) -> None:
    path = stage.path()
    off, gone = (stage.subscribe(path, filters=["Patient?family=Ulverton"]) for _ in range(2))
    resource = stage.client.get(f"/Subscription/{off}").json()
    assert stage.client.put(f"/Subscription/{off}", json={**resource, "status": "off"}).json()["status"] == "off"
    assert stage.client.delete(f"/Subscription/{gone}").status_code == 204
    stage.register(name=[{"family": "Ulverton"}])
    assert stage.told(off)["eventsSinceSubscriptionStart"] == "0"
    assert stage.client.get(f"/Subscription/{gone}/$status").status_code == 410
