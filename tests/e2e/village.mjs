// SPDX-License-Identifier: AGPL-3.0-or-later
//
// village.mjs - an old phone in a village: 50 kbit/s, 400 ms, 5 % of the packets lost. From the home page to the page
// with number and code, with a photo of a handwritten letter, cold: at most 60 s on the line and 150 KiB, both ways
// counted. Without JavaScript with a photo that fits. A draft survives a cut line, and what is sent again is one appeal.
import {check, expect, finish, openBrowser, openPage, Server} from './lib.mjs';
import {SlowLine} from './slow_line.mjs';

const MOST_SECONDS = 60;
const MOST_BYTES = 150 * 1024;
const SEED = Number(process.env.SEED || 7);
const PHONE = {width: 360, height: 640};
const SUBJECT = 'Ауылға су келмейді';
const TEXT = 'Ауылымызда үш аптадан бері су жоқ.\nБалалар мен қарттарға су тасып береміз. Көмек сұраймыз.';

/// A sheet of paper as a phone takes it: ruled, uneven light, handwriting, grain.
async function letter(browser, width, height, quality) {
  const page = await openPage(browser);
  const base64 = await page.evaluate(({w, h, q}) => {
    const canvas = document.createElement('canvas');
    canvas.width = w;
    canvas.height = h;
    const pen = canvas.getContext('2d');
    const light = pen.createRadialGradient(w * 0.4, h * 0.3, w * 0.1, w / 2, h / 2, w * 0.8);
    light.addColorStop(0, '#f6f1e4');
    light.addColorStop(1, '#a59f92');
    pen.fillStyle = light;
    pen.fillRect(0, 0, w, h);
    let a = 12345;
    const random = () => { a = (a * 1103515245 + 12345) % 2147483648; return a / 2147483648; };
    for (let y = h * 0.06; y < h; y += h * 0.035) {
      pen.strokeStyle = 'rgba(90,120,190,.45)';
      pen.beginPath();
      pen.moveTo(0, y);
      pen.lineTo(w, y + 4);
      pen.stroke();
      pen.strokeStyle = '#1c2a6b';
      pen.lineWidth = w / 700;
      for (let x = w * 0.08; x < w * 0.9; x += w * 0.012) {
        if (random() < 0.16) continue; // between words
        pen.beginPath();
        pen.moveTo(x, y - h * 0.006);
        pen.bezierCurveTo(x + w * 0.004 * random(), y - h * 0.03 * random(), x + w * 0.01, y + h * 0.008 * random(),
          x + w * 0.011, y - h * 0.008 * random());
        pen.stroke();
      }
    }
    const pixels = pen.getImageData(0, 0, w, h);
    for (let i = 0; i < pixels.data.length; i += 4) {
      const grain = (random() - 0.5) * 18;
      for (let c = 0; c < 3; c++) pixels.data[i + c] += grain;
    }
    pen.putImageData(pixels, 0, 0);
    return canvas.toDataURL('image/jpeg', q).split(',')[1];
  }, {w: width, h: height, q: quality});
  await page.context().close();
  return Buffer.from(base64, 'base64');
}

async function write(page) {
  await page.fill('[name=subject]', SUBJECT);
  await page.fill('[name=text]', TEXT);
  await page.fill('[name=name]', 'Ауыл тұрғыны');
}

function send(page) {
  return page.click('main form[action$="/appeals/new/write"] button.govuk-button:not(.govuk-button--secondary)', {timeout: 90000});
}

/// The whole way; seconds are those that the line was waited for, not those of typing.
async function wholeWay(page, line, photo) {
  let spent = 0;
  const onLine = async (step) => {
    const began = Date.now();
    await step();
    spent += (Date.now() - began) / 1000;
  };
  page.setDefaultTimeout(90000);
  page.setDefaultNavigationTimeout(90000);
  // Nobody goes on before the letters are there; who does, aborts their way down the line and pays for it twice.
  const letters = () => page.evaluate(() => document.fonts.ready.then(() => true));
  await onLine(async () => { await page.goto(line.url + '/kk', {waitUntil: 'load'}); await letters(); });
  await onLine(async () => { await page.goto(line.url + '/kk/appeals/new', {waitUntil: 'load'}); await letters(); });
  await onLine(async () => {
    await Promise.all([page.waitForURL(/\/appeals\/new\/write/, {waitUntil: 'load'}), page.click('main form button')]);
    await letters();
  });
  await write(page);
  await page.setInputFiles('[name=file]', {name: 'хат.jpg', mimeType: 'image/jpeg', buffer: photo});
  await page.waitForTimeout(2500); // the photo is made smaller; nobody is faster
  const size = await page.evaluate(() => document.querySelector('[name=file]').files[0].size);
  await onLine(async () => {
    await send(page);
    await page.waitForSelector('input[name=code]', {state: 'attached'});
    await page.waitForLoadState('load');
  });
  return {spent, size};
}

