/* Quizzes: a choice is answered in words, and what was right is remembered in this browser only. */
document.addEventListener("DOMContentLoaded", () => {
  const KEY = "ketamine-and-the-networked-brain";
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {}; // storage is off: the quiz works, and forgets
    }
  };
  const keep = (answers) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(answers));
    } catch {}
  };

  const quiz = document.querySelector(".quiz");

  /* "3 of 6" beside each chapter in the table of contents */
  const count = () => {
    const answers = read();
    for (const link of document.querySelectorAll(".sidebar-tree a")) {
      const chapter = link.pathname.match(/\/notebooks\/([^/]+)\.html$/);
      const { right = [], of } = (chapter && answers[chapter[1]]) || {};
      link.querySelector(".progress")?.remove();
      if (!of) continue;
      const mark = document.createElement("span");
      mark.className = "progress";
      mark.textContent = `${right.length} of ${of}`;
      mark.title = "quiz questions answered right";
      link.append(" ", mark);
    }
  };

  const answer = (handle) => {
    const question = handle.closest("fieldset");
    const reasons = [...question.querySelectorAll("details li")];
    const reason = reasons["ABCD".indexOf(handle.value)];
    question.dataset.state = reason.className;
    const said = question.querySelector(".feedback");
    said.replaceChildren(...[...reason.childNodes].map((node) => node.cloneNode(true)));
  };

  const forget = (name) => {
    const answers = read();
    if (name) delete answers[name];
    keep(name ? answers : {});
    for (const question of quiz.querySelectorAll("fieldset")) {
      delete question.dataset.state;
      question.querySelector(".feedback").replaceChildren();
      for (const handle of question.querySelectorAll("input")) handle.checked = false;
    }
    count();
  };

  if (quiz) {
    const name = quiz.dataset.quiz;
    const questions = [...quiz.querySelectorAll("fieldset")];
    const { chosen = {} } = read()[name] || {};
    for (const [question, letter] of Object.entries(chosen)) {
      const handle = document.getElementById(`${question}-${letter}`);
      if (!handle) continue;
      handle.checked = true;
      answer(handle);
    }
    quiz.addEventListener("change", (event) => {
      answer(event.target);
      const made = questions.filter((question) => question.querySelector("input:checked"));
      const right = made.filter((question) => question.dataset.state === "right");
      const answers = read();
      answers[name] = {
        chosen: Object.fromEntries(
          made.map((question) => {
            const handle = question.querySelector("input:checked");
            return [handle.name, handle.value];
          }),
        ),
        right: right.map((question) => question.id),
        of: questions.length,
      };
      keep(answers);
      count();
    });
    const tools = document.createElement("p");
    tools.className = "quiz-tools";
    for (const [text, which] of [
      ["Forget my answers here", name],
      ["Forget them in all chapters", null],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.addEventListener("click", () => forget(which));
      tools.append(button, " ");
    }
    const where = document.createElement("small");
    where.textContent = "Your answers are kept in this browser and are sent nowhere.";
    tools.append(where);
    quiz.append(tools);
  }
  count();
});
