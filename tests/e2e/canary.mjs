// SPDX-License-Identifier: AGPL-3.0-or-later
//
// canary.mjs - a person's words never run: markup that would say so stands in every field that people can set, and a
// browser reads every page as everybody, in three languages. Nothing runs, the console stays silent (CSP reports
// appear there), and the words are there as they were typed.
import {check, checkFrame, expect, finish, openBrowser, openPage, Server, signIn} from './lib.mjs';

const LANGS = ['kk', 'ru', 'en'];
const MOST_PAGES = Number(process.env.PAGES || 60); // of one role and language
const RUN = 'window.canary=true';
const EVIL = [
  `"'<svg/onload=${RUN}>`,
  `</textarea></title><script>${RUN}</script>`,
  `'><img src=x onerror=${RUN}>`,
  `javascript:${RUN}//{{m.x}}\${${RUN}}`,
];
const LINE = EVIL.join(' ').slice(0, 160);
const TEXT = EVIL.join('\n') + '\n\u202e<a href="javascript:' + RUN + '">';

async function save(page) {
  await page.locator('main form:not(.b-staff__out) button.govuk-button').first().click();
  await page.waitForLoadState();
}

/// Put the canary into every field of the form of a page that takes free words.
async function fillAll(page, except = []) {
  for (const field of await page.locator('main form input[type=text], main form input:not([type]), main form textarea').all()) {
    const name = await field.getAttribute('name');
    if (!name || except.includes(name) || name === 'website') continue;
    const most = Number(await field.getAttribute('maxlength')) || 1000;
    const tag = await field.evaluate((e) => e.tagName);
    await field.fill((tag === 'TEXTAREA' ? TEXT : LINE).slice(0, most));
  }
}

async function administer(admin, url, server) {
  await signIn(admin, url, 'en', server.account(/admin/i));
  await admin.goto(url + '/en/admin/realm');
  await fillAll(admin);
  await save(admin);
  await admin.goto(url + '/en/admin/bodies');
  await admin.click('a[href*="/admin/bodies/"]:not([href$="/new"])');
  const body = admin.url();
  await admin.goto(body + '/edit');
  await fillAll(admin, ['code', 'phone']);
  await save(admin);
  expect(admin.url() === body, 'the body was not changed: ' + admin.url());
  for (const office of await admin.$$eval('a[href*="/admin/offices/"]', (as) => [...new Set(as.map((a) => a.href))])) {
    await admin.goto(office + '/edit');
    await fillAll(admin);
    await save(admin);
    expect(admin.url() === office, 'the office was not changed: ' + admin.url());
  }
  await admin.goto(url + '/en/admin/people');
  for (const person of await admin.$$eval('a[href*="/admin/people/"]:not([href$="/new"])', (as) => [...new Set(as.map((a) => a.href))])) {
    await admin.goto(person + '/edit');
    await fillAll(admin);
    await save(admin);
  }
  await admin.goto(url + '/en/admin/calendar/2026/day');
  await fillAll(admin);
  await admin.fill('[name=on]', '2026-12-29');
  await admin.locator('[name=kind]').first().check();
  await save(admin);
}

async function send(page, url) {
  await page.goto(url + '/en/appeals/new/write?kind=&body=&about=');
  await fillAll(page);
  await page.fill('[name=email]', 'canary@example.org');
  await page.fill('[name=phone]', '+7 701 000 00 00');
  await page.setInputFiles('[name=file]', {name: '"\'<img src=x onerror=' + RUN + '>.txt', mimeType: 'text/plain',
    buffer: Buffer.from('<script>' + RUN + '</script>\n')});
  await page.waitForTimeout(2300);
  await page.click('main form[action$="/appeals/new/write"] button.govuk-button:not(.govuk-button--secondary)');
  await page.waitForSelector('input[name=code]', {state: 'attached'});
  await checkFrame(page, 'sent');
  const number = await page.getAttribute('input[name=number]', 'value');
  await page.click('main form[action$="/track"] button');
  await page.waitForURL(/\/appeals\/\d/);
  expect((await page.textContent('main')).includes(EVIL[0]), 'the words are not there as they were typed');
  return number;
}

