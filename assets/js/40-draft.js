// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A draft that survives a cut connection, a closed window and an empty battery. It stays on the device, under
// a key that tells nothing ("b:a1"), for seven days at most.
//
// Keeps: passwords, files and the fields that a server signs are never stored; nothing is stored once the
//        person says so on this device; what was sent and confirmed is forgotten; a form that is sent again
//        after a cut carries the key it had, so that the server registers it once.

const DRAFT = 'b:';
const DRAFT_OFF = 'b-off';
const DRAFT_DAYS = 7;
const NEVER_KEPT = ['password', 'file', 'submit', 'button', 'reset', 'image'];

/// localStorage, or nothing at all where a browser forbids it.
const device = {
  get(key) { try { return localStorage.getItem(key); } catch (e) { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); return true; } catch (e) { return false; } },
  remove(key) { try { localStorage.removeItem(key); } catch (e) { /* nothing was there */ } },
  keys() { try { return Object.keys(localStorage).filter((k) => k.startsWith(DRAFT)); } catch (e) { return []; } },
};

function readDraft(key) {
  try { return JSON.parse(device.get(key)); } catch (e) { return null; }
}

function forgetDrafts(which) {
  for (const key of device.keys()) {
    const draft = readDraft(key);
    if (!draft || which(draft)) device.remove(key);
  }
}

/// The fields that are worth keeping: what a person types or chooses, and the key of the form.
function draftFields(form) {
  return Array.from(form.elements).filter((f) => f.name && !NEVER_KEPT.includes(f.type) &&
    (f.type !== 'hidden' || f.name === 'key') && !f.closest('[aria-hidden="true"]'));
}

function isChoice(field) {
  return field.type === 'radio' || field.type === 'checkbox';
}

class Draft {
  constructor(area) {
    this.area = area;
    this.form = area.form;
    this.key = DRAFT + area.dataset.draft;
    this.panel = area.parentNode.querySelector('[data-draft-panel]');
    this.line = this.panel.querySelector('[data-draft-say]');
    this.box = this.panel.querySelector('[data-draft-on]');
    this.box.checked = !device.get(DRAFT_OFF);
    this.panel.hidden = false;
    this.begin();
    this.form.addEventListener('input', (e) => { if (e.target !== this.box) this.soon(); });
    this.form.addEventListener('change', (e) => { if (e.target !== this.box) this.soon(); });
    this.box.addEventListener('change', () => this.turn());
    this.panel.querySelector('[data-draft-clear]').addEventListener('click', () => this.clear());
    addEventListener('pagehide', () => this.now());
    addEventListener('pageshow', (e) => { if (e.persisted) this.begin(); });
  }

  /// What the page brought wins over the draft: the server sent it back to be corrected.
  begin() {
    const draft = readDraft(this.key);
    if (!draft) return this.say(this.box.checked ? 'kept' : 'off');
    const isSame = this.area.value === (draft.values[this.area.name] || '');
    if (this.area.value && !isSame) {
      this.save(false);
      return this.say('kept');
    }
    if (!isSame) this.restore(draft);
    else if (draft.isSent && draft.values.key) this.form.elements.key.value = draft.values.key;
    return this.say(draft.isSent ? 'unsent' : 'restored', draft.isSent);
  }

  restore(draft) {
    for (const field of draftFields(this.form)) {
      const value = draft.values[field.name];
      if (value === undefined || (field.name === 'key' && !draft.isSent)) continue;
      if (isChoice(field)) field.checked = value.includes(field.value);
      else field.value = value;
    }
    this.area.dispatchEvent(new Event('input', {bubbles: true}));
    clearTimeout(this.timer);
  }

  save(isSent) {
    if (!this.box.checked) return;
    const values = {};
    for (const field of draftFields(this.form)) {
      if (!isChoice(field)) values[field.name] = field.value;
      else if (!values[field.name]) values[field.name] = [];
      if (isChoice(field) && field.checked) values[field.name].push(field.value);
    }
    device.set(this.key, JSON.stringify({at: Date.now(), isSent, values}));
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), 400);
    if (!this.isTold && this.box.checked) this.say('kept');
  }

  now() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.area.value) this.save(false);
  }

  sent() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.save(true);
  }

  /// Nothing more is kept, whatever happens to the page.
  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.box.checked = false;
  }

  /// The words stay on the screen; from the device they go, and are not kept again until the box is ticked.
  clear() {
    this.stop();
    device.remove(this.key);
    this.say('cleared');
  }

  turn() {
    if (this.box.checked) device.remove(DRAFT_OFF);
    else device.set(DRAFT_OFF, '1');
    if (this.box.checked) this.save(false);
    else forgetDrafts(() => true);
    this.say(this.box.checked ? 'kept' : 'off');
  }

  say(what, isAlert = false) {
    const words = this.panel.querySelector(`[data-draft-text="${what}"]`);
    this.isTold = what === 'kept';
    this.isWaiting = what === 'offline';
    this.line.textContent = words ? words.textContent : '';
    this.panel.classList.toggle('b-draft--alert', isAlert);
  }
}

if (document.querySelector('[data-draft-done]')) forgetDrafts((draft) => draft.isSent);
forgetDrafts((draft) => !(Date.now() - draft.at < DRAFT_DAYS * 86400000));
const drafts = all('textarea[data-draft]').map((area) => new Draft(area));
