// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Photos: a phone makes pictures of several megabytes, a village line carries six kilobytes a second. A photo is
// drawn again smaller before it is sent: legible handwriting in about 50 KiB on a slow line, 400 KiB on others. The
// place where it was taken stays behind with the rest of its notes. The person sees it and may send the original.

const PHOTO_SLOW = {bytes: 50 * 1024, sides: [1400, 1200, 1000, 850, 720]};
const PHOTO_FAST = {bytes: 400 * 1024, sides: [2400, 2000, 1600]};

/// Slow, if the browser says so or this very page took long to begin.
function isSlowLine() {
  const line = navigator.connection;
  if (line && (line.saveData || (line.effectiveType && line.effectiveType !== '4g'))) return true;
  const [page] = performance.getEntriesByType ? performance.getEntriesByType('navigation') : [];
  return Boolean(page && page.requestStart && page.responseStart - page.requestStart > 300);
}

function asJpeg(canvas, quality) {
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', quality); });
}

/// The photo as a JPEG of at most `aim.bytes`, or as near as the smallest comes; null if nothing is gained.
async function makeSmaller(file, aim) {
  const picture = await createImageBitmap(file, {imageOrientation: 'from-image'});
  const canvas = document.createElement('canvas');
  let best = null;
  for (const side of aim.sides) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high'; // evens out the grain, which costs most of the bytes
    pen.fillStyle = '#fff'; // where a PNG lets the ground through
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.65, 0.45, 0.3]) {
      const blob = await asJpeg(canvas, quality);
      if (blob && (!best || blob.size < best.size)) best = blob;
      if (best && best.size <= aim.bytes) break;
    }
    if (best && best.size <= aim.bytes) break;
  }
  if (picture.close) picture.close();
  return best && best.size < file.size * 0.8 ? best : null;
}

function inWords(panel, bytes) {
  const isLarge = bytes >= 1024 * 1024;
  const size = bytes / (isLarge ? 1024 * 1024 : 1024);
  const rounded = size < 10 ? Math.round(size * 10) / 10 : Math.round(size);
  return fill(isLarge ? panel.dataset.mib : panel.dataset.kib, {size: number.format(rounded)});
}

for (const group of all('[data-photo]')) {
  const input = group.querySelector('[type="file"]');
  const panel = group.querySelector('[data-photo-panel]');
  const line = panel.querySelector('[data-photo-say]');
  const button = panel.querySelector('[data-photo-original]');
  let original = null;
  let isOurs = false;

  const put = (file) => {
    const carrier = new DataTransfer();
    carrier.items.add(file);
    isOurs = true;
    input.files = carrier.files;
    isOurs = false;
  };

  input.addEventListener('change', async () => {
    if (isOurs) return;
    const file = input.files[0];
    panel.hidden = true;
    original = null;
    const aim = isSlowLine() ? PHOTO_SLOW : PHOTO_FAST;
    if (!file || !/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= aim.bytes) return;
    try {
      const blob = await makeSmaller(file, aim);
      if (!blob || input.files[0] !== file) return;
      put(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', {type: 'image/jpeg'}));
      original = file;
      line.textContent = fill(line.dataset.photoSay,
        {from: inWords(panel, file.size), to: inWords(panel, blob.size)});
      button.hidden = false;
      panel.hidden = false;
    } catch (e) {
      // An old browser, or no picture after all: the file goes as it is.
    }
  });

  button.addEventListener('click', () => {
    put(original);
    line.textContent = fill(line.dataset.photoAgain, {from: inWords(panel, original.size)});
    button.hidden = true;
    input.focus();
  });
}
