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
  const progress = element("p", "progress");
  const buttons = element("p", "step-buttons");
  const back = button(words.back, "second");
  const next = button(words.next, "");
  const all = button(words.all, "text-button");
  let current = 0;

  buttons.append(back, next);
  form.classList.add("one-at-a-time");
  form.prepend(progress);
  steps.at(-1).after(buttons);
  form.append(all);

  const isAsked = (step) =>
    [...step.querySelectorAll(".question")].some((question) => getComputedStyle(question).display !== "none");
  const following = (from, way) => {
    let at = from + way;
    while (steps[at] && !isAsked(steps[at])) {
      at += way;
    }
    return steps[at] ? at : from;
  };

  function show(at, { focus = true } = {}) {
    current = at;
    const asked = steps.filter(isAsked);
    steps.forEach((step, place) => step.classList.toggle("current", place === at));
    progress.textContent = words.progress.replace("%1", asked.indexOf(steps[at]) + 1).replace("%2", asked.length);
    back.hidden = following(at, -1) === at;
    next.hidden = following(at, 1) === at;
    submit.classList.toggle("current", next.hidden);
    if (focus) {
      steps[at].querySelector("h2").focus();
      progress.scrollIntoView({ block: "start" });
    }
  }

  function showAll() {
    form.classList.remove("one-at-a-time");
    [progress, buttons, all].forEach((part) => part.remove());
    form.removeEventListener("change", update);
    window.removeEventListener("popstate", goBack);
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
  window.addEventListener("popstate", goBack);
  show(Math.min(history.state?.step ?? 0, steps.length - 1), { focus: false });
}

// "None of these" and a symptom take each other back. The server does not rely on it.
function keepExclusive(event) {
  const chosen = event.target;
  if (chosen.type !== "checkbox" || !chosen.checked) {
    return;
  }
  chosen.form.querySelectorAll(`input[name="${chosen.name}"]`).forEach((other) => {
    const excludes = "exclusive" in chosen.dataset || "exclusive" in other.dataset;
    if (other !== chosen && excludes) {
      other.checked = false;
    }
  });
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
