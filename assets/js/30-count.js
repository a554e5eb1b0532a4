// SPDX-License-Identifier: AGPL-3.0-or-later
//
// How many characters are left. Counted as the server counts: code points, a line end is one. The voice of a
// screen reader hears it only when typing pauses.

for (const group of all('[data-count]')) {
  const limit = Number(group.dataset.count);
  const area = group.querySelector('textarea');
  const line = group.querySelector('[data-count-left]');
  const voice = group.querySelector('[data-count-live]');
  let pause;

  const say = () => {
    let used = 0;
    for (const c of area.value) used += c === '\r' ? 0 : 1;
    const left = limit - used;
    const text = left < 0 ? line.dataset.countOver : line.dataset.countLeft;
    line.textContent = fill(text, {count: number.format(Math.abs(left))});
    line.classList.toggle('b-count--over', left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => { voice.textContent = line.textContent; }, 1000);
  };
  area.addEventListener('input', say);
  if (area.value) say();
}
