"""The starter files: each way in which one can be wrong is told with file, field and reason."""

from collections import Counter
from pathlib import Path

import pytest

from sitecontent.documents import KINDS, NOT_SURE, Category, Finding, SafetyRule, Source, UrgencyLevel
from sitecontent.starter import FOLDERS, FileProblem, StarterInvalid, read_starter

CATEGORY = """\
title: The cervix
summary: Causes on the neck of the womb.
order: 50
"""

SOURCE = """\
title: A page
publisher: Somebody
url: https://example.org/page
source_kind: patient-information
region: uk
"""


def put(root: Path, name: str, content: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def problems_of(root: Path) -> tuple[FileProblem, ...]:
    with pytest.raises(StarterInvalid) as caught:
        read_starter(root)
    return caught.value.problems


def the_problem_of(root: Path) -> FileProblem:
    (problem,) = problems_of(root)
    return problem


# ------------------------------------------------------------------ files that are right


def test_an_empty_folder_holds_no_record(tmp_path):
    assert read_starter(tmp_path) == ()


def test_a_file_takes_its_kind_from_the_folder_and_its_slug_from_the_name(tmp_path):
    put(tmp_path, "categories/cervix.yaml", CATEGORY)

    (document,) = read_starter(tmp_path)

    assert document == Category(slug="cervix", title="The cervix", summary="Causes on the neck of the womb.", order=50)


def test_a_file_may_repeat_its_kind_and_slug(tmp_path):
    put(tmp_path, "categories/cervix.yaml", "kind: category\nslug: cervix\n" + CATEGORY)

    (document,) = read_starter(tmp_path)

    assert document.key == ("category", "cervix")


def test_records_come_kind_by_kind_and_in_each_by_slug(tmp_path):
    for name in ("sources/b.yaml", "sources/a.yaml"):
        put(tmp_path, name, SOURCE)
    put(tmp_path, "categories/z.yaml", CATEGORY)

    assert [document.key for document in read_starter(tmp_path)] == [
        ("category", "z"),
        ("source", "a"),
        ("source", "b"),
    ]


def test_every_kind_has_one_folder():
    assert tuple(FOLDERS.values()) == tuple(KINDS)


# ------------------------------------------------------------------ files that are wrong


def test_an_unknown_folder_is_named(tmp_path):
    put(tmp_path, "findigs/fever.yaml", "title: Fever\n")

    assert the_problem_of(tmp_path) == FileProblem(
        "findigs/fever.yaml", "(file)", f"belongs in one of the folders {', '.join(FOLDERS)}"
    )


@pytest.mark.parametrize("name", ["cervix.yaml", "categories/old/cervix.yaml", "notes.txt"])
def test_a_file_at_the_wrong_depth_is_named(tmp_path, name):
    put(tmp_path, name, CATEGORY)

    problem = the_problem_of(tmp_path)

    assert (problem.file, problem.field) == (name, "(file)")
    assert problem.reason.startswith("belongs in one of the folders")


@pytest.mark.parametrize("name", ["categories/cervix.yml", "categories/cervix", "categories/cervix.yaml.bak"])
def test_a_wrong_suffix_is_named(tmp_path, name):
    put(tmp_path, name, CATEGORY)

    assert the_problem_of(tmp_path) == FileProblem(name, "(file)", "its name must end in .yaml")


def test_text_that_is_not_utf8_is_named(tmp_path):
    put(tmp_path, "categories/cervix.yaml", "title: Entzündung\n".encode("latin-1"))

    problem = the_problem_of(tmp_path)

    assert (problem.file, problem.field) == ("categories/cervix.yaml", "(file)")
    assert problem.reason.startswith("is not UTF-8: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: [The cervix\n", "expected ',' or ']'"),
        ("title: a\n\ttext: b\n", "line 2"),
        ("title: a\n---\ntitle: b\n", "single document"),
        ("title: !!python/object:os.system a\n", "could not determine a constructor"),
        ("[title]: a\n", "a key must be plain text"),
        ("order: 2024-13-45\n", "month must be in 1..12"),
    ],
)
def test_bad_yaml_is_named_with_what_the_reader_found(tmp_path, text, told):
    put(tmp_path, "categories/cervix.yaml", text)

    problem = the_problem_of(tmp_path)

    assert (problem.file, problem.field) == ("categories/cervix.yaml", "(file)")
    assert problem.reason.startswith("is not YAML: ")
    assert told in problem.reason
    assert "\n" not in problem.reason


