"""Prior authorization for other programs: submit, list, one with its history and checklist, results by hand, documents.

Where no connection authorizes, a submitted request waits for a person who calls the payer and notes the result.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated
from uuid import UUID

from litestar import Response, Router
from litestar.params import Parameter

from chartline.api.billing.eligibility import problem_of
from chartline.api.billing.prior_auth_shapes import (
    AuthorizationShape,
    DetailShape,
    DocumentAsked,
    DocumentShape,
    KeptShape,
    ProcedureShape,
    ResultAsked,
    State,
    StepShape,
    SubmitAsked,
    TemplateBody,
    TemplateShape,
    UseShape,
)
from chartline.api.billing.shapes import Answered, Listed
from chartline.api.caller import BILLING_CHANGES, CARE, PEOPLE, Caller, Calling
from chartline.api.idempotency import once
from chartline.api.routes import IdempotencyKey, Limit, act, create, read, replace
from chartline.connect.clearing import Certified
from chartline.domains.codes.shapes import plain_diagnosis
from chartline.domains.coverage.authorizations.authorization import (
    Authorization,
    AuthorizationEvent,
    Procedure,
    Words,
    authorization_history,
    list_authorizations,
    read_authorization,
)
from chartline.domains.coverage.authorizations.checklist import (
    BAD_DOCUMENT,
    Document,
    Template,
    documents_of,
    list_templates,
    read_document,
    save_template,
)
from chartline.domains.coverage.authorizations.states import AuthorizationState
from chartline.domains.coverage.authorizations.steps import ByHand, Wanted
from chartline.domains.coverage.authorizations.uses import Use, uses_of
from chartline.domains.practice.settings import office_today, read_practice
from chartline.flows import authorizations as story
from chartline.flows.coverage_desk import ordered_coverages
from chartline.kernel.sealed import Purpose, Sealed
from chartline.platform.audit import Target
from chartline.platform.database import Work

CHANGES = (*CARE, *BILLING_CHANGES)


@create("/submit", summary="Ask a payer for prior authorization")
def submit(caller: Calling, data: SubmitAsked, idempotency_key: IdempotencyKey = None) -> Answered[AuthorizationShape]:
    """Goes out by wire where a connection authorizes. Else it waits for a person to call: `route` is `manual`.

    With needed documents it is kept as `needs_documents` and goes out once they are there and it is submitted again.
    """
    caller.require(CHANGES)

    def make() -> str:
        wanted = _wanted(caller, data)
        return story.begin(caller.ground, caller.organisation, caller.actor, wanted, documents=data.documents).id

    return Answered(data=_one(caller, once(caller, idempotency_key, "prior-auth", data, make)))


@read("/", summary="Prior authorizations")
def list_all(
    caller: Calling,
    patient_id: Annotated[UUID | None, Parameter(query="patientId")] = None,
    status: State | None = None,
    limit: Limit = 50,
    cursor: Annotated[UUID | None, Parameter(description="`next` of the page before.")] = None,
) -> Listed[AuthorizationShape]:
    """The newest first; of one patient, or in one state."""
    with caller.showing("api.prior_auth.read") as work:
        page = list_authorizations(
            work,
            patient_id=str(patient_id) if patient_id else "",
            states=(AuthorizationState(status),) if status else (),
            after=str(cursor) if cursor else "",
            limit=limit,
        )
        return Listed(data=[_shape(work, one) for one in page.rows], next=page.next)


@read("/templates", summary="Which documents payers want")
def templates(caller: Calling) -> Listed[TemplateShape]:
    """The checklists of the practice, by payer and procedure."""
    caller.require(PEOPLE)
    with caller.read() as work:
        return Listed(data=[_template(one) for one in list_templates(work)])


@replace("/templates", summary="Say which documents a payer wants")
def put_template(caller: Calling, data: TemplateBody) -> Answered[TemplateShape]:
    """For a payer and procedure, or for all of either. Counts from the next request on."""
    caller.require(BILLING_CHANGES)
    wanted = Template(data.payer_id.strip(), data.cpt_code.strip().upper(), tuple(data.documents), data.required)
    with caller.work() as work:
        save_template(work, wanted, caller.actor)
        caller.record(work, "authorization.template")
    return Answered(data=_template(wanted))


@read("/{authorization_id:uuid}", summary="One prior authorization")
def one(caller: Calling, authorization_id: UUID) -> Answered[DetailShape]:
    """With its history, its checklist, and the claim lines that used it."""
    identity, vault = str(authorization_id), caller.services.vault
    with caller.showing("api.prior_auth.read", Target("prior_authorization", identity)) as work:
        known = read_authorization(work, identity)
        return Answered(
            data=DetailShape(
                authorization=_shape(work, known),
                history=[_step(each) for each in authorization_history(work, vault, identity)],
                documents=[_document(each) for each in documents_of(work, vault, identity)],
                uses=[_use(each) for each in uses_of(work, identity)],
            )
        )


@act("/{authorization_id:uuid}/submit", summary="Submit a draft, or a denied one again")
def submit_again(caller: Calling, authorization_id: UUID) -> Answered[AuthorizationShape]:
    """Refused while needed documents are missing."""
    caller.require(CHANGES)
    story.submit_again(caller.ground, caller.organisation, caller.actor, str(authorization_id))
    return Answered(data=_one(caller, str(authorization_id)))


@replace("/{authorization_id:uuid}/result", summary="Note what the payer said")
def put_result(caller: Calling, authorization_id: UUID, data: ResultAsked) -> Answered[AuthorizationShape]:
    """For the manual route: whom one spoke with, the reference, the day and the outcome."""
    caller.require(CHANGES)
    with caller.read() as work:
        today = office_today(work)
    typed = ByHand(
        decision=Certified(data.outcome),
        day=data.day or today,
        number=data.authorization_number,
        begin=data.valid_from,
        end=data.valid_to,
        units=data.units_approved,
        reason=data.reason,
        words=Sealed(Words(data.spoke_with, data.reference, data.note)),
    )
    story.note_result(caller.ground, caller.organisation, caller.actor, str(authorization_id), typed)
    return Answered(data=_one(caller, str(authorization_id)))


@act("/{authorization_id:uuid}/cancel", summary="Withdraw a prior authorization")
def cancel(caller: Calling, authorization_id: UUID) -> Answered[AuthorizationShape]:
    """It is not wanted any more; the payer is not told by this."""
    caller.require(CHANGES)
    story.withdraw(caller.ground, caller.organisation, caller.actor, str(authorization_id))
    return Answered(data=_one(caller, str(authorization_id)))


@create("/{authorization_id:uuid}/documents", summary="Attach a document, or ask for one")
def add_document(
    caller: Calling, authorization_id: UUID, data: DocumentAsked, idempotency_key: IdempotencyKey = None
) -> Answered[KeptShape]:
    """A file for an item of the checklist or a further one; or, without content, a new item that is needed."""
    caller.require(CHANGES)
    identity = str(authorization_id)

    def keep() -> str:
        if not data.content:
            if not data.title.strip():
                raise BAD_DOCUMENT.error(media="", size="0")
            story.ask_documents(caller.ground, caller.organisation, caller.actor, identity, [data.title])
            return identity
        return story.add_document(
            caller.ground,
            caller.organisation,
            caller.actor,
            identity,
            Sealed(_bytes(data.content)),
            data.media_type,
            document_id=str(data.document_id) if data.document_id else "",
            title=data.title,
        )

    return Answered(data=KeptShape(id=once(caller, idempotency_key, f"prior-auth/{identity}/documents", data, keep)))


@act("/{authorization_id:uuid}/documents/{document_id:uuid}/waive", summary="A document is not needed after all")
def waive(caller: Calling, authorization_id: UUID, document_id: UUID) -> Answered[KeptShape]:
    """The item leaves what is missing; it stays on the checklist."""
    caller.require(CHANGES)
    story.waive_document(caller.ground, caller.organisation, caller.actor, str(authorization_id), str(document_id))
    return Answered(data=KeptShape(id=str(document_id)))


@read(
    "/{authorization_id:uuid}/documents/{document_id:uuid}",
    summary="The file of a document",
    media_type="application/octet-stream",
)
def document(caller: Calling, authorization_id: UUID, document_id: UUID) -> Response[bytes]:
    """The file as it was attached; its kind stands in the list of documents."""
    identity = str(authorization_id)
    with caller.showing("api.prior_auth.document", Target("prior_authorization", identity)) as work:
        _, content = read_document(work, caller.services.vault, identity, str(document_id))
        headers = {"Content-Disposition": f'attachment; filename="{document_id}"'}
        return Response(content.reveal(Purpose.SHOW), media_type="application/octet-stream", headers=headers)


def _wanted(caller: Caller, data: SubmitAsked) -> Wanted:
    """The request with what the records know: the coverage, its payer, the practice. Raises ``records.not_found``."""
    patient = str(data.patient_id)
    with caller.read() as work:
        caller.services.records.read(work, "Patient", patient)
        practice = read_practice(work)
        known = ordered_coverages(work, caller.services.records, patient)
    if data.coverage_id is not None:
        mine = [each for each in known if each.id == str(data.coverage_id)]
    else:
        holding = [each for each in known if each.holds(data.service_date_from)]
        mine = [each for each in holding if not data.payer_id or each.fact.payer_id == data.payer_id]
    coverage = mine[0] if mine else None
    return Wanted(
        patient_id=patient,
        coverage_id=coverage.id if coverage else "",
        payer_id=data.payer_id.strip() or (coverage.fact.payer_id if coverage else ""),
        payer_name=coverage.fact.payer_name if coverage else "",
        provider_npi=data.provider_npi or practice.npi,
        procedures=tuple(Procedure(each.cpt_code.strip().upper(), each.units) for each in data.procedures),
        diagnoses=tuple(plain_diagnosis(each) for each in data.icd_codes),
        begin=data.service_date_from,
        end=data.service_date_to or data.service_date_from,
        service_type=data.service_type.upper(),
        place_of_service=data.place_of_service,
        urgency=data.urgency,
        note=Sealed(data.note.strip()),
    )


def _one(caller: Caller, identity: str) -> AuthorizationShape:
    with caller.read() as work:
        return _shape(work, read_authorization(work, identity))


def _shape(work: Work, known: Authorization) -> AuthorizationShape:
    return AuthorizationShape(
        id=known.id,
        patient_id=known.patient_id,
        payer_id=known.payer_id,
        payer_name=known.payer_name,
        coverage_id=known.coverage_id,
        provider_npi=known.provider_npi,
        status=known.state.value,
        route=known.route.value,
        authorization_number=known.number,
        procedures=[ProcedureShape(cpt_code=each.code, units=each.units) for each in known.procedures],
        icd_codes=list(known.diagnoses),
        service_date_from=known.begin,
        service_date_to=known.end,
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        units_requested=known.units_requested,
        units_approved=known.units_approved,
        units_used=known.units_used,
        units_left=known.units_left,
        documents_missing=known.missing,
        reason=known.reason,
        urgency=known.urgency,
        submitted_at=known.submitted,
        created_at=known.created,
        updated_at=known.updated,
        alerts=[each.value for each in known.alerts(work.now, work.now.date())],
        problem=problem_of(known.problem_code),
    )


def _step(event: AuthorizationEvent) -> StepShape:
    words = event.words.reveal(Purpose.SHOW) if event.words is not None else Words()
    return StepShape(
        at=event.at,
        actor=event.actor,
        kind=event.kind,
        before=event.before,
        after=event.after,
        codes=event.codes,
        spoke_with=words.spoke_with,
        reference=words.reference,
        note=words.words,
    )


def _document(item: Document) -> DocumentShape:
    return DocumentShape(
        id=item.id,
        title=item.title.reveal(Purpose.SHOW),
        needed=item.needed,
        state=item.state.value,
        media_type=item.media,
        bytes=item.size,
    )


def _use(one_use: Use) -> UseShape:
    return UseShape(
        claim_id=one_use.claim_id,
        line=one_use.line,
        cpt_code=one_use.procedure,
        units=one_use.units,
        at=one_use.at,
        given_back_at=one_use.given_back,
    )


def _template(template: Template) -> TemplateShape:
    return TemplateShape(
        payer_id=template.payer_id,
        cpt_code=template.procedure,
        documents=list(template.items),
        required=template.required,
    )


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise BAD_DOCUMENT.error(media="", size="0") from None


router = Router(
    path="/prior-auth",
    route_handlers=[
        submit,
        list_all,
        templates,
        put_template,
        one,
        submit_again,
        put_result,
        cancel,
        add_document,
        waive,
        document,
    ],
)
