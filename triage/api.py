"""The JSON API: everything that is published, and the symptom checker, for other programs.

No key, no cookie, no token. Reading is cacheable by edition; what is asked of the checker is
never stored, logged or cached.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.http import parse_etags
from ninja import Body, NinjaAPI, Schema
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from ninja.openapi.docs import DocsBase
from pydantic import ConfigDict, Field, StrictStr, model_validator

from sitecontent.documents import (
    KINDS,
    Cause,
    ClaimReview,
    Document,
    Effect,
    Finding,
    Nature,
    PregnancyScope,
    Source,
    Trimester,
    Urgency,
    canonical_json,
)
from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.limits import not_too_often
from sitecontent.pages.responses import not_ready, render_page
from sitecontent.privacy import leave_no_trace
from triage.answers import AnswersInvalid
from triage.apidocs import described
from triage.engine import Because, Fit, assess
from triage.fhir import answers_of, questionnaire
from triage.forms import LARGEST_FORM_BYTES, is_too_large
from triage.index import Sealed
from triage.mode import is_guided
from triage.pages import region_of_site
from triage.present import contacts_of
from triage.views import checks

FHIR_JSON = "application/fhir+json"

FRESH_FOR_SECONDS = 60
"""How long a client may use an answer without asking again. Short, so that a record taken down is soon gone."""

TOO_OFTEN = (
    "You ask very often. Wait as long as Retry-After says. Whoever may be in danger must not wait for this: "
    "the signs of an emergency, and whom to call, are at /emergency/, which is never limited."
)

NO_PERSONAL_RESULT = (
    "This site gives no personal result: the symptom checker is in guided mode. "
    "It shows the same criteria to everybody, at /check/. Nothing that was sent was read or kept."
)


class EditionOut(Schema):
    """The edition that every answer comes from."""

    number: int
    sha256: str
    published_at: str
    counts: dict[str, int]


class ReviewOut(Schema):
    """Who answers for a record. `clinicians` is empty while no clinician has signed it."""

    origin: str
    revision: int
    sha256: str
    changed_at: str
    reviewed_at: str | None
    clinicians: list[str]


class CauseRowOut(Schema):
    """A cause in the list."""

    slug: str
    title: str
    clinical_name: str
    category: str
    nature: Nature
    pregnancy: PregnancyScope
    trimesters: list[Trimester]
    urgency: Urgency
    sites: list[str]
    summary: str
    url: str


class CauseOut(Cause):
    """A cause in full, as it was published, and who answers for it."""

    url: str
    review: ReviewOut


class CheckIn(Schema):
    """What a person said: slug of the question -> slug of the answer, or several of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"answers": {"danger-signs": ["none"], "bleed-amount": "spots", "pregnancy-status": "no"}}]
        },
    )

    answers: dict[str, StrictStr | list[StrictStr] | None] = Field(
        default_factory=dict,
        description='By question. Booleans are "yes" and "no". A question left out, null or [] was not answered.',
    )

    @model_validator(mode="before")
    @classmethod
    def _from_fhir(cls, data: Any) -> Any:
        """Take the answers out of a FHIR `QuestionnaireResponse`. Raises: ResponseInvalid."""
        sent = getattr(data, "_obj", data)  # ninja hands a body over wrapped
        if isinstance(sent, dict) and "resourceType" in sent:
            return {"answers": {slug: list(said) for slug, said in answers_of(current_edition(), sent).items()}}
        return data


class ReasonOut(Schema):
    """A safety rule that set the level, with the words for the person."""

    rule: str
    tell: str


class BecauseOut(Schema):
    """One answer that speaks for or against a cause."""

    finding: str
    answer: str
    effect: Effect


class FitOut(Schema):
    """A cause that fits or needs ruling out; `urgency` is how soon to be seen if this is the cause."""

    slug: str
    fit: Fit
    urgency: Urgency
    because: list[BecauseOut]


class CheckOut(Schema):
    """How soon to be seen and why. Beside an emergency no causes are listed."""

    edition: int
    urgency: Urgency
    reasons: list[ReasonOut]
    causes: list[FitOut]
    next_steps: list[str]
    tell_your_clinician: list[str]


class WrongAnswer(Schema):
    """What can not be read: which question, which answer, and what is allowed."""

    message: str
    finding: str | None = None
    answer: str | None = None
    allowed: list[str] = []


class Refusal(Schema):
    """Why a request was refused."""

    detail: list[WrongAnswer]


