// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Errors: the summary gets the focus, and its links put the cursor into the field, with the label in sight.

const summary = document.querySelector('[data-error-summary]');
if (summary) {
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field || typeof field.focus !== 'function') return;
    event.preventDefault();
    const label = field.closest('fieldset') || (field.labels && field.labels[0]) || field;
    label.scrollIntoView();
    field.focus({preventScroll: true});
  });
}
