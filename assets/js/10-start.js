// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Birge's only script. Every page works without it; it counts, keeps, warns and makes photos smaller. It asks no
// server for anything (the CSP would forbid it), loads nothing, and holds no text: words stand in the page.

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const number = new Intl.NumberFormat(document.documentElement.lang === 'en' ? 'en-GB' : 'ru');

/// "Characters left: {count}" with its values put in.
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
