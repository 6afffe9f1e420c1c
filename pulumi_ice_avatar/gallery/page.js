"use strict";
const root = document.documentElement;
const form = document.getElementById("search");
const cards = Array.from(document.querySelectorAll("main li"));
const matches = document.getElementById("matches");
const list = document.querySelector("main ul");
const none = document.getElementById("none");
const copied = document.getElementById("copied");
const filters = ["origin", "type", "alpha"];

const plain = (text) => text.normalize("NFKC").toLowerCase();
let texts; // made when somebody searches first: there may be ten thousand cards
const textOf = (card) =>
  plain(Array.from(card.querySelectorAll("h2, .about, .type, .id"), (part) => part.textContent).join("\n"));

function show() {
  const words = plain(form.elements.words.value).split(/\s+/).filter(Boolean);
  const wanted = filters.filter((name) => form.elements[name].value);
  if (words.length) texts ??= cards.map(textOf);
  let shown = 0;
  cards.forEach((card, index) => {
    const fits =
      wanted.every((name) => card.dataset[name] === form.elements[name].value) &&
      words.every((word) => texts[index].includes(word));
    if (card.hidden === fits) card.hidden = !fits;
    shown += fits;
  });
  list.classList.toggle("many", shown > 1000); // as the page itself is made
  none.hidden = shown > 0;
  if (cards.length) none.textContent = "No avatar matches.";
  const number = (count) => count.toLocaleString("en");
  matches.textContent = `${number(shown)} of ${number(cards.length)} avatar${cards.length === 1 ? "" : "s"}`;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.of);
  const done = (await intoClipboard(source.textContent)) || byCommand(source);
  for (const other of document.querySelectorAll("button.done")) other.classList.remove("done");
  if (done) button.classList.add("done");
  const what = source.classList.contains("id") ? "id" : "line";
  copied.textContent = ""; // so that a second copy of the same is said again
  setTimeout(() => {
    copied.textContent = done
      ? `Copied the ${what} of ${document.getElementById(`n${source.id.slice(1)}`).textContent.slice(0, 80)}`
      : `The ${what} could not be copied. It is selected: copy it with the keyboard.`;
  }, 50);
}

async function intoClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // in some browsers a page from a file has no clipboard, and everywhere it may be refused
  }
}

function byCommand(source) {
  getSelection().selectAllChildren(source);
  const done = document.execCommand("copy");
  if (done) getSelection().removeAllRanges();
  return done;
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(() => { show(); form.elements.words.focus(); }));
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-of]");
  if (button) copy(button);
});
root.classList.add("running");
show();
