// The symptom checker with script: one step at a time, and a page that can be left at once.
// Answers stay in the form. Nothing is stored, and only the number of the step is in the history.

"use strict";

const form = document.querySelector(".check-form");

if (form && !("filledIn" in form.dataset)) {
  askStepByStep(form);
}
if (form) {
  form.addEventListener("change", keepExclusive);
}

document.querySelector(".error-summary")?.focus();
document.querySelectorAll(".leave").forEach((link) => link.addEventListener("click", leave));
document.querySelectorAll(".notes").forEach(offerNotes);

// Show one step at a time. The browser's own Back goes one step back; hidden steps are passed over.
function askStepByStep(form) {
  const words = form.dataset;
  const steps = [...form.querySelectorAll(".step")];
  const submit = form.querySelector(".form-submit");
  const intro = document.querySelector(".check-intro");
  const progress = element("p", "progress");
  const buttons = element("p", "step-buttons");
  const back = button(words.back, "second");
  const next = button(words.next, "");
  const all = button(words.all, "text-button");
  const late = element("p", "notice");
  const met = new Set();
  const result = submit.querySelector("button");
  let current = 0;

  buttons.append(back, next, ...submit.children);
  form.classList.add("one-at-a-time");
  late.setAttribute("role", "status");
  form.prepend(progress, late);
  steps.at(-1).after(buttons);
  form.append(all);

  const asked = (step) =>
    [...step.querySelectorAll(".question")].filter((question) => getComputedStyle(question).display !== "none");
  const isAsked = (step) => asked(step).length > 0;
  const following = (from, way) => {
    let at = from + way;
    while (steps[at] && !isAsked(steps[at])) {
      at += way;
    }
    return steps[at] ? at : from;
  };

  function show(at, { focus = true } = {}) {
    current = at;
    const held = steps.filter(isAsked);
    asked(steps[at]).forEach((question) => met.add(question));
    steps.forEach((step, place) => step.classList.toggle("current", place === at));
    progress.textContent = words.progress.replace("%1", held.indexOf(steps[at]) + 1).replace("%2", held.length);
    back.hidden = following(at, -1) === at;
    next.hidden = following(at, 1) === at;
    result.hidden = !next.hidden;
    intro.hidden = at > 0;
    if (focus) {
      late.textContent = "";
      steps[at].querySelector("h2").focus();
      progress.scrollIntoView({ block: "start" });
    }
  }

  function showAll() {
    form.classList.remove("one-at-a-time");
    submit.append(result);
    result.hidden = intro.hidden = false;
    [progress, late, buttons, all].forEach((part) => part.remove());
    form.removeEventListener("change", update);
    form.removeEventListener("submit", askWhatCameUp);
    window.removeEventListener("popstate", goBack);
  }

  // An answer may bring up a question in a step that was left already: ask it before the result.
  function askWhatCameUp(event) {
    const at = steps.findIndex((step) => asked(step).some((question) => !met.has(question)));
    if (at === -1 || event.submitter?.closest(".step")) {
      return;
    }
    event.preventDefault();
    const question = asked(steps[at]).find((each) => !met.has(each));
    history.pushState({ step: at }, "");
    show(at);
    late.textContent = words.late;
    question.scrollIntoView({ block: "center" });
  }

  const update = () => show(current, { focus: false });
  const goBack = (event) => show(event.state?.step ?? 0);

  next.addEventListener("click", () => {
    const at = following(current, 1);
    history.pushState({ step: at }, "");
    show(at);
  });
  back.addEventListener("click", () => {
    if (history.state?.step) {
      history.back();
    } else {
      show(following(current, -1));
    }
  });
  all.addEventListener("click", showAll);
  form.addEventListener("change", update);
  form.addEventListener("submit", askWhatCameUp);
  window.addEventListener("popstate", goBack);
  show(Math.min(history.state?.step ?? 0, steps.length - 1), { focus: false });
}

// "None of these" and a symptom take each other back. The server does not rely on it.
function keepExclusive({ target: chosen }) {
  if (chosen.type !== "checkbox") {
    return;
  }
  if (chosen.checked) {
    const boxes = chosen.closest("fieldset").querySelectorAll("input[type=checkbox]:checked");
    [...boxes].filter((other) => other !== chosen && excludeEachOther(chosen, other)).forEach(untick);
  } else {
    emptyWhatItOpened(chosen);
  }
}

// "Not sure" and its like stand alone in their whole list, "none" of one question only among its own answers.
function excludeEachOther(one, other) {
  const standsAlone = (box) => box.classList.contains("open-answer");
  const excludes = (box) => "exclusive" in box.dataset;
  return standsAlone(one) || standsAlone(other) || (one.name === other.name && (excludes(one) || excludes(other)));
}

function untick(box) {
  box.checked = false;
  emptyWhatItOpened(box);
}

// A question that a box had opened goes with the tick, and so do its answers.
function emptyWhatItOpened(box) {
  if (box.name.endsWith("--list")) {
    box.form.querySelectorAll(`#q-${CSS.escape(box.value)} input:checked`).forEach((answer) => {
      answer.checked = false;
    });
  }
}

// Empty the form, hide the page, and put another in its place, so that Back does not return here.
function leave(event) {
  event.preventDefault();
  document.querySelectorAll("form").forEach((each) => each.reset());
  document.documentElement.hidden = true;
  location.replace(event.currentTarget.href);
}

// Let each line be left out, and the rest be printed or copied.
function offerNotes(notes) {
  const words = notes.dataset;
  notes.querySelectorAll(".note").forEach((note) => {
    const text = note.textContent;
    const out = button(words.leaveOut, "text-button");
    out.setAttribute("aria-label", `${words.leaveOut}: ${text}`);
    out.addEventListener("click", () => {
      const list = note.parentElement;
      const neighbour = note.nextElementSibling ?? note.previousElementSibling;
      note.remove();
      if (!list.children.length) {
        list.previousElementSibling.remove();
        list.remove();
      }
      (neighbour?.querySelector("button") ?? notes.querySelector("button")).focus();
    });
    note.replaceChildren(Object.assign(element("span", "note-text"), { textContent: text }), out);
  });
  const buttons = element("p", "note-buttons");
  const print = button(words.print, "second");
  const copy = button(words.copy, "second");
  const said = element("span", "hint");
  said.setAttribute("role", "status");
  print.addEventListener("click", () => window.print());
  copy.addEventListener("click", async () => {
    const lines = [...notes.querySelectorAll("h3, .note-text")].map((line) => line.textContent);
    await navigator.clipboard.writeText(lines.join("\n"));
    said.textContent = words.copied;
  });
  buttons.append(print, ...(navigator.clipboard ? [copy] : []), said);
  notes.append(buttons);
}

function element(name, className) {
  return Object.assign(document.createElement(name), { className });
}

function button(label, className) {
  return Object.assign(document.createElement("button"), { type: "button", textContent: label, className });
}
