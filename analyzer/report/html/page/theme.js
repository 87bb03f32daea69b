// SPDX-License-Identifier: Apache-2.0
//
// theme.js: a switch between light, dark and what the system says. Nothing is stored: a file has no place of its own.

function addThemeSwitch() {
  const names = ["auto", "light", "dark"];
  const button = element("button", {type: "button", class: "theme"});
  let current = 0;
  const show = () => {
    const name = names[current];
    if (name === "auto") {
      document.documentElement.removeAttribute("data-theme");
    } else {
      document.documentElement.setAttribute("data-theme", name);
    }
    button.textContent = "Theme: " + name;
  };
  button.addEventListener("click", () => {
    current = (current + 1) % names.length;
    show();
  });
  show();
  document.querySelector("header.top").append(button);
}
