(() => {
  const form = document.getElementById("search");
  const list = document.getElementById("results");
  const told = form.querySelector("output");
  const most = 30;

  function search() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? window.SEARCH.filter((one) => words.every((word) => one.text.toLowerCase().includes(word))) : [];
    list.replaceChildren(
      ...found.slice(0, most).map((one) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = document.body.dataset.root + one.url;
        link.textContent = one.text;
        const kind = document.createElement("small");
        kind.textContent = ` ${one.kind}`;
        item.append(link, kind);
        return item;
      }),
    );
    told.textContent = words.length ? `${found.length} found` : "";
  }

  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  form.hidden = false;
})();
