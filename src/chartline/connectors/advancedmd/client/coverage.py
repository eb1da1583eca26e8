"""Calls about insurance plans, and about eligibility asked through the office (vendor sheet 9.4, 9.5)."""

from __future__ import annotations

from chartline.connectors.advancedmd.client.asking import Asking, Read, then
from chartline.connectors.advancedmd.tree import Node
from chartline.connectors.advancedmd.wire import EligibilityReply, Results, prefixed_id
from chartline.kernel.outcome import Outcome


class CoverageCalls(Asking):
    """The actions about insurance."""

    def add_insurance(self, patient: str, plan: Node) -> Outcome[Results]:
        """``addinsurance``: one plan for a patient; with the id of a plan and an end date it ends that plan."""
        return self._broker.write("addinsurance", "api", {}, _plans(patient, plan))

    def update_insurance(self, patient: str, plan: Node) -> Outcome[Results]:
        """``updateinsurance`` of class demographics (grade S): the attributes sent replace those of the plan."""
        return self._broker.write("updateinsurance", "demographics", {}, _plans(patient, plan))

    def submit_demand_request(self, patient: str, plan: str, service_type: str) -> Outcome[Results]:
        """``submitdemandrequest``: have the payer of a plan asked; ``Results@eligibilityid`` is the question's id."""
        return self._broker.write(
            "submitdemandrequest",
            "atseligibility",
            {
                "eligibilitystc": service_type,
                "patientid": prefixed_id("pat", patient),
                "insurancecoverageid": prefixed_id("ins", plan),
            },
        )

    def check_eligibility_response(self, question: str) -> Read[EligibilityReply]:
        """``CheckEligibilityResponse``: what came for a question so far (shape of the answer: grade O)."""
        return then(
            self._broker.read("CheckEligibilityResponse", "eligibility", {"eligibilityid": question}),
            lambda results: EligibilityReply.of(results.node),
        )


def _plans(patient: str, plan: Node) -> Node:
    return Node(
        "patient",
        {"id": prefixed_id("pat", patient), "changed": "1"},
        (Node("insplanlist", {}, (plan,)),),
    )
