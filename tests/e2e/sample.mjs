// SPDX-License-Identifier: AGPL-3.0-or-later
//
// sample.mjs - the parts of every page, in a browser: axe, width, console, without script; and what the script
// promises: counting, drafts that survive, sending once, leaving at once, smaller photos, the budget.
//
//   node tests/e2e/sample.mjs BIRGE_SAMPLE ASSETS_DIR [part of a check's name]
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import {axe, openBrowser, openPage, overflow, serveFolder} from './browser.mjs';

const [program, assets, only = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'birge-sample-'));
execFileSync(program, ['--assets', folder]);
const LANGS = ['kk', 'ru', 'en'];
const PAGES = readdirSync(join(folder, 'kk')).map((n) => n.replace('.html', ''));
const PHONE = {width: 360, height: 740};
const WIDE = {width: 1280, height: 860};

let passed = 0;
let failed = 0;
async function check(name, body) {
  if (!name.includes(only)) return;
  try {
    await body();
    passed++;
  } catch (e) {
    failed++;
    console.log(`FAILED ${name}\n  ${String(e.message || e).split('\n').slice(0, 6).join('\n  ')}`);
  }
}

const seen = {posts: [], answer: null};
const server = await serveFolder(folder, (req, body) => {
  seen.posts.push(body);
  return seen.answer;
});
const {context, close} = await openBrowser();
const page = await openPage(context);
const at = (path) => page.goto(`${server.base}/${path}.html`);

// ---- every page, every language, two widths ----

for (const lang of LANGS)
  for (const name of PAGES)
    await check(`${name} ${lang} is sound`, async () => {
      page.faults.length = 0;
      await page.setViewportSize(WIDE);
      await at(`${lang}/${name}`);
      assert.deepEqual(await axe(page), []);
      assert.equal(await overflow(page), null);
      await page.setViewportSize(PHONE);
      assert.equal(await overflow(page), null);
      if (lang === 'kk') assert.deepEqual(await axe(page), [], 'on a phone');
      assert.equal(await page.locator('h1').count(), 1);
      assert.deepEqual(page.faults, []);
    });

await check('text twice as large does not run out of the page', async () => {
  await page.setViewportSize({width: 640, height: 740});
  for (const name of PAGES) {
    await at(`kk/${name}`);
    await page.evaluate(() => { document.documentElement.classList.add('zoom'); });
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('html.zoom { font-size: 200% }');
      document.adoptedStyleSheets = [sheet];
    });
    assert.equal(await overflow(page), null, name);
  }
});

await check('Golos is used for every letter, and nothing jumps', async () => {
  await page.setViewportSize(WIDE);
  for (const name of ['home', 'send']) {
    await at(`kk/${name}`);
    await page.evaluate(() => document.fonts.ready);
    const loaded = await page.evaluate(() => [...document.fonts].filter((f) => f.status === 'loaded').length);
    assert.ok(loaded >= 6, `${loaded} faces`);
    const shift = await page.evaluate(() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; }).observe({type: 'layout-shift', buffered: true});
      setTimeout(() => resolve(sum), 300);
    }));
    assert.ok(shift < 0.1, `${name}: layout shift ${shift}`);
  }
});

await check('a first visit keeps to 76 KiB', async () => {
  const packed = (name) => statSync(existsSync(join(assets, `${name}.br`)) ? join(assets, `${name}.br`) : join(assets, name)).size;
  const names = readdirSync(assets).filter((n) => /\.(css|js|woff2|svg)$/.test(n));
  const html = Math.max(...PAGES.map((n) => brotliCompressSync(readFileSync(join(folder, `kk/${n}.html`))).length));
  const sum = html + names.reduce((n, name) => n + packed(name), 0);
  console.log(`first visit: ${(sum / 1024).toFixed(1)} KiB with the largest page (${(html / 1024).toFixed(1)} KiB)`);
  assert.ok(sum <= 76 * 1024, `${sum} bytes`);
});

// ---- without script ----

