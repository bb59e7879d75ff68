// Makes pages quicker for those who run scripts; no page needs it.

const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// The first thing to read after a form was refused is why.
document.querySelector("[data-error-summary]")?.focus();

// The reviewer's tally: the server renders the same line when the ratings are saved.
const MET = ["FULL", "SUBSTANTIAL"];

function count(form) {
  const rows = [...form.querySelectorAll("[data-outcome]")].map((row) => ({
    essential: row.dataset.outcome === "essential",
    value: row.querySelector(":checked")?.value.toUpperCase(),
  }));
  const counted = rows.filter((row) => row.value !== "NOT_APPLICABLE");
  const met = counted.filter((row) => MET.includes(row.value));
  const essential = counted.filter((row) => row.essential);
  return {
    met: met.length,
    total: counted.length,
    essentialMet: essential.filter((row) => MET.includes(row.value)).length,
    essentialTotal: essential.length,
  };
}

function tell(form) {
  const sum = form.querySelector("[data-sum]");
  const essential = form.querySelector("[data-essential]");
  if (!sum) return; // free electives have no outcomes to count
  const { met, total, essentialMet, essentialTotal } = count(form);
  const credits = Math.floor((2 * Number(form.dataset.tally) * met) / (total || 1)) / 2;
  sum.textContent = fill(sum.dataset.sum, { met, total, credits: number.format(credits) });
  essential.textContent = fill(essential.dataset.essential, {
    met: essentialMet,
    total: essentialTotal,
  });
}

// A rating that needs words opens the place for them.
const NEEDS_WORDS = ["SUBSTANTIAL", "PARTIAL", "NOT_MET", "NOT_APPLICABLE"];

function openNote(radio) {
  const note = radio.closest("td")?.querySelector("details.rate-note");
  if (note && NEEDS_WORDS.includes(radio.value.toUpperCase())) note.open = true;
}

for (const form of document.querySelectorAll("form[data-tally]")) {
  form.addEventListener("change", (event) => {
    tell(form);
    if (event.target.type !== "radio") return;
    openNote(event.target);
    event.target.closest("td")?.querySelector("[data-owed]")?.remove(); // it is rated now
  });
}

// Leaving a page with words that were typed and not saved.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let unsaved = false;
  form.addEventListener("input", () => (unsaved = true));
  form.addEventListener("submit", () => (unsaved = false));
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

// On a phone the row of places moves sideways: where one is shall be seen.
const here = document.querySelector(".site-nav [aria-current]");
const places = here?.closest("nav");
if (here) places.scrollLeft = here.offsetLeft + here.offsetWidth - places.offsetLeft - places.clientWidth;

// The account menu closes like any menu: by Escape and by a click elsewhere.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Filters stand open beside the results where the style sheet alone cannot open them.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 60rem)").matches) {
  for (const filters of document.querySelectorAll("details.filters")) filters.open = true;
}

// Copy a link or a code; the button is hidden where there is no clipboard.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.textContent = button.dataset.copied;
  });
}

// A preview follows what is chosen: one at a time, the last change wins. While one is made the page
// says so, and the button asks for no second one; when the server still makes another, it is asked
// again. Some browsers save a PDF instead of showing it: then nothing tells that it has come.
const AGAIN_AFTER = 2_000;
const LONGEST_PREVIEW = 60_000;

for (const form of document.querySelectorAll("form[data-preview]")) {
  const button = document.querySelector(`[data-preview-button][form="${form.id}"]`);
  const frame = document.querySelector(`iframe[name="${button.formTarget}"]`);
  const status = frame.parentElement.querySelector("[data-preview-status]");
  let [asked, changed, timer] = [false, false, 0];
  const wait = (isAsked) => {
    asked = isAsked;
    clearTimeout(timer);
    if (asked) timer = setTimeout(wait, LONGEST_PREVIEW, false);
    button.setAttribute("aria-disabled", asked);
    frame.setAttribute("aria-busy", asked);
    status.textContent = asked ? status.dataset.previewStatus : "";
  };
  const show = () => {
    [asked, changed] = [false, false];
    form.requestSubmit(button);
  };
  frame.addEventListener("load", () => {
    if (!asked) return;
    if (frame.contentDocument?.querySelector("[data-preview-busy]")) {
      clearTimeout(timer);
      timer = setTimeout(show, AGAIN_AFTER);
      return;
    }
    wait(false);
    if (changed) show();
  });
  const controls = [...form.elements];
  for (const control of controls) {
    control.addEventListener("change", () => (asked ? (changed = true) : show()));
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    if (asked) event.preventDefault();
    else wait(true);
  });
}

// A result is printed by a button where there are scripts; the browser's own way is always there.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A code is sent by Enter; the text of a credential may have lines, which a signature can cover.
for (const field of document.querySelectorAll("textarea[data-enter]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || /[\n{[<]/.test(field.value)) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
}
