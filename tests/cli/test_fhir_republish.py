"""``chartline fhir republish`` over a filled practice."""

from __future__ import annotations

from tests.cli.conftest import FilledHome


def test_what_is_published_is_compared_and_made_again(filled: FilledHome) -> None:
    assert all(one["changed"] == 0 for one in filled.json("fhir", "republish", "--check").values())
    services, claim = filled.services(), filled.made.claims[0]
    with services.database.work(filled.made.organisation) as work:
        services.records.delete(work, "Claim", claim)
    services.close()
    assert "1 wrong" in filled.run("fhir", "republish", "--check", code=1).output
    assert filled.json("fhir", "republish")["Claim"]["changed"] == 1
    assert "0 changed" in filled.run("fhir", "republish").output