await check('without script all is there: menu, fields, limit in words, buttons', async () => {
  const plain = await openBrowser({javaScriptEnabled: false, viewport: PHONE});
  try {
    const p = await openPage(plain.context);
    await p.goto(`${server.base}/ru/send.html`);
    await p.locator('.b-menu summary').click();
    assert.ok(await p.locator('.b-menu__link').first().isVisible());
    assert.ok(await p.getByText('Можно написать до').isVisible());
    assert.ok(await p.locator('#file').isVisible());
    assert.equal(await p.locator('[data-draft-panel]').isVisible(), false);
    assert.equal(await p.locator('[data-photo-panel]').isVisible(), false);
    seen.posts.length = 0;
    seen.answer = '<!doctype html><title>ok</title>';
    await p.fill('#text', 'Слова');
    await p.getByRole('button', {name: 'Отправить'}).click();
    assert.equal(await p.title(), 'ok');
    assert.match(seen.posts[0].toString(), /Слова/);
  } finally {
    await plain.close();
  }
});

// ---- what the script promises ----

await page.setViewportSize(WIDE);
const text = page.locator('#text');
const say = page.locator('[data-draft-say]');
const stored = () => page.evaluate(() => ({...localStorage}));
const draft = async () => JSON.parse((await stored())['b:a1'] || 'null');

await check('the summary of errors has the focus and leads to the field', async () => {
  await at('en/send-errors');
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute('data-error-summary')), true);
  await page.locator('.govuk-error-summary a[href="#reply"]').click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'reply');
});

await check('characters are counted as the server counts', async () => {
  await page.evaluate(() => localStorage.clear());
  await at('en/send');
  await text.fill('😀\nә');
  assert.equal(await page.locator('#text-limit').textContent(), 'Characters left: 19,997');
  await text.fill('a'.repeat(20001));
  assert.equal(await page.locator('#text-limit').textContent(), 'Characters too many: 1');
});

await check('a draft survives a closed page, and holds no secret', async () => {
  await page.evaluate(() => localStorage.clear());
  await at('kk/send');
  await text.fill('Жол туралы');
  await page.fill('#subject', 'Жол');
  await page.check('#reply-2');
  await page.waitForTimeout(500);
  const kept = await draft();
  assert.equal(kept.values.text, 'Жол туралы');
  assert.deepEqual(Object.keys(kept.values).sort(), ['consent', 'email', 'key', 'language', 'name', 'reply', 'subject', 'text']);
  await at('kk/home');
  await at('kk/send');
  assert.equal(await text.inputValue(), 'Жол туралы');
  assert.equal(await page.inputValue('#subject'), 'Жол');
  assert.equal(await page.isChecked('#reply-2'), true);
  assert.match(await say.textContent(), /қайта қойылды/);
});

await check('what the server sends back wins over the draft', async () => {
  await at('kk/send-errors');
  assert.match(await text.inputValue(), /^Абай көшесінде/);
});

await check('a cut connection loses nothing, and the key stays the same', async () => {
  await page.evaluate(() => localStorage.clear());
  await at('en/send');
  await text.fill('Cut off');
  await page.evaluate(() => { document.querySelector('[name="key"]').value = 'key-of-the-first-try'; });
  seen.posts.length = 0;
  seen.answer = null; // the server hangs up
  await page.getByRole('button', {name: 'Send', exact: true}).click({noWaitAfter: true});
  await page.waitForURL(/chrome-error|appeals/, {timeout: 5000}).catch(() => {});
  await page.waitForTimeout(300);
  assert.ok(seen.posts.length >= 1);
  assert.equal((await openedDraft()).isSent, true);
  await at('en/send');
  assert.equal(await text.inputValue(), 'Cut off');
  assert.equal(await page.inputValue('[name="key"]'), 'key-of-the-first-try');
  assert.match(await say.textContent(), /registered only once/);
  seen.answer = readFileSync(join(folder, 'en/sent.html'), 'utf8');
  await page.getByRole('button', {name: 'Send', exact: true}).click();
  await page.waitForSelector('[data-draft-done]');
  assert.match(seen.posts.at(-1).toString(), /key-of-the-first-try/);
  assert.deepEqual(Object.keys(await stored()), []);
});

async function openedDraft() {
  const other = await context.newPage();
  await other.goto(`${server.base}/en/home.html`);
  const value = await other.evaluate(() => localStorage.getItem('b:a1'));
  await other.close();
  return JSON.parse(value);
}