@pytest.mark.parametrize(
    "text", ["order: 50\n" + CATEGORY, "title: a\nescalation: {urgency: soon, urgency: routine}\n"]
)
def test_a_key_given_twice_is_named_however_deep(tmp_path, text):
    put(tmp_path, "categories/cervix.yaml", text)

    problem = the_problem_of(tmp_path)

    assert (problem.file, problem.field) == ("categories/cervix.yaml", "(file)")
    assert "is given twice" in problem.reason
    assert "line " in problem.reason


@pytest.mark.parametrize("text", ["", "- title: The cervix\n", "The cervix\n", "null\n"])
def test_a_file_that_holds_no_mapping_is_named(tmp_path, text):
    put(tmp_path, "categories/cervix.yaml", text)

    assert the_problem_of(tmp_path) == FileProblem(
        "categories/cervix.yaml", "(file)", "must hold one mapping of fields"
    )


def test_a_kind_that_is_not_the_folders_is_named(tmp_path):
    put(tmp_path, "categories/cervix.yaml", "kind: source\n" + CATEGORY)

    assert the_problem_of(tmp_path) == FileProblem(
        "categories/cervix.yaml", "kind", "is 'source', but this folder holds 'category'"
    )


def test_a_slug_that_is_not_the_files_name_is_named(tmp_path):
    put(tmp_path, "categories/cervix.yaml", "slug: womb\n" + CATEGORY)

    assert the_problem_of(tmp_path) == FileProblem(
        "categories/cervix.yaml", "slug", "is 'womb', but the file is called cervix.yaml"
    )


def test_a_file_name_that_is_no_slug_is_named(tmp_path):
    put(tmp_path, "categories/The_Cervix.yaml", CATEGORY)

    problem = the_problem_of(tmp_path)

    assert (problem.file, problem.field) == ("categories/The_Cervix.yaml", "slug")
    assert "should match pattern" in problem.reason


def test_an_unknown_field_is_named(tmp_path):
    put(tmp_path, "categories/cervix.yaml", CATEGORY + "colour: red\n")

    assert the_problem_of(tmp_path) == FileProblem("categories/cervix.yaml", "colour", "Extra inputs are not permitted")


def test_a_missing_field_is_named(tmp_path):
    put(tmp_path, "categories/cervix.yaml", "title: The cervix\norder: 50\n")

    assert the_problem_of(tmp_path) == FileProblem("categories/cervix.yaml", "summary", "Field required")


def test_a_word_outside_its_list_is_named_with_what_is_allowed(tmp_path):
    put(tmp_path, "sources/a.yaml", SOURCE.replace("patient-information", "hearsay"))

    assert the_problem_of(tmp_path) == FileProblem(
        "sources/a.yaml",
        "source_kind",
        "Input should be 'guideline', 'patient-information', 'review-article', 'cohort-study', 'case-report' or "
        "'textbook'",
    )


def test_a_wrong_field_deep_inside_is_named_by_its_path(tmp_path):
    put(
        tmp_path,
        "safety-rules/fever.yaml",
        "title: Fever\n"
        "when:\n"
        "  any_of:\n"
        "    - {finding: fever, is: [measured-38]}\n"
        "    - {finding: Fever!, is: [hot-shivery]}\n"
        "at_least: urgent\n"
        "route: doctor\n"
        "tell: Be seen today.\n"
        "why: It may be an infection.\n"
        "basis: cautious\n"
        "citations: [a]\n",
    )

    problem = the_problem_of(tmp_path)

    assert (problem.file, problem.field) == ("safety-rules/fever.yaml", "when.any_of.1.finding")


