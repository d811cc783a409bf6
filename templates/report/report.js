(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const unfold = document.getElementById("unfold");
  const findings = [...document.querySelectorAll(".finding")];
  const texts = findings.map((finding) => finding.textContent.toLowerCase());
  const checked = (name) => new Set([...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value));

  function filter() {
    const severities = checked("severity");
    const scopes = checked("scope");
    const operation = form.elements.operation.value;
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    findings.forEach((finding, index) => {
      const data = finding.dataset;
      const fits =
        severities.has(data.severity) &&
        scopes.has(data.scope) &&
        (!operation || data.operations.split(" ").includes(operation)) &&
        words.every((word) => texts[index].includes(word));
      finding.hidden = !fits;
      left += fits;
    });
    for (const section of document.querySelectorAll(".comparison")) {
      section.hidden = left > 0 && !section.querySelector(".finding:not([hidden])");
    }
    document.getElementById("none").hidden = left > 0 || findings.length === 0;
    count.textContent = `${left} of ${findings.length} shown`;
  }

  function openNamed() {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named && named.classList.contains("finding")) {
      named.hidden = false;
      named.open = true;
      named.scrollIntoView();
      named.querySelector("summary").focus();
    }
  }

  unfold.addEventListener("click", () => {
    const open = unfold.textContent === "Unfold all";
    for (const finding of findings) {
      if (!finding.hidden) finding.open = open;
    }
    unfold.textContent = open ? "Fold all" : "Unfold all";
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", openNamed);
  form.hidden = findings.length === 0;
  filter();
  openNamed();
})();
