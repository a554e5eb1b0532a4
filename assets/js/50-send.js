// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Sending: once, and with patience. A second press does nothing while the first is on its way; without a
// connection nothing is thrown away, the page says so and waits.

const PATIENCE = 30000;      // ms until a long form may be pressed again
const SHORT_PATIENCE = 4000; // and a form that carries little, or answers with a file to keep

function release(form) {
  delete form.dataset.sending;
  for (const button of all('[data-busy]', form)) {
    if (button.dataset.words) button.textContent = button.dataset.words;
    button.removeAttribute('aria-disabled');
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  const own = drafts.filter((d) => d.form === form);
  if (navigator.onLine === false && own.length) {
    event.preventDefault();
    for (const draft of own) {
      draft.save(false);
      draft.say('offline', true);
      draft.panel.scrollIntoView({block: 'center'});
    }
    return;
  }
  for (const draft of own) draft.sent();
  form.dataset.sending = '1';
  const button = event.submitter || form.querySelector('[data-busy]');
  if (button && button.dataset.busy) {
    button.dataset.words = button.textContent;
    button.setAttribute('aria-disabled', 'true');
    setTimeout(() => { button.textContent = button.dataset.busy; });
  }
  const isLong = form.querySelector('textarea, [type="file"]');
  setTimeout(() => release(form), isLong ? PATIENCE : SHORT_PATIENCE);
});

addEventListener('pageshow', () => { for (const form of all('form[data-sending]')) release(form); });
addEventListener('online', () => { for (const draft of drafts) if (draft.isWaiting) draft.say('kept'); });
