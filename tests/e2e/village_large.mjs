// SPDX-License-Identifier: AGPL-3.0-or-later
//
// village_large.mjs - a photo of several megabytes: an old phone on a line of 50 kbit/s and 400 ms, of which a twentieth is lost: from the first page to number
// and code in 60 s and 150 KiB, a photo of a handwritten letter included. The server is the real one. Loss is counted as
// the throughput that sending again costs; the browser's own emulation has none.
import {check, expect, finish, openBrowser, openPage, Server} from './lib.mjs';

const LINE = {offline: false, latency: 400, downloadThroughput: 50000 / 8 * 0.95, uploadThroughput: 50000 / 8 * 0.95};

/// A photo of several megabytes: grainy paper with lines of writing.
async function photo(page) {
  const bytes = await page.evaluate(async () => {
    const [w, h] = [3000, 4000];
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
    const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.9});
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  });
  return Buffer.from(bytes);
}

const server = await new Server('--origin', 'e2e.test').start();
const browser = await openBrowser();
await check('a village phone sends a letter with a photo in 60 s and 150 KiB', async () => {
  const page = await openPage(browser, {width: 360, height: 740});
  await page.goto(`${server.url}/healthz`);
  const letter = await photo(page);
  const line = await page.context().newCDPSession(page);
  let down = 0, up = 0;
  line.on('Network.loadingFinished', (e) => { down += e.encodedDataLength; });
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', LINE);
  page.setDefaultTimeout(90000);
  const began = Date.now();
  await page.goto(`${server.url}/kk`, {waitUntil: 'domcontentloaded'});
  await page.goto(`${server.url}/kk/appeals/new`, {waitUntil: 'domcontentloaded'});
  await page.click('main form button.govuk-button');
  await page.waitForSelector('[name=subject]');
  await page.waitForLoadState('domcontentloaded');
  await page.fill('[name=subject]', 'Көше туралы');
  await page.fill('[name=text]', 'Хатым фотода.');
  await page.setInputFiles('[name=file]', {name: 'хат.jpg', mimeType: 'image/jpeg', buffer: letter});
  await page.locator('[data-photo-panel]').waitFor();
  up = await page.evaluate(() => document.querySelector('[name=file]').files[0].size) + 4096; // with fields and headers
  await page.click('main form button.govuk-button:not(.govuk-button--secondary)');
  await page.waitForSelector('input[name=code]', {state: 'attached'});
  const seconds = (Date.now() - began) / 1000;
  await page.waitForLoadState('networkidle');
  const sum = down + up;
  console.log(`village phone: ${seconds.toFixed(0)} s, ${(sum / 1024).toFixed(0)} KiB, ${(up / 1024).toFixed(0)} of them sent`);
  expect(up > 10 * 1024, 'the photo was not sent');
  expect(seconds < 60, `${seconds} s`);
  expect(sum <= 150 * 1024, `${sum} bytes`);
});
await browser.close();
await server.end();
process.exit(finish());
