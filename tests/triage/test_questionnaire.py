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


def test_every_question_can_be_left_open_in_two_ways_its_own_or_ours():
    edition = edition_of(
        finding("plain", "yes", "no", order=1),
        finding("own", "yes", "not-sure", "prefer-not-to-say", order=2),
    )

    plain, own, _ = questionnaire(edition).steps[0].questions

    assert (plain.not_sure.value, plain.withheld.value) == ("not-sure", "prefer-not-to-say")
    assert (own.not_sure, own.withheld) == (None, None)


def listed_edition():
    return edition_of(
        finding(
            "signs",
            "faint",
            "pale",
            "none",
            order=1,
            multiple=True,
            step="emergency",
            asked_in="signs",
            list_question="Any of these?",
            list_why="They matter.",
            unticked="none",
        ),
        finding(
            "shoulder",
            Answer(slug="yes", label="Yes", box="A sore shoulder"),
            "no",
            "not-sure",
            order=2,
            step="emergency",
            asked_in="signs",
            unticked="no",
        ),
        finding("pain", "none", "mild", "strong", order=3, asked_in="signs", box="Pain", unticked="none"),
        finding("side", order=4, asked_in="signs", ask_if=any_of(pain="strong"), box="On one side", unticked="no"),
    )


def the_list(edition, given=None):
    return next(q for step in questionnaire(edition, given).steps for q in step.questions if q.is_list)


def test_a_list_asks_several_questions_by_their_boxes():
    asked = the_list(listed_edition())

    boxes = [(rows.slug, rows.name, [o.label for o in rows.options]) for _, held in asked.groups for rows in held]
    assert (asked.legend, asked.why_asked) == ("Any of these?", "They matter.")
    assert boxes == [
        ("signs", "signs", ["faint, in words", "pale, in words"]),
        ("shoulder", "shoulder", ["A sore shoulder"]),
        ("pain", "signs--list", ["Pain"]),
        ("side", "signs--list", ["On one side"]),
    ]
    assert [question.slug for question in asked.opened] == ["pain", "side"]


def test_a_list_that_spans_steps_has_a_heading_for_each_and_one_that_does_not_has_none():
    both = [str(title) for title, _ in the_list(listed_edition()).groups]
    one = edition_of(
        finding("a", "x", "none", order=1, multiple=True, asked_in="a", list_question="Any?", unticked="none"),
        finding("b", "yes", "no", order=2, asked_in="a", unticked="no"),
    )

    assert both == ["Signs that cannot wait", "The bleeding"]
    assert [title for title, _ in the_list(one).groups] == [""]


def test_a_question_whose_list_is_not_published_is_asked_by_itself():
    edition = edition_of(finding("pain", "none", "mild", "strong", asked_in="gone", box="Pain", unticked="none"))

    [pain, _] = questionnaire(edition).steps[0].questions

    assert (pain.is_list, pain.slug) == (False, "pain")


def test_a_box_shows_its_question_and_hides_while_it_does_not_apply():
    rules = stylesheet(listed_edition()).splitlines()[1:]

    assert [rule.split(":not(:has(input")[0] for rule in rules] == [
        ".check-form:not(:has(#q-signs--list--pain:checked)) #q-pain",
        ".check-form:not(:has(#q-pain--strong:checked)) #b-side",
        ".check-form:not(:has(#q-signs--list--side:checked)) #q-side",
    ]


def test_a_list_of_which_nothing_applies_is_hidden():
    later = any_of(signs="faint")
    edition = edition_of(
        finding("signs", "faint", "none", order=1, multiple=True, step="emergency"),
        finding("a", "x", "none", order=1, multiple=True, asked_in="a", list_question="Any?", ask_if=later),
        finding("b", "yes", "no", order=2, asked_in="a", unticked="no", ask_if=any_of(signs="none")),
    )

    assert (
        stylesheet(edition)
        .splitlines()[-1]
        .startswith(".check-form:not(:has(#q-signs--faint:checked, #q-signs--none:checked)) #l-a:not(")
    )


def test_a_box_is_ticked_where_its_question_holds_more_than_no_tick_would_say():
    edition = listed_edition()

    def ticked(**given):
        asked = the_list(edition, given)
        return [o.value for _, held in asked.groups for rows in held if rows.opens for o in rows.options if o.is_chosen]

    assert ticked(pain=("mild",)) == ["pain"]
    assert ticked(pain=("none",)) == []
    assert ticked(**{"signs--list": ("side",)}) == ["side"]


def test_a_question_is_hidden_until_one_of_its_answers_is_chosen():
    edition = edition_of(
        finding("pain", "none", "mild", "strong"), finding("where", ask_if=any_of(pain=("mild", "strong")))
    )

    assert stylesheet(edition).splitlines()[1:] == [
        ".check-form:not(:has(#q-pain--mild:checked, #q-pain--strong:checked))"
        " #q-where:not(:has(input:checked:not(.open-answer))) { display: none; }"
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
        held = f"#b-{item.slug}:not" if item.box else f"#q-{item.slug}:not"
        assert (held in css) is (item.ask_if is not None and item.slug not in ("assault-when", "safe-now")), item.slug