await check('without a connection nothing is sent and the page says so', async () => {
  await page.evaluate(() => localStorage.clear());
  await at('en/send');
  await text.fill('Offline');
  seen.posts.length = 0;
  await context.setOffline(true);
  await page.getByRole('button', {name: 'Send', exact: true}).click();
  await page.waitForTimeout(200);
  assert.match(await say.textContent(), /no connection/);
  assert.equal((await draft()).values.text, 'Offline');
  await context.setOffline(false);
  assert.equal(seen.posts.length, 0);
});

await check('a second press sends nothing', async () => {
  await at('en/send');
  await text.fill('Twice');
  await page.evaluate(() => {
    document.querySelector('form[method="post"]').addEventListener('submit', (e) => {
      window.sent = (window.sent || 0) + (e.defaultPrevented ? 0 : 1);
    });
    window.addEventListener('submit', (e) => { if (!e.defaultPrevented) window.through = (window.through || 0) + 1; e.preventDefault(); });
  });
  const button = page.locator('form[method="post"] .govuk-button');
  await button.click();
  await button.click({force: true});
  assert.equal(await page.evaluate(() => window.through), 1);
  assert.equal(await button.textContent(), 'One moment…');
  assert.equal(await button.getAttribute('aria-disabled'), 'true');
});

await check('a draft is cleared by its button, and not kept where that is switched off', async () => {
  await page.evaluate(() => localStorage.clear());
  await at('ru/send');
  await text.fill('Черновик');
  await page.waitForTimeout(500);
  assert.ok(await draft());
  await page.locator('[data-draft-clear]').click();
  assert.equal(await draft(), null);
  assert.equal(await text.inputValue(), 'Черновик');
  await text.fill('Черновик дальше');
  await page.waitForTimeout(500);
  assert.equal(await draft(), null);
  await page.locator('[data-draft-on]').check();
  assert.ok(await draft());
  await page.locator('[data-draft-on]').uncheck();
  assert.deepEqual(Object.keys(await stored()), ['b-off']);
  await at('ru/send');
  await text.fill('Ничего не хранить');
  await page.waitForTimeout(500);
  assert.equal(await draft(), null);
  await page.evaluate(() => localStorage.clear());
});

await check('an old draft is forgotten', async () => {
  await at('en/home');
  await page.evaluate(() => {
    const day = 86400000;
    const draftOf = (days) => JSON.stringify({at: Date.now() - days * day, isSent: false, values: {text: 'x'}});
    localStorage.setItem('b:old', draftOf(8));
    localStorage.setItem('b:young', draftOf(6));
    localStorage.setItem('b:broken', '{');
    localStorage.setItem('other', 'kept');
  });
  await at('en/home');
  assert.deepEqual(Object.keys(await stored()).sort(), ['b:young', 'other']);
  await page.evaluate(() => localStorage.clear());
});

for (const way of ['button', 'keys'])
  await check(`leaving at once by ${way} blanks the page and forgets`, async () => {
    await at('kk/home');
    await at('en/send');
    await text.fill('Secret');
    await page.waitForTimeout(500);
    assert.ok(await draft());
    let asked = '';
    await context.route('https://**', (route) => {
      asked = route.request().url();
      return route.fulfill({contentType: 'text/html', body: '<title>elsewhere</title>'});
    });
    if (way === 'button') await page.locator('[data-exit]').click();
    else for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
    await page.waitForURL('https://**');
    assert.equal(asked, 'https://en.wikipedia.org/');
    await page.goBack();
    assert.match(page.url(), /home/);
    assert.deepEqual(Object.keys(await stored()), []);
    await context.unroute('https://**');
  });

// ---- photos ----

/// A "photo" of paper with writing and grain, as PNG bytes, made by the browser itself.
async function photo(width, height) {
  const bytes = await page.evaluate(async ([w, h]) => {
    const canvas = new OffscreenCanvas(w, h);
    const pen = canvas.getContext('2d');
    const grain = pen.createImageData(w, h);
    let n = 1;
    for (let i = 0; i < grain.data.length; i += 4) {
      n = (n * 16807) % 2147483647;
      grain.data[i] = grain.data[i + 1] = 225 + n % 24;
      grain.data[i + 2] = 210 + n % 24;
      grain.data[i + 3] = 255;
    }
    pen.putImageData(grain, 0, 0);
    pen.fillStyle = '#223';
    pen.font = `${h / 52}px sans-serif`;
    for (let line = 1; line < 24; line++) pen.fillText('Құрметті басшы, көшеміздің жолын жөндеуді сұраймыз', w / 12, line * h / 25);
    const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.95});
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  }, [width, height]);
  return Buffer.from(bytes);
}
const fileSize = () => page.evaluate(() => document.getElementById('file').files[0].size);

