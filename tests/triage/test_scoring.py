"""Scoring other people's cases: the figures, and what is said about a file that is wrong."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from sitecontent.documents import Urgency
from sitecontent.edition.edition import Edition
from tests.triage.factories import any_of, cause, edition_of, finding, rule, speaks_for
from triage.scoring import Case, CasesInvalid, Scores, Share, read_cases, score

DOCUMENTED = django_settings.BASE_DIR / "docs" / "vignette-format.md"


def small_edition() -> Edition:
    """Fever is urgent, fainting an emergency; a polyp is likely with spots on most days."""
    return edition_of(
        finding("fever", "yes", "no"),
        finding("faint", "yes", "no"),
        finding("spots", "often", "never"),
        finding("signs", "rash", "sore", multiple=True),
        rule("fever", any_of(fever="yes"), Urgency.URGENT),
        rule("faint", any_of(faint="yes"), Urgency.EMERGENCY),
        cause("polyp", speaks_for("spots", "often"), speaks_for("signs", "sore")),
        cause("ectropion", speaks_for("spots", "often", strength=2)),
        cause("elsewhere", speaks_for("fever", "no")),
    )


def case(name: str, gold: Urgency, answers: dict[str, str | list[str]], **fields: object) -> Case:
    return Case.model_validate({"id": name, "gold": gold, "answers": answers, **fields})


def yaml_of(*cases: str) -> str:
    return "format: 1\ncases:\n" + "".join(f"  - {one}\n" for one in cases)


def problems_of(text: str, *, is_json: bool = False) -> list[str]:
    with pytest.raises(CasesInvalid) as caught:
        read_cases(text, is_json=is_json)
    return [str(problem) for problem in caught.value.problems]


# The figures


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 10, 0.0, 27.8),
        (10, 10, 72.2, 100.0),
        (1, 1, 20.7, 100.0),
        (50, 100, 40.4, 59.6),
        (95, 100, 88.8, 97.8),
    ],
)
def test_the_interval_is_that_of_wilson(count: int, total: int, low: float, high: float) -> None:
    interval = Share(count, total).interval

    assert interval is not None
    assert (round(interval[0], 1), round(interval[1], 1)) == (low, high)


def test_a_share_of_nothing_has_no_percentage_and_no_interval() -> None:
    share = Share(0, 0)

    assert (share.percent, share.interval, str(share)) == (None, None, "none")


def test_a_share_says_itself_in_words() -> None:
    assert str(Share(3, 4)) == "3/4 = 75.0 % (30.1 to 95.4)"


def test_exact_safe_over_and_under_are_told_apart() -> None:
    scores = score(
        small_edition(),
        [
            case("right", Urgency.URGENT, {"fever": "yes"}),
            case("over", Urgency.SOON, {"fever": "yes"}),
            case("under-and-safe", Urgency.SOON, {"fever": "no"}, minimum_safe="routine"),
            case("under", Urgency.SOON, {"fever": "no"}),
        ],
    )

    assert [(outcome.is_exact, outcome.is_safe, outcome.is_over, outcome.is_under) for outcome in scores.outcomes] == [
        (True, True, False, False),
        (False, True, True, False),
        (False, True, False, True),
        (False, False, False, True),
    ]
    assert (scores.exact, scores.safe) == (Share(1, 4), Share(3, 4))
    assert (scores.over, scores.under) == (Share(1, 4), Share(2, 4))


def test_the_levels_are_those_judged_right_the_most_urgent_first() -> None:
    scores = score(
        small_edition(),
        [
            case("a", Urgency.SOON, {}),
            case("b", Urgency.EMERGENCY, {"faint": "yes"}),
            case("c", Urgency.SOON, {"fever": "yes"}),
        ],
    )

    assert {level: held.exact for level, held in scores.by_level.items()} == {
        Urgency.EMERGENCY: Share(1, 1),
        Urgency.SOON: Share(0, 2),
    }
    assert list(scores.by_level) == [Urgency.EMERGENCY, Urgency.SOON]


def test_causes_are_counted_by_their_place_and_only_where_a_case_names_some() -> None:
    answers: dict[str, str | list[str]] = {"spots": "often", "signs": ["sore", "rash"], "fever": "no"}
    scores = score(
        small_edition(),
        [
            case("first", Urgency.ROUTINE, answers, causes=["polyp"]),
            case("third", Urgency.ROUTINE, answers, causes=["ectropion"]),
            case("nowhere", Urgency.ROUTINE, {"fever": "no"}, causes=["polyp"]),
            case("no-word-about-causes", Urgency.ROUTINE, answers),
        ],
    )

    assert [outcome.place for outcome in scores.outcomes] == [1, 3, None, None]
    assert (scores.listed(1), scores.listed(3), scores.listed(None)) == (Share(1, 3), Share(2, 3), Share(2, 3))


def test_any_acceptable_cause_will_do() -> None:
    scores = score(
        small_edition(), [case("either", Urgency.ROUTINE, {"spots": "often"}, causes=["elsewhere", "polyp"])]
    )

    assert scores.listed(1) == Share(1, 1)


def test_causes_count_beside_an_emergency_too() -> None:
    answers: dict[str, str | list[str]] = {"faint": "yes", "spots": "often"}

    scores = score(small_edition(), [case("both", Urgency.EMERGENCY, answers, causes=["polyp"])])

    assert scores.listed(1) == Share(1, 1)


def test_misses_come_with_the_unsafe_ones_first() -> None:
    scores = score(
        small_edition(),
        [
            case("right", Urgency.URGENT, {"fever": "yes"}),
            case("no-cause", Urgency.URGENT, {"fever": "yes"}, causes=["polyp"]),
            case("over", Urgency.SOON, {"fever": "yes"}),
            case("unsafe", Urgency.SOON, {"fever": "no"}),
        ],
    )

    assert [outcome.case.id for outcome in scores.misses] == ["unsafe", "over", "no-cause"]


def test_no_cases_give_no_figures() -> None:
    scores = Scores(())

    assert (str(scores.exact), dict(scores.by_level), scores.misses) == ("none", {}, ())


# Reading a file


def test_yes_and_no_are_read_with_and_without_quotes_and_from_json() -> None:
    quoted = read_cases(yaml_of('{id: a, gold: soon, answers: {fever: "yes", faint: ["no"]}}'))
    plain = read_cases(yaml_of("{id: a, gold: soon, answers: {fever: yes, faint: [no]}}"))
    data = {"format": 1, "cases": [{"id": "a", "gold": "soon", "answers": {"fever": True, "faint": False}}]}

    assert quoted.cases[0].answers == {"fever": ("yes",), "faint": ("no",)}
    assert plain == quoted
    assert read_cases(json.dumps(data), is_json=True) == quoted


def test_what_is_safe_is_what_is_right_unless_the_case_says_otherwise() -> None:
    file = read_cases(
        yaml_of("{id: a, gold: soon, answers: {}}", "{id: b, gold: soon, minimum_safe: routine, answers: {}}")
    )

    assert [one.safe_from for one in file.cases] == [Urgency.SOON, Urgency.ROUTINE]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: [", "(whole file): is not YAML: "),
        ("just words", "(whole file): must be a mapping of fields"),
        ("", "(whole file): must be a mapping of fields"),
        ("format: 1\ncases: []\n", "cases: must hold at least one case"),
        ("format: 2\ncases: [{id: a, gold: soon, answers: {}}]\n", "format: Input should be 1"),
        ("cases: [{id: a, gold: soon, answers: {}}]\n", "format: is missing"),
        ("format: 1\nformat: 1\n", "(whole file): is not YAML: the key 'format' is given twice"),
        (yaml_of("{id: a, gold: soon}"), "case a: answers: is missing"),
        (yaml_of("{gold: soon, answers: {}}"), "case number 1: id: is missing"),
        (yaml_of("{id: a, answers: {}}"), "case a: gold: is missing"),
        (yaml_of("{id: a, gold: later, answers: {}}"), "case a: gold: Input should be 'self-care', 'routine', "),
        (yaml_of("{id: a, gold: soon, answers: {}, colour: red}"), "case a: colour: is no field of this format"),
        (yaml_of("{id: a, gold: soon, answers: {fever: 3}}"), "case a: answers.fever.0: must be a word or text"),
        (yaml_of("{id: a, gold: soon, answers: [fever]}"), "case a: answers: must be a mapping"),
        (yaml_of("{id: 7, gold: soon, answers: {}}"), "case number 1: id: must be a word or text"),
        (yaml_of("fever"), "case number 1: (whole case): must be a mapping of fields"),
        (
            yaml_of("{id: a, gold: soon, minimum_safe: urgent, answers: {}}"),
            "case a: (whole case): minimum_safe is urgent, which is more urgent than gold, soon",
        ),
        (
            yaml_of("{id: a, gold: soon, answers: {fever: no, fever: yes}}"),
            "(whole file): is not YAML: the key 'fever' is given twice",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_says_which_case_which_field_and_why(text: str, said: str) -> None:
    problems = problems_of(text)

    assert len(problems) == 1
    assert problems[0].startswith(said)


@pytest.mark.parametrize("text", ["{", '{"format": 1, "format": 1, "cases": []}', "[1,"])
def test_json_that_is_wrong_says_so(text: str) -> None:
    assert problems_of(text, is_json=True)[0].startswith("(whole file): is not JSON: ")


def test_an_id_given_twice_names_both_places() -> None:
    twice = "{id: a, gold: soon, answers: {}}"

    assert problems_of(yaml_of(twice, "{id: b, gold: soon, answers: {}}", twice)) == [
        "case a: id: is given to several cases, numbers 1, 3"
    ]


def test_every_case_that_is_wrong_is_named_and_not_only_the_first() -> None:
    wrong = yaml_of("{id: a, gold: later, answers: {}}", "{id: b, answers: {}}")

    assert [problem.split(": ")[:2] for problem in problems_of(wrong)] == [["case a", "gold"], ["case b", "gold"]]


def test_a_case_that_names_what_the_edition_does_not_have_is_refused_with_all_others() -> None:
    cases = [
        case("a", Urgency.SOON, {"fewer": "yes"}),
        case("b", Urgency.SOON, {"fever": "high", "faint": ["yes", "no"]}),
        case("c", Urgency.SOON, {}, causes=["polyps"]),
    ]

    with pytest.raises(CasesInvalid) as caught:
        score(small_edition(), cases)

    assert [str(problem) for problem in caught.value.problems] == [
        "case a: answers.fewer: there is no question called 'fewer'",
        "case b: answers.fever: 'fever' has no answer 'high'; it has yes, no",
        "case b: answers.faint: 'faint' takes one answer, and 2 were given",
        "case c: causes: there is no cause called 'polyps'",
    ]


# The documented format and the command


def documented_example() -> str:
    example = re.search(r"```yaml\n(.*?)```", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    return example[1]


def test_the_documented_example_runs_and_comes_out_right(starter_edition: Edition) -> None:
    file = read_cases(documented_example())

    scores = score(starter_edition, file.cases)

    assert scores.exact == Share(3, 3)
    assert scores.listed(None) == Share(2, 2)
    assert scores.misses == ()


@pytest.mark.parametrize("model", ["cases", "case"])
def test_every_field_is_documented(model: str) -> None:
    fields = {"format", "title", "source", "cases"} if model == "cases" else set(Case.model_fields)

    assert [name for name in sorted(fields) if f"`{name}`" not in DOCUMENTED.read_text(encoding="utf-8")] == []


def run(path: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("triage.management.commands.score_vignettes.current_edition", lambda: edition)
    out = StringIO()
    call_command("score_vignettes", str(path), stdout=out)
    return out.getvalue()


def test_the_command_prints_the_figures_and_the_misses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        yaml_of(
            "{id: fine, gold: urgent, answers: {fever: yes}}",
            "{id: gone-wrong, gold: soon, answers: {fever: no}, causes: [polyp]}",
        )
    )

    printed = run(path, small_edition(), monkeypatch)

    assert "cases.yaml: 2 cases, edition 1" in printed
    assert "  exact               1/2 = 50.0 % (9.5 to 90.5)" in printed
    assert "right level: soon" in printed
    assert "  first               0/1 = 0.0 % (0.0 to 79.3)" in printed
    assert "  gone-wrong: routine in place of soon (UNSAFE); does not list polyp" in printed


def test_the_command_reads_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cases.json"
    cases = [{"id": "over", "gold": "soon", "answers": {"fever": "yes"}}]
    path.write_text(json.dumps({"format": 1, "title": "From elsewhere", "cases": cases}))

    printed = run(path, small_edition(), monkeypatch)

    assert "From elsewhere: 1 cases" in printed
    assert "  over: urgent in place of soon (too urgent)" in printed


def test_the_command_refuses_a_file_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(yaml_of("{id: a, gold: soon, answers: {fewer: yes}}"))

    with pytest.raises(CommandError, match=r"case a: answers\.fewer: there is no question called"):
        run(path, small_edition(), monkeypatch)
    with pytest.raises(CommandError, match="can not be read"):
        run(tmp_path / "nowhere.yaml", small_edition(), monkeypatch)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="can not be read"):
        run(path, small_edition(), monkeypatch)