async function crawl(page, url, starts, who) {
  for (const lang of LANGS) {
    const waiting = starts.map((p) => `/${lang}${p}`);
    const seen = new Set();
    while (waiting.length && seen.size < MOST_PAGES) {
      const path = waiting.shift();
      if (seen.has(path)) continue;
      seen.add(path);
      page.problems.length = 0;
      await check(`${who} ${path}`, async () => {
        await page.goto(url + path).catch((e) => { if (!/Download is starting/.test(e.message)) throw e; });
        await page.waitForTimeout(20);
        expect(await page.evaluate(() => window.canary !== true), 'a person\'s text ran as code');
        expect(page.problems.length === 0, page.problems.join(' | '));
      });
      const links = await page.$$eval('a[href^="/"]', (as) => as.map((a) => a.getAttribute('href'))).catch(() => []);
      waiting.push(...links.filter((l) => l.startsWith(`/${lang}`) && !l.includes('#') && !/calendar\/(?!2026)/.test(l)));
    }
  }
}

const server = await new Server('--origin', 'canary.test').start();
const url = server.url;
const browser = await openBrowser();
const admin = await openPage(browser);
const author = await openPage(browser);
const registrar = await openPage(browser);
const executor = await openPage(browser);
let number;

await check('the administrator writes it into bodies, offices, people, calendar', () => administer(admin, url, server));
await check('the author writes it into an appeal', async () => { number = await send(author, url); });
await check('the registrar writes it into a reason', async () => {
  await signIn(registrar, url, 'en', server.account(/registrar/i));
  await registrar.goto(`${url}/en/desk/appeals/${number}`);
  await registrar.selectOption('[name=office]', {index: 1});
  await registrar.fill('form[action$="/assign"] [name=reason]', TEXT);
  await registrar.click('form[action$="/assign"] button');
  await registrar.waitForLoadState();
});
await check('the executor writes it into every block of an answer', async () => {
  await signIn(executor, url, 'en', server.account(/executor/i));
  await executor.goto(`${url}/en/desk/appeals/${number}/answer`);
  for (const area of await executor.locator('main form textarea').all()) await area.fill(TEXT);
  await executor.click('main form[action$="/answer"] button.govuk-button');
  await executor.waitForSelector('#answers');
});
await check('the author writes it into an opinion', async () => {
  await author.goto(`${url}/en/appeals/${number}`);
  await author.check('[name=solved] >> nth=1');
  await author.fill('[name=comment]', TEXT);
  await author.click('form[action$="/opinion"] button');
  await author.waitForLoadState();
  expect(await author.locator('#opinion').count() > 0, 'no opinion');
});

const q = encodeURIComponent(EVIL[0]);
const everywhere = ['', '/bodies', `/bodies?q=${q}&from=${q}`, `/track?number=${q}`, `/appeals/new?kind=${q}&body=${q}&about=${q}`,
  `/appeals/new/write?kind=${q}&body=${q}&about=${q}`, `/staff/sign-in?to=${q}`, `/${q}`, `/bodies/${q}`];
const desk = ['/desk', `/desk?list=${q}&state=${q}&kind=${q}&language=${q}&only=${q}&after=${q}`, `/desk?number=${q}`, '/desk?list=closed'];
await crawl(await openPage(browser), url, everywhere, 'visitor');
await crawl(author, url, [`/appeals/${number}`], 'author');
await crawl(registrar, url, [`/desk/appeals/${number}`, ...desk], 'registrar');
await crawl(executor, url, [`/desk/appeals/${number}`, ...desk], 'executor');
await crawl(admin, url, ['/admin', '/admin/bodies', '/admin/people', '/admin/calendar/2026', `/admin/people?q=${q}&after=${q}`], 'administrator');

await browser.close();
await server.end();
process.exit(finish());