await check('a photo is made smaller, on a slow line much, and may go as it is', async () => {
  await at('en/send');
  const big = await photo(3000, 4000);
  assert.ok(big.length > 1024 * 1024, `${big.length} bytes`);
  const file = {name: 'letter.jpeg', mimeType: 'image/jpeg', buffer: big};
  await page.locator('#file').setInputFiles(file);
  await page.locator('[data-photo-panel]').waitFor({timeout: 20000});
  const fast = await fileSize();
  assert.ok(fast <= 420 * 1024, `${fast} bytes on a fast line`);
  await page.locator('[data-photo-original]').click();
  assert.equal(await fileSize(), big.length);

  await page.evaluate(() => Object.defineProperty(navigator, 'connection', {value: {effectiveType: '2g'}}));
  await page.locator('#file').setInputFiles([]);
  await page.locator('#file').setInputFiles(file);
  await page.locator('[data-photo-panel]').waitFor({timeout: 20000});
  const slow = await fileSize();
  console.log(`photo of ${big.length >> 10} KiB: ${fast >> 10} KiB, on a slow line ${slow >> 10} KiB`);
  assert.ok(slow <= 66 * 1024, `${slow} bytes on a slow line`);
  assert.match(await page.locator('[data-photo-say]').textContent(), /made smaller to be sent faster: \d+\sKB instead of/);
  assert.equal(await page.evaluate(() => document.getElementById('file').files[0].name), 'letter.jpg');
});

await check('what is no photo, or small, or broken, goes as it is', async () => {
  await at('en/send');
  for (const [name, mimeType, bytes] of [['a.pdf', 'application/pdf', 900000], ['b.jpg', 'image/jpeg', 900000], ['c.png', 'image/png', 100]]) {
    await page.locator('#file').setInputFiles({name, mimeType, buffer: Buffer.alloc(bytes, 7)});
    await page.waitForTimeout(200);
    assert.equal(await fileSize(), bytes);
    assert.equal(await page.locator('[data-photo-panel]').isVisible(), false);
  }
});

await check('a village phone sends a letter with a photo in 60 s and 150 KiB', async () => {
  const letter = await photo(3000, 4000);
  const phone = await openBrowser({viewport: PHONE, hasTouch: true});
  try {
    const p = await openPage(phone.context);
    const line = await phone.context.newCDPSession(p);
    let bytes = 0;
    line.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions',
      {offline: false, latency: 400, downloadThroughput: 50000 / 8, uploadThroughput: 50000 / 8});
    p.setDefaultTimeout(90000);
    const began = Date.now();
    await p.goto(`${server.base}/kk/home.html`, {waitUntil: 'domcontentloaded'});
    await p.goto(`${server.base}/kk/send.html`, {waitUntil: 'domcontentloaded'});
    await p.fill('#subject', 'Көше туралы');
    await p.fill('#text', 'Хатым фотода.');
    await p.locator('#file').setInputFiles({name: 'hat.jpg', mimeType: 'image/jpeg', buffer: letter});
    await p.locator('[data-photo-panel]').waitFor();
    seen.posts.length = 0;
    seen.answer = readFileSync(join(folder, 'kk/sent.html'), 'utf8');
    await p.getByRole('button', {name: 'Жіберу', exact: true}).click();
    await p.waitForSelector('[data-draft-done]');
    const seconds = (Date.now() - began) / 1000;
    await p.waitForLoadState('networkidle');
    const sum = bytes + seen.posts[0].length;
    console.log(`village phone: ${seconds.toFixed(0)} s, ${(sum / 1024).toFixed(0)} KiB in sum, ${seen.posts[0].length >> 10} of them sent`);
    assert.ok(seconds < 60, `${seconds} s`);
    assert.ok(sum <= 150 * 1024, `${sum} bytes`);
  } finally {
    await phone.close();
  }
});

await close();
await server.close();
rmSync(folder, {recursive: true, force: true});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