/// The form again, once the browser has shown its own page about the dead line.
async function comeBack(page, line) {
  for (let tries = 1; ; tries++) {
    await page.waitForTimeout(500);
    try {
      return await page.goto(line.url + '/kk/appeals/new/write?kind=&body=&about=', {waitUntil: 'load'});
    } catch (e) {
      if (tries === 5) throw e;
    }
  }
}

function report(how, line, {spent, size}, original) {
  const {up, down} = line.bytes;
  console.log(`${how}: ${spent.toFixed(1)} s, ${(line.total / 1024).toFixed(1)} KiB (${(down / 1024).toFixed(1)} down, ` +
    `${(up / 1024).toFixed(1)} up), photo ${Math.round(original / 1024)} -> ${Math.round(size / 1024)} KiB, ` +
    `${line.segments.lost} of ${line.segments.sent} segments lost`);
  expect(spent <= MOST_SECONDS, `${spent.toFixed(1)} s on the line`);
  expect(line.total <= MOST_BYTES, `${line.total} bytes`);
}

async function withLine(server, body, options = {}) {
  const line = await new SlowLine(server.url, {seed: SEED, ...options}).open();
  try { await body(line); } finally { line.close(); }
}

const server = await new Server('--origin', 'e2e.test').start();
const browser = await openBrowser();
const photo = await letter(browser, 1600, 1200, 0.92);
const small = await letter(browser, 640, 480, 0.4);

await check('a letter with a photo, with JavaScript', () => withLine(server, async (line) => {
  const page = await openPage(browser, PHONE);
  report('with JavaScript', line, await wholeWay(page, line, photo), photo.length);
  await page.context().close();
}));
await check('a letter with a small photo, without JavaScript', () => withLine(server, async (line) => {
  const page = await openPage(browser, {...PHONE, scripts: false});
  report('without JavaScript', line, await wholeWay(page, line, small), small.length);
  await page.context().close();
}));

await check('the draft survives a cut while writing and while sending; sent again it is one appeal', () =>
  withLine(server, async (line) => {
    const page = await openPage(browser, PHONE);
    page.setDefaultTimeout(60000);
    await page.goto(line.url + '/kk/appeals/new/write?kind=&body=&about=');
    await write(page);
    await page.waitForTimeout(700);
    line.cut(); // in the middle of writing
    await page.reload().catch(() => {});
    line.mend();
    await comeBack(page, line);
    expect(await page.inputValue('[name=text]') === TEXT, 'the draft is gone after a cut while writing');
    expect(await page.inputValue('[name=subject]') === SUBJECT, 'the subject is gone');
    const key = await page.inputValue('[name=key]');
    await page.waitForTimeout(2300);
    const accepted = new Promise((resolve) => { // the server has it, the answer never arrives
      const before = line.bytes.down;
      const timer = setInterval(() => { if (line.bytes.down > before) done(); }, 5);
      const done = () => { clearInterval(timer); resolve(); };
      setTimeout(done, 20000);
    });
    send(page).catch(() => {});
    await accepted;
    line.cut();
    await page.waitForTimeout(500);
    line.mend();
    await comeBack(page, line);
    expect(await page.inputValue('[name=text]') === TEXT, 'the draft is gone after a cut while sending');
    expect(await page.inputValue('[name=key]') === key, 'sent again it would be another appeal');
    await page.waitForTimeout(2300);
    await send(page);
    await page.waitForSelector('input[name=code]', {state: 'attached'});
    const number = await page.getAttribute('input[name=number]', 'value');
    expect(Number(number.slice(5, 12)) === 3, `appeal ${number}: the third was expected, so it was registered twice or not at all before`);
    await page.context().close();
  }, {loss: 0}));

await browser.close();
await server.end();
process.exit(finish());
