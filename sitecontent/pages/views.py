"""The public pages. Each view finds its document in the edition and shows it."""

import logging
from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import Resolver404, resolve

from sitecontent.documents import (
    Document,
    Effect,
    Nature,
    Page,
    PregnancyScope,
    SourceKind,
    Step,
    Urgency,
    Verdict,
)
from sitecontent.edition.due import add_months
from sitecontent.edition.edition import Edition, EditionCorrupt, NotHeld, Signature
from sitecontent.edition.proof import ProofSummary, ProofUnreadable, read_proof
from sitecontent.limits import MINUTE_SECONDS, Limit, not_too_often
from sitecontent.pages import words
from sitecontent.pages.addresses import PAGES_WITH_THEIR_OWN_ADDRESS
from sitecontent.pages.cause import cause_context
from sitecontent.pages.changes import AsItWas, as_it_was, changes_of, earlier_edition, mark_words
from sitecontent.pages.charts import causes_chart, height_of
from sitecontent.pages.errors import too_many
from sitecontent.pages.feeds import summaries_of
from sitecontent.pages.filters import CauseFilter
from sitecontent.pages.found import values_of_search
from sitecontent.pages.index import index_of
from sitecontent.pages.lists import lists_of
from sitecontent.pages.pictures import (
    AMOUNT_FINDINGS,
    CYCLE_FINDING,
    amounts_of,
    cycle_of,
    parts_of_a_pregnancy,
    spans_of,
)
from sitecontent.pages.present import (
    ClaimRow,
    Standing,
    by_urgency,
    claim_row,
    level_of,
    parts_of,
)
from sitecontent.pages.responses import FRESH_FOR_SECONDS, public_page, render_as_it_was, render_cut, render_page
from sitecontent.pages.search import LONGEST_QUERY
from sitecontent.pages.structured import cause_data, claim_data, home_data, page_data
from sitecontent.rendering import References, plain_text, render_citations, render_markdown

log = logging.getLogger(__name__)

CLAIMS_ON_HOME = 3


D = TypeVar("D", bound=Document)


def found(document: D | None) -> D:
    """The document. Raises: Http404, when the edition does not hold it."""
    if document is None:
        raise Http404
    return document


