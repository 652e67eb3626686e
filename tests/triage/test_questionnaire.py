"""The questions as a form, and the stylesheet that shows what applies."""

from sitecontent.documents import Answer, Condition, Implication, Match
from tests.triage.factories import any_of, edition_of, finding
from triage.questionnaire import questionnaire, stylesheet


def test_steps_come_in_their_order_and_hold_their_questions():
    edition = edition_of(
        finding("late", step="partner", order=1),
        finding("b", step="emergency", order=2),
        finding("a", step="emergency", order=1),
    )

    form = questionnaire(edition)

    held = [(step.step.value, [question.slug for question in step.questions]) for step in form.steps]
    assert held == [("emergency", ["a", "b"]), ("bleeding", ["limit"]), ("partner", ["late"])]


def test_the_box_holds_its_questions_and_no_step_does():
    edition = edition_of(finding("no-consent", step="emergency"), finding("a"))

    form = questionnaire(edition)

    assert [question.slug for question in form.unwanted_sex] == ["no-consent"]
    assert "no-consent" not in {question.slug for step in form.steps for question in step.questions}


def test_nothing_is_chosen_before_it_is_answered():
    form = questionnaire(edition_of(finding("a")))

    assert not any(o.is_chosen for step in form.steps for question in step.questions for o in question.options)
    assert not form.box_is_open


def test_answers_given_are_filled_in():
    form = questionnaire(edition_of(finding("a", order=1)), {"a": ("no",)})

    assert [option.value for option in form.steps[0].questions[0].options if option.is_chosen] == ["no"]


def test_one_answer_can_be_taken_back_unless_the_question_has_its_own_way():
    edition = edition_of(
        finding("one", order=1),
        finding("several", multiple=True, order=2),
        finding("own", "yes", "prefer-not-to-say", order=3),
    )

    can_skip = {question.slug: question.can_skip for question in questionnaire(edition).steps[0].questions}

    assert can_skip == {"one": True, "several": False, "own": False, "limit": True}


def test_a_question_is_hidden_until_one_of_its_answers_is_chosen():
    edition = edition_of(
        finding("pain", "none", "mild", "strong"), finding("where", ask_if=any_of(pain=("mild", "strong")))
    )

    assert stylesheet(edition).splitlines()[1:] == [
        ".check-form:not(:has(#q-pain--mild:checked, #q-pain--strong:checked))"
        ' #q-where:not(:has(input:checked:not([value=""]))) { display: none; }'
    ]


def test_every_part_of_a_condition_hides_by_itself():
    condition = Condition(
        all_of=(Match(finding="a", is_=("yes",)),),
        any_of=(Match(finding="b", is_=("yes",)), Match(finding="c", is_=("yes",))),
    )
    edition = edition_of(finding("a"), finding("b"), finding("c"), finding("d", ask_if=condition))

    rules = stylesheet(edition).splitlines()[1:]

    assert [rule.split(" #q-d")[0] for rule in rules] == [
        ".check-form:not(:has(#q-a--yes:checked))",
        ".check-form:not(:has(#q-b--yes:checked, #q-c--yes:checked))",
    ]


def test_an_answer_that_implies_another_shows_what_depends_on_it():
    edition = edition_of(
        finding(
            "test", Answer(slug="positive", label="Positive", implies=Implication(finding="status", answer="yes")), "no"
        ),
        finding("status"),
        finding("weeks", ask_if=any_of(status="yes")),
    )

    assert "#q-status--yes:checked, #q-test--positive:checked" in stylesheet(edition)


def test_every_conditional_question_of_the_starter_is_in_the_stylesheet(starter_edition):
    css = stylesheet(starter_edition)

    for item in starter_edition.findings:
        assert (f"#q-{item.slug}:not" in css) is (
            item.ask_if is not None and item.slug not in ("assault-when", "safe-now")
        )
