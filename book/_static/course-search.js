/* Headings count for more than text, parts of words for hardly anything. */
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 30, partialTitle: 4, term: 5, partialTerm: 0,
};

/* A question in a reader's own words is answered above what Sphinx finds. */
document.addEventListener("DOMContentLoaded", () => {
  // From a disk no page may read another for a summary.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  const asked = (new URLSearchParams(location.search).get("q") || "").toLowerCase();
  const words = ` ${asked.replace(/[^a-z0-9/-]+/g, " ").trim()} `;
  let best = null;
  for (const question of QUESTIONS)
    for (const phrase of question.ask)
      if (words.includes(` ${phrase} `) && (!best || phrase.length > best.phrase.length))
        best = { ...question, phrase };
  const place = document.getElementById("search-results");
  if (!best || !place) return;
  const answer = document.createElement("p");
  answer.className = "first-answer";
  if (best.link) {
    const link = document.createElement("a");
    link.href = best.link;
    link.textContent = best.says;
    answer.append(link);
  } else answer.textContent = best.says;
  place.before(answer);
});
