
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("library").textContent);
  const at = Object.fromEntries(data.columns.map((name, position) => [name, position]));
  const label = (name) => data.labels[at[name]];
  const make = (tag, text, parent) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    parent?.append(element);
    return element;
  };
  const step = 200;
  let room = step;

  const form = document.getElementById("filters");
  const controls = {};
  const words = make("label", "检索（" + data.searched.map(label).join("、") + "）", form);
  controls.words = make("input", undefined, words);
  controls.words.type = "search";
  for (const name of data.filters) {
    const counts = new Map();
    for (const row of data.rows) counts.set(row[at[name]], (counts.get(row[at[name]]) ?? 0) + 1);
    controls[name] = make("select", undefined, make("label", label(name), form));
    make("option", "全部", controls[name]).value = "";
    for (const [value, count] of counts) make("option", `${value}（${count}）`, controls[name]).value = value;
  }
  make("button", "清除", form).type = "reset";

  const below = { patent_no: ["title", "application_scenario"], field_name: ["main_ipc", "sei_name"] };
  const inside = new Set(["simulated_fields", ...Object.values(below).flat()]);
  const beside = data.columns.filter((name) => !inside.has(name));
  const heading = make("tr", undefined, document.querySelector("thead"));
  for (const name of beside) make("th", name === "patent_no" ? "专利" : label(name), heading);

  const cell = (row, name, line) => {
    const value = row[at[name]];
    const target = make("td", value ?? "", line);
    for (const more of below[name] ?? []) if (row[at[more]]) make("small", row[at[more]], target);
    if (name === "data_origin" && value === "真实" && row[at.simulated_fields]) {
      make("small", "部分字段为模拟", target);
      target.title = label("simulated_fields") + "：" + row[at.simulated_fields];
    }
  };

  const matches = (row) => {
    const asked = controls.words.value.trim().toLowerCase().split(/\s+/);
    const text = data.searched.map((name) => row[at[name]]).join("\n").toLowerCase();
    return asked.every((word) => text.includes(word))
      && data.filters.every((name) => !controls[name].value || controls[name].value === row[at[name]]);
  };

  const show = () => {
    const found = data.rows.filter(matches);
    const body = document.querySelector("tbody");
    body.replaceChildren();
    for (const row of found.slice(0, room)) {
      const line = make("tr", undefined, body);
      line.className = row[at.tier].slice(0, 2);
      for (const name of beside) cell(row, name, line);
    }
    document.getElementById("found").textContent = `符合条件 ${found.length} 件`;
    document.getElementById("more").hidden = found.length <= room;
  };
  const anew = () => { room = step; show(); };

  const asked = new URLSearchParams(location.hash.slice(1));
  for (const [name, control] of Object.entries(controls)) {
    const given = asked.get(name);
    if (given !== null) control.value = given;
  }
  form.addEventListener("input", anew);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(anew));
  document.getElementById("more").addEventListener("click", () => { room += step; show(); });
  show();
})();
