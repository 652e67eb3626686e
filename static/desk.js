// What makes the desk quicker. Every page works without it: it adds no right and no rule.
"use strict";

(() => {
  const ready = (run) =>
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", run) : run();

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Markdown fields. The editor would keep the Tab key for itself and take dropped files; a person who
  // works by keyboard must get out, and there is nothing to upload to.

  const isEditor = (target) => target instanceof Element && target.classList.contains("markdownx-editor");

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab" && isEditor(event.target)) event.stopPropagation();
    },
    true,
  );
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (isEditor(event.target) && event.dataTransfer && [...event.dataTransfer.types].includes("Files")) {
          event.preventDefault();
          event.stopPropagation();
        }
      },
      true,
    );
  }

  const namePreviews = () => {
    for (const preview of document.querySelectorAll(".markdownx-preview")) {
      const editor = preview.parentElement.querySelector("textarea");
      const label = editor && document.querySelector(`label[for="${editor.id}"]`);
      preview.setAttribute("role", "region");
      preview.setAttribute("tabindex", "0");
      preview.setAttribute("aria-label", `Preview: ${label ? label.textContent.replace(/:\s*$/, "") : ""}`);
    }
  };

  // The boxes with a search of their own have no label of their own.

  const nameSearches = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const box = select.nextElementSibling;
      if (!label || !box || !box.classList.contains("select2")) continue;
      const name = label.textContent.replace(/:\s*$/, "");
      for (const field of box.querySelectorAll(".select2-search__field, [role='combobox']")) {
        field.setAttribute("aria-label", name);
      }
    }
  };

  // Nothing that was typed is lost by leaving the page.

  const guardTyping = () => {
    const form = document.querySelector(".change-form form[id$='_form']");
    if (!form) return;
    let changed = Boolean(document.querySelector(".errornote"));
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", () => (changed = false));
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  };

  // Lists and conditions: what can be named, offered and read aloud.

  const words = (text) => text.split(/[\n,;]+/).map((item) => item.trim()).filter(Boolean);
  const setWords = (field, items) => {
    field.value = items.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const optionsOf = (entries, id) => {
    let list = document.getElementById(id);
    if (!list) {
      list = make("datalist", { id });
      for (const [value, label] of entries) list.append(make("option", { value, label }));
      document.body.append(list);
    }
    return list;
  };

  const addPicker = (help, { label, list, onPick }) => {
    const input = make("input", { type: "text", autocomplete: "off" });
    input.setAttribute("list", list.id);
    input.setAttribute("aria-label", label);
    input.placeholder = label;
    const button = make("button", { type: "button", textContent: "Add" });
    const pick = () => {
      const value = input.value.trim();
      if (value && onPick(value)) input.value = "";
    };
    button.addEventListener("click", pick);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        pick();
      }
    });
    help.append(input, button);
  };

  const helpSources = (field, vocabulary) => {
    const said = make("p", { className: "said" });
    const help = make("div", { className: "list-help" }, said);
    const list = optionsOf(Object.entries(vocabulary.sources), "desk-sources");
    const tell = () => {
      said.textContent = "";
      for (const slug of words(field.value)) {
        const title = vocabulary.sources[slug];
        said.append(
          title ? `${title}\n` : make("span", { className: "unknown", textContent: `${slug}: no such source\n` }),
        );
      }
    };
    addPicker(help, {
      label: "Add a source",
      list,
      onPick: (value) => {
        if (!(value in vocabulary.sources)) return false;
        setWords(field, [...new Set([...words(field.value), value])]);
        return true;
      },
    });
    field.addEventListener("input", tell);
    field.after(help);
    tell();
  };

  const findingOf = (row, vocabulary) => {
    const select = row && row.querySelector("select[name$='-finding']");
    return select && Object.values(vocabulary.findings).find((finding) => finding.pk === select.value);
  };

  const helpAnswers = (field, vocabulary) => {
    const row = field.closest(".inline-related");
    const help = make("div", { className: "list-help" });
    field.after(help);
    const draw = () => {
      help.replaceChildren();
      const finding = findingOf(row, vocabulary);
      if (!finding) return;
      for (const [slug, label] of Object.entries(finding.answers)) {
        const button = make("button", { type: "button", textContent: label });
        button.setAttribute("aria-pressed", String(words(field.value).includes(slug)));
        button.addEventListener("click", () => {
          const chosen = words(field.value);
          setWords(field, chosen.includes(slug) ? chosen.filter((item) => item !== slug) : [...chosen, slug]);
          draw();
          help.querySelectorAll("button")[Object.keys(finding.answers).indexOf(slug)].focus();
        });
        help.append(button);
      }
    };
    field.addEventListener("input", draw);
    const select = row && row.querySelector("select[name$='-finding']");
    if (select && window.django && window.django.jQuery) window.django.jQuery(select).on("change", draw);
    draw();
  };

  const helpCondition = (field, vocabulary) => {
    const said = make("p", { className: "said" });
    const help = make("div", { className: "list-help" }, said);
    const questions = Object.entries(vocabulary.findings).map(([slug, item]) => [slug, item.question]);
    const list = optionsOf(questions, "desk-findings");
    const tell = () => {
      said.textContent = "";
      for (const raw of field.value.split("\n")) {
        const line = raw.trim().replace(/^[-–•*]\s+/, "");
        if (!line) continue;
        if (/^(all|any) of:?$/i.test(line)) {
          said.append(`${line.replace(/:?$/, ":")}\n`);
          continue;
        }
        const [slug, rest = ""] = line.split(/:(.*)/s);
        const finding = vocabulary.findings[slug.trim()];
        const answers = rest.split(/\s*,\s*|\s+or\s+/).map((item) => item.trim()).filter(Boolean);
        const wrong = finding ? answers.filter((answer) => !(answer in finding.answers)) : [];
        if (!finding) {
          said.append(make("span", { className: "unknown", textContent: `${slug}: no such question\n` }));
        } else if (wrong.length || !answers.length) {
          const can = Object.keys(finding.answers).join(", ");
          said.append(make("span", { className: "unknown", textContent: `${finding.question} It has: ${can}\n` }));
        } else {
          said.append(`– ${finding.question} ${answers.map((item) => `“${finding.answers[item]}”`).join(" or ")}\n`);
        }
      }
    };
    addPicker(help, {
      label: "Add a question",
      list,
      onPick: (value) => {
        const finding = vocabulary.findings[value];
        if (!finding) return false;
        const start = field.value.replace(/\s+$/, "");
        field.value = `${start}${start ? "\n" : "all of:\n"}  ${value}: ${Object.keys(finding.answers).join(", ")}`;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        return true;
      },
    });
    field.addEventListener("input", tell);
    field.after(help);
    tell();
  };

  const helpers = { sources: helpSources, answers: helpAnswers };

  const helpFields = (root, vocabulary) => {
    for (const field of root.querySelectorAll("textarea[data-list], textarea.vConditionField")) {
      if (field.dataset.helped || field.name.includes("__prefix__")) continue;
      field.dataset.helped = "yes";
      (helpers[field.dataset.list] || helpCondition)(field, vocabulary);
    }
  };

  const helpWithLists = async () => {
    if (!document.querySelector("textarea[data-list], textarea.vConditionField")) return;
    const desk = document.querySelector("#site-name a");
    const answer = await fetch(`${desk.getAttribute("href")}vocabulary/`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const vocabulary = await answer.json();
    helpFields(document, vocabulary);
    document.addEventListener("formset:added", (event) => helpFields(event.target, vocabulary));
  };

  // Deciding: how many dangerous changes are ticked, and the impact in its place.

  const countTicks = () => {
    const said = document.querySelector("[data-ticks]");
    if (!said) return;
    const boxes = [...document.querySelectorAll("input[name='seen'], input[name^='seen-']")];
    const tell = () => {
      const done = boxes.filter((box) => box.checked).length;
      said.textContent = `${done} of ${boxes.length} dangerous changes ticked.`;
      said.classList.toggle("done", done === boxes.length);
    };
    for (const box of boxes) box.addEventListener("change", tell);
    said.setAttribute("role", "status");
    tell();
  };

  const showImpact = async () => {
    const panel = document.querySelector("[data-impact]");
    if (!panel) return;
    const place = panel.querySelector(".impact-answer");
    const link = place.innerHTML;
    const slow = setTimeout(() => {
      const label = make("p", { textContent: "Trying every test case and every combination of answers on both editions…" });
      place.replaceChildren(label, make("progress"));
    }, 400);
    try {
      const answer = await fetch(panel.dataset.impact, {
        credentials: "same-origin",
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const text = await answer.text();
      clearTimeout(slow);
      place.innerHTML = text;
    } catch {
      clearTimeout(slow);
      place.innerHTML = link;
    }
  };

  // A page that takes more than a second says so on the page that one is still on.

  const SLOW_AFTER_MS = 1000;

  const showProgress = () => {
    const said = make("div", { className: "on-its-way" });
    said.setAttribute("role", "status");
    document.body.append(said);
    let waiting;
    const begin = (event) => {
      if (event.defaultPrevented) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        said.replaceChildren(make("p", { textContent: "Working on it…" }), make("progress", { ariaLabel: "Working on it" }));
      }, SLOW_AFTER_MS);
    };
    window.addEventListener("submit", begin);
    window.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href]");
      const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (!link || elsewhere || link.target || link.download || link.origin !== location.origin) return;
      if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
      begin(event);
    });
    // Whoever comes back by the browser's own button finds the page as it was before.
    window.addEventListener("pageshow", () => {
      clearTimeout(waiting);
      said.replaceChildren();
    });
  };

  ready(() => {
    showProgress();
    namePreviews();
    guardTyping();
    helpWithLists();
    countTicks();
    showImpact();
  });
  window.addEventListener("load", nameSearches);
  document.addEventListener("formset:added", () => setTimeout(nameSearches));
})();