@public_page
def home(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Answer three needs at once: is it an emergency, what may it be, what is known about a cause."""
    natures = Counter(cause.nature for cause in edition.causes)
    categories = Counter(cause.category for cause in edition.causes)
    context = {
        "emergency": level_of(edition, Urgency.EMERGENCY),
        "parts": parts_of(edition.causes),
        "categories": [
            (category, categories[category.slug]) for category in edition.categories if categories[category.slug]
        ],
        "natures": [(words.NATURE[nature], natures[nature]) for nature in Nature],
        "pregnancy_page": edition.page("pregnancy"),
        "guides": guides_of(edition),
        "pregnancy_count": sum(cause.pregnancy is not PregnancyScope.NEVER for cause in edition.causes),
        "claims": [claim_row(claim) for claim in edition.claims if claim.verdict is Verdict.HARMFUL][:CLAIMS_ON_HOME],
        "structured": home_data(settings.SITE_URL),
        "nav": "home",
    }
    return render_page(request, edition, "pages/home.html", context)


@public_page
def cause_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List the causes, narrowed by the filters in the address."""
    filters = CauseFilter.from_query(request.GET, edition)
    lists = lists_of(edition)
    cards = filters.select(lists.index)
    return render_cut(
        request,
        edition,
        "pages/cause_list.html",
        shape=lists.shape_of(filters, cards),
        frame=lists.frame,
        values=lists.values_of(filters, cards),
    )


@public_page
def cause_detail(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    """Show a cause."""
    cause = found(edition.cause(slug))
    context = {
        **cause_context(edition, cause, draft=False),
        "structured": cause_data(edition, cause, edition.entry_of(cause), settings.SITE_URL),
    }
    return render_page(request, edition, "pages/cause_detail.html", context)


@public_page
def category_detail(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    """Show a group of causes."""
    category = found(edition.category(slug))
    cards = [card for card in index_of(edition).cards.values() if card.cause.category == slug]
    context = {"category": category, "causes": lists_of(edition).by_level(cards, prefix="level")}
    context |= {"count": len(cards), "nav": "causes"}
    return render_page(request, edition, "pages/category_detail.html", context)


@public_page
def finding_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List the symptoms that the checker asks about, step by step."""
    clues = index_of(edition).clues
    steps = [
        (words.STEPS[step], [(finding, len(clues.get(finding.slug, ()))) for finding in findings])
        for step, findings in groupby(edition.findings, key=lambda finding: finding.step)
    ]
    return render_page(request, edition, "pages/finding_list.html", {"steps": steps, "nav": "findings"})


@public_page
def finding_detail(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    """Show a symptom: the causes that it speaks for, and what makes it urgent."""
    finding = found(edition.finding(slug))
    index = index_of(edition)
    references = References(index.sources, open_cards=True)
    clues = index.clues.get(slug, ())
    description = plain_text(finding.summary) or finding.why_asked
    entry = edition.entry_of(finding)
    speaking_for = [clue for clue in clues if clue.link.effect is Effect.FOR]
    context = {
        "finding": finding,
        "summary": render_markdown(finding.summary, references),
        "description": description,
        "citations": render_citations(finding.citations, references),
        "rules": [
            (level_of(edition, rule.at_least), rule, render_citations(rule.citations, references))
            for rule in index.rules_of_finding.get(slug, ())
        ],
        "clue_groups": [
            (level_of(edition, urgency), list(members))
            for urgency, members in groupby(speaking_for, key=lambda clue: clue.card.cause.urgency)
        ],
        "clues_against": [clue for clue in clues if clue.link.effect is Effect.AGAINST],
        "cycle": cycle_of(index) if slug == CYCLE_FINDING else None,
        "amounts": amounts_of(index) if slug in AMOUNT_FINDINGS else (),
        "is_emergency_question": finding.step is Step.EMERGENCY,
        "standing": index.standing(finding),
        "structured": page_data(entry, title=finding.title, description=description, site_url=settings.SITE_URL),
        "references": references,
        "nav": "findings",
    }
    return render_page(request, edition, "pages/finding_detail.html", context)


@public_page
def pregnancy(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show what matters in pregnancy, and which causes are met when."""
    cards = [card for card in index_of(edition).cards.values() if card.cause.pregnancy is not PregnancyScope.NEVER]
    only = [card for card in cards if card.cause.pregnancy is PregnancyScope.ONLY]
    context = {
        **page_parts(edition, edition.page("pregnancy")),
        "only": lists_of(edition).by_level(only, prefix="only"),
        "possible_groups": by_urgency(card for card in cards if card not in only),
        "spans": spans_of(card for group in by_urgency(only) for card in group.cards),
        "pregnancy_parts": parts_of_a_pregnancy(),
        "nav": "pregnancy",
    }
    return render_page(request, edition, "pages/pregnancy.html", context)


@public_page
def emergency(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show what to do at once, whom to call, and which causes need it."""
    record = edition.levels.get(Urgency.EMERGENCY)
    references = References(index_of(edition).sources, open_cards=True)
    level_citations = render_citations(record.citations if record else (), references)
    cards = [card for card in index_of(edition).cards.values() if card.cause.urgency is Urgency.EMERGENCY]
    context = {
        **page_parts(edition, edition.page("emergency"), references),
        "level": level_of(edition, Urgency.EMERGENCY),
        "level_citations": level_citations,
        "contacts": [
            (words.REGIONS.get(contact.region, contact.region.upper()), contact.text)
            for contact in (record.contacts if record else ())
        ],
        "amounts": amounts_of(index_of(edition)),
        "causes": lists_of(edition).by_level(cards, prefix="level"),
        "nav": "emergency",
    }
    return render_page(request, edition, "pages/emergency.html", context)


@public_page
def claim_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List the claims that we looked into, by theme, all or those of one verdict."""
    counts = Counter(claim.verdict for claim in edition.claims)
    asked = request.GET.get("verdict", "")
    verdict = asked if asked in list(Verdict) else ""
    claims = [claim for claim in edition.claims if verdict in ("", claim.verdict)]
    themes: dict[str, list[ClaimRow]] = {}
    for claim in claims:
        themes.setdefault(claim.theme, []).append(claim_row(claim))
    context = {
        "themes": [(theme_title(edition, theme), rows) for theme, rows in themes.items()],
        "verdicts": [(words.VERDICTS[item], counts[item], item == verdict) for item in Verdict],
        "verdict": verdict,
        "count": len(claims),
        "total": len(edition.claims),
        "nav": "claims",
    }
    return render_page(request, edition, "pages/claim_list.html", context)


@public_page
def claim_detail(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    """Show a claim, the verdict on it and what is known."""
    claim = found(edition.claim(slug))
    index = index_of(edition)
    references = References(index.sources, open_cards=True)
    entry = edition.entry_of(claim)
    correction = render_markdown(claim.correction, references)
    for source in claim.sources:
        references.cite(source)
    context = {
        "claim": claim,
        "verdict": words.VERDICTS[claim.verdict],
        "correction": correction,
        "description": plain_text(claim.correction),
        "theme": theme_title(edition, claim.theme),
        "cards": [index.cards[cause] for cause in claim.causes if cause in index.cards],
        "standing": index.standing(claim),
        "structured": claim_data(claim, entry, settings.SITE_URL),
        "references": references,
        "nav": "claims",
    }
    return render_page(request, edition, "pages/claim_detail.html", context)


@public_page
def source_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List everything that the pages rest on, by kind."""
    citing = index_of(edition).citing
    groups = [
        (
            kind.value,
            words.SOURCE_KINDS[kind],
            [(source, len(citing.get(source.slug, ()))) for source in edition.sources if source.source_kind is kind],
        )
        for kind in SourceKind
    ]
    context = {
        "groups": [group for group in groups if group[2]],
        "total": len(edition.sources),
        "nav": "sources",
    }
    return render_page(request, edition, "pages/source_list.html", context)


@public_page
def source_detail(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    """Show a source and every record that cites it."""
    source = found(edition.source(slug))
    newer = edition.source(source.superseded_by) if source.superseded_by else None
    context = {
        "source": source,
        "newer": newer,
        "kind": words.SOURCE_KINDS[source.source_kind],
        "region": words.REGIONS.get(source.region, source.region.upper()),
        "citing": index_of(edition).citing.get(slug, ()),
        "nav": "sources",
    }
    return render_page(request, edition, "pages/source_detail.html", context)


searches = Limit(0, MINUTE_SECONDS)
"""How much one visitor may search is `SEARCHES_A_MINUTE`."""


@not_too_often("SEARCHES_A_MINUTE", too_many, searches)
@public_page
def search(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Search the edition. What was asked for is kept nowhere: not in a log of ours, not in a cache."""
    query = "".join(letter for letter in request.GET.get("q", "") if letter.isprintable()).strip()[:LONGEST_QUERY]
    results = index_of(edition).search.find(query)
    response = render_cut(
        request,
        edition,
        "pages/search.html",
        shape={"asks": bool(query), "finds": bool(results)},
        frame=lambda: {"categories": edition.categories, "longest_query": LONGEST_QUERY, "nav": "search"},
        values=values_of_search(edition, query, results),
    )
    if query:
        response["Cache-Control"] = "private, no-store"
    return response


@public_page
def page_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List the guides: editorial pages about one situation or question each."""
    context = {"guides": guides_of(edition), "nav": "pages"}
    return render_page(request, edition, "pages/page_list.html", context)


@public_page
def editorial_page(request: HttpRequest, edition: Edition, slug: str) -> HttpResponse:
    """Show an editorial page; one with an address of its own is found there."""
    page = found(edition.page(slug))
    if slug in PAGES_WITH_THEIR_OWN_ADDRESS and request.path.startswith("/pages/"):
        return HttpResponsePermanentRedirect(f"/{slug}/")
    context = {**page_parts(edition, page), "is_guide": slug not in PAGES_WITH_THEIR_OWN_ADDRESS, "nav": slug}
    return render_page(request, edition, "pages/page_detail.html", context)


@public_page
def how_we_review(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show how content is reviewed, how far that has come in this edition, and what is proved of its checker."""
    context = {
        **page_parts(edition, edition.page("how-we-review")),
        "proof": latest_proof(edition),
        "nav": "how-we-review",
    }
    response = render_page(request, edition, "pages/how_we_review.html", context)
    # The proof is no part of the edition, so the edition's ETag must not stand for this page.
    response["Cache-Control"] = f"public, max-age={FRESH_FOR_SECONDS}"
    return response


def latest_proof(edition: Edition) -> ProofSummary | None:
    """The proof that was kept for this very edition, or None while there is none that can be read."""
    try:
        proof = read_proof(settings.PROOF_FILE)
    except ProofUnreadable as error:
        log.error("%s", error)
        return None
    return proof if proof and proof.is_about(edition) else None


@public_page
def edition_list(request: HttpRequest, edition: Edition) -> HttpResponse:
    """List every edition, the newest first."""
    context = {"summaries": summaries_of(edition), "nav": "editions"}
    return render_page(request, edition, "pages/edition_list.html", context)


@public_page
def edition_detail(request: HttpRequest, edition: Edition, number: str) -> HttpResponse:
    """Show what one edition changed."""
    chosen = int(number)
    summaries = {summary.number: summary for summary in summaries_of(edition)}
    if chosen not in summaries:
        raise Http404
    summary = summaries[chosen]
    context = {
        "summary": summary,
        "is_current": chosen == edition.number,
        "groups": changes_of(edition, summary),
        "count": len(summary.changes),
        "earlier": chosen - 1 if chosen - 1 in summaries else None,
        "later": chosen + 1 if chosen + 1 in summaries else None,
        "nav": "editions",
    }
    return render_page(request, edition, "pages/edition_detail.html", context)


KINDS_OF_PAGES = {
    "cause": "cause",
    "finding": "finding",
    "claim": "claim-review",
    "category": "category",
    "source": "source",
    "page": "page",
    "privacy": "page",
    "about": "page",
    "emergency": "page",
    "pregnancy": "page",
    "how-we-review": "page",
}
"""Name of an address -> the kind of the record that it shows."""
LISTS = frozenset({"causes", "findings", "claims", "sources", "pages"})


@public_page
def page_as_it_was(request: HttpRequest, edition: Edition, number: str, path: str) -> HttpResponse:
    """Show a page as it was in an earlier edition, and say so. What was taken down since is not shown again."""
    address = f"/{path}"
    try:
        found_at = resolve(address, "sitecontent.pages.urls_of_an_edition")
        then = edition if int(number) == edition.number else earlier_edition(edition, int(number))
    except (Resolver404, KeyError, NotHeld) as error:
        raise Http404 from error
    except EditionCorrupt as error:
        log.error("Edition %s does not fit its seal and is not shown: %s", number, error)
        raise Http404 from error
    if then.number == edition.number:
        return HttpResponseRedirect(address)
    document = None
    if found_at.url_name not in LISTS:
        kind, slug = KINDS_OF_PAGES[str(found_at.url_name)], found_at.kwargs.get("slug", found_at.url_name)
        entry = then.entry(kind, slug)
        if entry is None:
            raise Http404
        document = entry.document
        if edition.entry(kind, slug) is None:
            context = {"title": document.name, "then": then, "nav": "editions", "canonical": ""}
            return render_page(request, edition, "pages/taken_down.html", context, status=410)
    was = as_it_was(edition, then, address=address, document=document)
    return render_as_it_was(request, found_at.func.page, was, **found_at.kwargs)


@public_page
def styleguide(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show every part that pages are made of, in each of its states. Only while DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    index = index_of(edition)
    references = References(index.sources, open_cards=True)
    cited = "; ".join(f"@{source.slug}" for source in edition.sources[:2])
    sample = f"Cited [{cited}] and not known [@no-such-source].\n\n## A heading\n\n- An item\n\n> A quotation"
    context = {
        "levels": [level_of(edition, level) for level in reversed(Urgency)],
        **parts_in_all_states(edition),
        "natures": words.NATURE.values(),
        "pregnancies": words.PREGNANCY.values(),
        "verdicts": words.VERDICTS.values(),
        "cards": tuple(index.cards.values())[:3],
        "text": render_markdown(sample, references),
        "references": references,
        "parts": parts_of(edition.causes, marked=("cervix",)),
    }
    return render_page(request, edition, "pages/styleguide.html", context)


def parts_in_all_states(edition: Edition) -> dict[str, Any]:
    """The pictures, review lines and banners of the page that shows every part."""
    index = index_of(edition)
    someone = Signature("A name", "Moderator", "a qualification", "a registration", edition.published_at, "")
    signed = Standing(edition.published_at, edition.published_at, (someone,), is_starter=False, revision=2)
    day = edition.published_at.date()
    chart = causes_chart(index.cards.values())
    pregnant = (card for card in index.cards.values() if card.cause.pregnancy is PregnancyScope.ONLY)
    return {
        "standings": [
            Standing(edition.published_at, None, (), is_starter=True, revision=1),
            replace(signed, due_on=add_months(day, 12 * 50), editions=edition.history[:3]),
            replace(signed, due_on=day),
        ],
        "cycle": cycle_of(index, marked="ovulation-spotting"),
        "amounts": amounts_of(index),
        "spans": spans_of(pregnant)[:4],
        "pregnancy_parts": parts_of_a_pregnancy(),
        "chart": chart,
        "chart_height": height_of(chart),
        "changed_words": mark_words("It heals in a week or so.", "It mostly heals in a week."),
        "rows": [claim_row(claim) for claim in edition.claims[:2]],
        "old_pages": [
            AsItWas(edition, edition, "/styleguide/", edition.history[:1]),
            AsItWas(edition, edition, "/styleguide/", ()),
        ],
    }


def guides_of(edition: Edition) -> tuple[Page, ...]:
    """The editorial pages that no main address of the site shows, in their own order."""
    return tuple(page for page in edition.pages if page.slug not in PAGES_WITH_THEIR_OWN_ADDRESS)


def page_parts(edition: Edition, page: Page | None, references: References | None = None) -> dict[str, Any]:
    """What a template needs of an editorial page; of one that is not in the edition, an empty body.

    `references` are those of what stands above the body, so that the numbers go on from there.
    """
    references = references or References(index_of(edition).sources, open_cards=True)
    body = render_markdown(page.body, references, top_heading=2) if page else ""
    parts: dict[str, Any] = {"page": page, "body": body, "references": references, "standing": None}
    if page:
        entry = edition.entry_of(page)
        parts["standing"] = index_of(edition).standing(page)
        parts["structured"] = page_data(entry, title=page.title, description=page.summary, site_url=settings.SITE_URL)
    return parts


def theme_title(edition: Edition, theme: str) -> str:
    """The theme in words: the title of the group or the cause of that name, else the slug read aloud."""
    document = edition.category(theme) or edition.cause(theme)
    return document.title if document else theme.replace("-", " ").capitalize()