class ServerRenderedDocs(DocsBase):
    """The documentation as a page of this site: no script, no other host."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **path_params: Any) -> HttpResponse:
        """Show what the OpenAPI document says."""
        schema = api.get_openapi_schema(path_params=path_params)
        try:
            edition = current_edition()
        except NoEdition:
            return not_ready()
        context = {"operations": described(schema), "info": schema["info"], "nav": "api"}
        return render_page(request, edition, "check/api_docs.html", context)


api = NinjaAPI(
    title="Causeway API",
    version="1",
    description=(
        "Everything that is published about bleeding, and unusual discharge, after sex, and the symptom checker. "
        "The checker never diagnoses; nothing that is sent to it is kept."
    ),
    urls_namespace="api",
    docs=ServerRenderedDocs(),
)


Run = Callable[..., HttpResponse]


def limited_in_size(run: Run) -> Run:
    """Refuse a body that is larger than any honest one, before it is read."""

    @wraps(run)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        if is_too_large(request):
            return _refused(413, f"The body may have at most {LARGEST_FORM_BYTES} bytes.")
        return run(request, **named)

    return answer


def only_in_personal_mode(run: Run) -> Run:
    """Refuse, before a body is read, where the site gives no personal result."""

    @wraps(run)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        if is_guided():
            response = _refused(403, NO_PERSONAL_RESULT)
            response["Cache-Control"] = "no-store"
            return response
        return run(request, **named)

    return answer


@api.get("/edition", response=EditionOut, summary="The current edition")
def edition(request: HttpRequest) -> HttpResponse:
    """Which edition everything here comes from: its number, its seal, its date and what it holds."""
    return _reading(request, "edition")


@api.get("/causes", response=list[CauseRowOut], summary="All causes, in brief")
def causes(request: HttpRequest) -> HttpResponse:
    """Every published cause, by title."""
    return _reading(request, "causes")


@api.get("/causes/{slug}", response={200: CauseOut, 404: Refusal}, by_alias=True, summary="One cause, in full")
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    """One cause with its sections in Markdown, its links to findings, its sources and who answers for it."""
    return _reading(request, "cause", slug)


@api.get("/findings", response=list[Finding], by_alias=True, summary="The questions of the checker")
def findings(request: HttpRequest) -> HttpResponse:
    """Every question in the order in which it is asked, with its answers and when it applies."""
    return _reading(request, "findings")


@api.get(
    "/questionnaire",
    response={200: dict[str, Any], 403: Refusal},
    summary="The questions as a FHIR R4 Questionnaire",
    openapi_extra={
        "responses": {200: {"content": {FHIR_JSON: {"schema": {"type": "object", "title": "Questionnaire"}}}}}
    },
)
@decorate_view(only_in_personal_mode)
def questions(request: HttpRequest) -> HttpResponse:
    """The same questions for the programs of clinics. `POST /check` takes a `QuestionnaireResponse` to it.

    Refused with 403 where the site is in guided mode and gives no personal result.
    """
    return _reading(request, "questionnaire", content_type=FHIR_JSON)


@api.get("/sources", response=list[Source], by_alias=True, summary="The sources")
def sources(request: HttpRequest) -> HttpResponse:
    """Everything that is cited, by title."""
    return _reading(request, "sources")


@api.get("/claims", response=list[ClaimReview], by_alias=True, summary="Claims that were looked into")
def claims(request: HttpRequest) -> HttpResponse:
    """Claims that circulate, the verdict on each and what is known."""
    return _reading(request, "claims")


@api.post(
    "/check",
    response={200: CheckOut, 403: Refusal, 413: Refusal, 422: Refusal, 429: Refusal},
    summary="Ask the symptom checker",
    openapi_extra={
        "requestBody": {
            "content": {
                FHIR_JSON: {
                    "schema": {
                        "type": "object",
                        "title": "QuestionnaireResponse",
                        "description": "A FHIR R4 QuestionnaireResponse to the Questionnaire of `GET /questionnaire`.",
                    }
                }
            }
        }
    },
)
@decorate_view(
    not_too_often("CHECKS_A_MINUTE", lambda request: _refused(429, TOO_OFTEN), checks),
    limited_in_size,
    only_in_personal_mode,
    leave_no_trace(lambda request: _refused(500, "The checker failed. Nothing that was sent was kept.")),
)
def check(request: HttpRequest, body: Annotated[CheckIn, Body()]) -> HttpResponse:
    """How soon somebody with these answers should be seen, by whom, and why.

    A question that is left out fires no rule and earns no reassurance. `not-sure` counts as
    the unsafe answer wherever a safety rule depends on it. Causes are listed best fit first,
    and none at all beside an emergency. In place of `answers` the body may be a FHIR R4
    `QuestionnaireResponse` to the `Questionnaire` of this API. Refused with 403 where the site
    is in guided mode and gives no personal result.
    """
    current = current_edition()
    assessment = assess(current, {finding: answer or () for finding, answer in body.answers.items()})
    contacts = contacts_of(assessment.level, region_of_site())
    return JsonResponse(
        {
            "edition": assessment.edition,
            "urgency": assessment.urgency.value,
            "reasons": [
                {"rule": reason.slug, "tell": reason.tell}
                for reason in assessment.reasons
                if reason.because is Because.RULE
            ],
            "causes": [
                {
                    "slug": fit.slug,
                    "fit": fit.fit.value,
                    "urgency": fit.urgency.value,
                    "because": [
                        {"finding": item.finding, "answer": item.answer, "effect": item.effect.value}
                        for item in fit.because
                    ],
                }
                for fit in assessment.causes
            ],
            "next_steps": [*assessment.next_steps, *(f"{contact.name}: {contact.text}" for contact in contacts[:1])],
            "tell_your_clinician": list(assessment.tell_your_clinician),
        }
    )


@api.exception_handler(AnswersInvalid)
def _answers_invalid(request: HttpRequest, error: AnswersInvalid) -> HttpResponse:
    wrong = WrongAnswer(message=str(error), finding=error.finding, answer=error.answer, allowed=list(error.allowed))
    return _refused(422, wrong)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which part of the body is wrong and why, without repeating what was sent."""
    wrong = [
        WrongAnswer(message=f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg'].removeprefix('Value error, ')}")
        for item in error.errors
    ]
    return _refused(422, *wrong)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _refused(error.status_code, str(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refused(404, str(error) or "There is nothing here.")


@api.exception_handler(NoEdition)
def _no_edition(request: HttpRequest, error: NoEdition) -> HttpResponse:
    response = _refused(503, "Nothing has been published yet.")
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """Leave it to whoever called: the checker keeps its message out of the log, Django logs the rest."""
    raise error


def _refused(status: int, *wrong: WrongAnswer | str) -> HttpResponse:
    details = [item if isinstance(item, WrongAnswer) else WrongAnswer(message=item) for item in wrong]
    return JsonResponse(Refusal(detail=details).model_dump(), status=status)


def _reading(
    request: HttpRequest, what: str, slug: str = "", *, content_type: str = "application/json"
) -> HttpResponse:
    """Answer with what is published, or say that the client's copy still holds.

    Raises: NoEdition; Http404 when there is no such record.
    """
    current = current_edition()
    etag = f'"{current.sha256[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(_body(Sealed.of(current), what, slug), content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
    return response


@lru_cache(maxsize=256)
def _body(sealed: Sealed, what: str, slug: str) -> bytes:
    """One answer as JSON, made once for each edition."""
    data = _cause_out(sealed.edition, slug) if what == "cause" else _READINGS[what](sealed.edition)
    return canonical_json(data).encode()


def _edition_out(edition: Edition) -> dict[str, Any]:
    kinds = Counter(entry.document.kind for entry in edition.entries)
    return {
        "number": edition.number,
        "sha256": edition.sha256,
        "published_at": edition.published_at.isoformat(),
        "counts": {kind: kinds[kind] for kind in KINDS},
    }


def _cause_row(cause: Cause) -> dict[str, Any]:
    fields = set(CauseRowOut.model_fields) - {"url"}
    return {**cause.model_dump(mode="json", include=fields), "url": _url_of(cause)}


def _cause_out(edition: Edition, slug: str) -> dict[str, Any]:
    cause = edition.cause(slug)
    if cause is None:
        raise Http404(f"There is no cause called {slug!r}.")
    entry = edition.entry_of(cause)
    review = ReviewOut(
        origin=entry.origin.value,
        revision=entry.revision,
        sha256=cause.sha256,
        changed_at=entry.changed_at.isoformat(),
        reviewed_at=entry.reviewed_at.isoformat() if entry.reviewed_at else None,
        clinicians=[f"{item.name}, {item.qualification}, {item.registration}" for item in entry.clinicians],
    )
    return {**cause.model_dump(mode="json"), "url": _url_of(cause), "review": review.model_dump()}


def _url_of(cause: Cause) -> str:
    return f"{settings.SITE_URL}/causes/{cause.slug}/"


def _documents(documents: Iterable[Document]) -> list[dict[str, Any]]:
    return [document.model_dump(mode="json") for document in documents]


_READINGS: dict[str, Callable[[Edition], Any]] = {
    "edition": _edition_out,
    "causes": lambda edition: [_cause_row(cause) for cause in edition.causes],
    "findings": lambda edition: _documents(edition.findings),
    "questionnaire": lambda edition: questionnaire(edition, site_url=settings.SITE_URL),
    "sources": lambda edition: _documents(edition.sources),
    "claims": lambda edition: _documents(edition.claims),
}