def test_an_unquoted_yes_is_refused_and_not_read_as_an_answer(tmp_path):
    put(
        tmp_path,
        "findings/bulge.yaml",
        "title: A bulge\n"
        "question: Is anything bulging?\n"
        "step: emergency\n"
        "order: 10\n"
        "answers:\n"
        "  - {slug: yes, label: 'Yes'}\n"
        "  - {slug: 'no', label: 'No'}\n"
        "  - {slug: not-sure, label: Not sure}\n"
        "why_asked: It can be an emergency.\n"
        "citations: [a]\n",
    )

    assert the_problem_of(tmp_path) == FileProblem(
        "findings/bulge.yaml", "answers.0.slug", "Input should be a valid string"
    )


def test_every_problem_of_every_file_is_told_at_once(tmp_path):
    put(tmp_path, "attic/old.yaml", CATEGORY)
    put(tmp_path, "categories/cervix.yaml", "title: The cervix\n")
    put(tmp_path, "sources/a.yaml", SOURCE.replace("https://example.org/page", "example.org") + "colour: red\n")

    problems = problems_of(tmp_path)

    assert [(problem.file, problem.field) for problem in problems] == [
        ("attic/old.yaml", "(file)"),
        ("categories/cervix.yaml", "summary"),
        ("categories/cervix.yaml", "order"),
        ("sources/a.yaml", "url"),
        ("sources/a.yaml", "colour"),
    ]


def test_the_error_reads_as_one_line_a_problem(tmp_path):
    put(tmp_path, "categories/cervix.yaml", "title: The cervix\n")

    with pytest.raises(StarterInvalid) as caught:
        read_starter(tmp_path)

    assert str(caught.value) == (
        "categories/cervix.yaml: summary: Field required\ncategories/cervix.yaml: order: Field required"
    )


# ------------------------------------------------------------------ the files that we ship


@pytest.fixture(scope="module")
def starter():
    return read_starter()


def test_the_starter_content_reads(starter):
    counts = Counter(document.kind for document in starter)

    assert (counts["finding"], counts["safety-rule"], counts["urgency-level"]) == (61, 121, 5)


def test_the_starter_content_has_no_record_twice(starter):
    counts = Counter(document.key for document in starter)

    assert [key for key, count in counts.items() if count > 1] == []


def test_the_starter_findings_each_have_their_own_place_in_the_order(starter):
    orders = [document.order for document in starter if isinstance(document, Finding)]

    assert sorted(orders) == list(range(10, 620, 10))


def test_the_starter_conditions_name_only_answers_that_are_offered(starter):
    offered = {document.slug: document.answer_slugs for document in starter if isinstance(document, Finding)}
    conditions = [(document.key, document.when) for document in starter if isinstance(document, SafetyRule)]
    conditions += [(d.key, d.ask_if) for d in starter if isinstance(d, Finding) and d.ask_if]
    conditions += [(d.key, d.not_for) for d in starter if isinstance(d, UrgencyLevel) and d.not_for]

    assert [
        (key, match.finding, answer)
        for key, condition in conditions
        for match in condition.matches
        for answer in match.is_
        if answer not in offered.get(match.finding, ())
    ] == []


def test_the_starter_records_cite_only_sources_that_are_there(starter):
    sources = {document.slug for document in starter if isinstance(document, Source)}

    assert [
        (document.key, slug)
        for document in starter
        for slug in getattr(document, "citations", ()) + getattr(document, "sources", ())
        if slug not in sources
    ] == []


def test_not_sure_raises_something_or_the_finding_says_why_not(starter):
    rules = [document for document in starter if isinstance(document, SafetyRule)]
    looked_at = {match.finding for rule in rules for match in rule.when.matches}
    raises = {match.finding for rule in rules for match in rule.when.matches if NOT_SURE in match.is_}

    for finding in (document for document in starter if isinstance(document, Finding)):
        is_silent = NOT_SURE in finding.answer_slugs and finding.slug in looked_at - raises
        assert bool(finding.unsure_raises_nothing_because) == is_silent, finding.slug
