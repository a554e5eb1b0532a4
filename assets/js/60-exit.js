// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Leaving at once, on a phone that others use: by the button, or Escape pressed three times. The page is
// blank before the other one comes, "back" does not return to it, and drafts are gone.

const exit = document.querySelector('[data-exit]');
if (exit) {
  const leave = (event) => {
    if (event) event.preventDefault();
    for (const draft of drafts) draft.stop();
    forgetDrafts(() => true);
    document.title = exit.hostname;
    document.body.textContent = '';
    location.replace(exit.href);
  };
  let presses = [];
  exit.addEventListener('click', leave);
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    presses = presses.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
    if (presses.length >= 3) leave();
  });
}
