/* In a learning platform that speaks SCORM 1.2: how the quiz of this chapter went. Where there is
   no platform, or it refuses, nothing happens. The score is that of the answers as they stand. */
(() => {
  // Only the page that the platform opened reports: a link to another chapter carries no mark.
  if (!new URLSearchParams(location.search).has("scorm")) return;
  const search = (from) => {
    try {
      for (let one = from, steps = 0; one && steps < 20; one = one.parent, steps++) {
        if (one.API) return one.API;
        if (one === one.parent) return null;
      }
    } catch {} // a frame of another host may not be looked into
    return null;
  };
  const api = search(window.parent) || (window.opener && search(window.opener));
  if (!api || String(api.LMSInitialize("")) !== "true") return;

  const KEY = "ketamine-and-the-networked-brain"; // where quiz.js keeps answers
  const name = location.pathname.match(/([^/]+)\.html$/)[1];
  const set = (element, value) => api.LMSSetValue(`cmi.${element}`, String(value));
  const resume = () => {
    try {
      const before = JSON.parse(api.LMSGetValue("cmi.suspend_data"));
      const all = JSON.parse(localStorage.getItem(KEY)) || {};
      localStorage.setItem(KEY, JSON.stringify({ ...all, [name]: before }));
    } catch {} // the first time, or the browser keeps nothing
  };
  const report = () => {
    const questions = [...document.querySelectorAll(".quiz fieldset")];
    const made = questions.filter((one) => one.dataset.state);
    const right = made.filter((one) => one.dataset.state === "right");
    set("core.score.min", 0);
    set("core.score.max", 100);
    set("core.score.raw", Math.round((100 * right.length) / questions.length));
    set("core.lesson_status", made.length === questions.length ? "completed" : "incomplete");
    const chosen = Object.fromEntries(made.map((one) => {
      const { name: question, value } = one.querySelector("input:checked");
      return [question, value];
    }));
    set("suspend_data", JSON.stringify(
      { chosen, right: right.map((one) => one.id), of: questions.length }));
    api.LMSCommit("");
  };

  if (/^(|not attempted)$/.test(api.LMSGetValue("cmi.core.lesson_status"))) {
    set("core.lesson_status", "incomplete");
    api.LMSCommit("");
  }
  resume(); // before quiz.js reads what was kept
  addEventListener("change", (event) => {
    if (event.target.closest(".quiz")) setTimeout(report); // after quiz.js has judged
  });
  let done = false;
  addEventListener("pagehide", () => {
    if (!done) api.LMSFinish("");
    done = true;
  });
})();
