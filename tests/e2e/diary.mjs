// SPDX-License-Identifier: AGPL-3.0-or-later
//
// diary.mjs - an entry is written by one person, published by another and read by everybody; a plan is seen by nobody;
// who withdraws is gone. Then every page of the diary in three languages and two widths: axe finds nothing.
import {AxeBuilder} from '@axe-core/playwright';
import {check, checkFrame, expect, finish, openBrowser, openPage, Server, shot, signIn} from './lib.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const server = await new Server('--demo', '--origin', 'e2e.test').start();
const browser = await openBrowser();
const url = server.url;
const visitor = await openPage(browser);
const registrar = await openPage(browser);
const head = await openPage(browser);
let address = ''; // of the entry, behind /desk/diary/

async function judge(page, what) {
  await checkFrame(page, what);
  const axe = await new AxeBuilder({page}).withTags(TAGS).analyze();
  expect(axe.violations.length === 0, `${what}: ` + axe.violations.map((v) =>
    `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`).join('; '));
}

function daysAgo(n) {
  return new Date(Date.now() - n * 86400000).toISOString().slice(0, 10);
}

async function step(page, name, line) {
  const form = page.locator(`form[action*="/${name}"]`).first();
  if (line !== undefined) {
    const box = page.locator('details', {has: page.locator(`form[action*="/${name}"]`)}).first();
    if (!(await box.getAttribute('open'))) await box.locator('summary').click();
    await form.locator('input[type=text]').fill(line);
  }
  await form.locator('button').click();
  await page.waitForLoadState();
}

await check('the registrar signs in', () => signIn(registrar, url, 'en', server.account(/region\.registrar/)));
await check('the head signs in', () => signIn(head, url, 'en', server.account(/region\.head/)));

await check('a private person without consent is refused, and what was typed comes back', async () => {
  await registrar.goto(`${url}/en/desk/diary/new`);
  await registrar.check('[name=kind][value=meeting]');
  await registrar.fill('[name=begins_on]', daysAgo(2));
  await registrar.fill('[name=begins_time]', '10:00');
  await registrar.fill('[name=ends_time]', '11:00');
  await registrar.check('[name=where][value=home]');
  await registrar.selectOption('[name=language]', 'en');
  await registrar.fill('[name=title_en]', 'Talk about bus routes');
  await registrar.fill('[name=bodies]', 'Transport department');
  await registrar.fill('[name=person]', 'Resident Example');
  await registrar.click('main form button[type=submit]');
  await registrar.waitForLoadState();
  expect((await registrar.textContent('main')).includes('consent of a private person is not recorded'), 'no ground');
  expect(await registrar.inputValue('[name=title_en]') === 'Talk about bus routes', 'the title is lost');
  await judge(registrar, 'the form with its refusal');
  await shot(registrar, 'diary-form-refused');
});

await check('with consent it is kept', async () => {
  await registrar.selectOption('[name=how]', 'written');
  await registrar.fill('[name=given_on]', daysAgo(3));
  await registrar.click('main form button[type=submit]');
  await registrar.waitForLoadState();
  address = new URL(registrar.url()).pathname.split('/').pop();
  expect(/^[0-9A-Z]{12}$/.test(address), registrar.url());
  expect((await registrar.textContent('main')).includes('Resident Example'), 'the person is not there');
});

await check('a visitor finds nothing of it', async () => {
  const reply = await visitor.goto(`${url}/en/diary/entries/${address}`);
  expect(reply.status() === 404, `status ${reply.status()}`);
  for (const path of [`/en/diary?month=${daysAgo(2).slice(0, 7)}`, '/en/diary/feed.atom', '/en/diary/calendar.ics',
    `/exports/diary.csv?month=${daysAgo(2).slice(0, 7)}`, '/api/v1/diary']) {
    const text = await (await visitor.request.get(url + path)).text();
    expect(!text.includes('bus routes'), `${path} tells it`);
  }
});

await check('who wrote it cannot publish it; the refusal says what to do', async () => {
  await step(registrar, 'hold');
  await step(registrar, 'publish');
  const text = await registrar.textContent('main');
  expect(text.includes('somebody else publishes it'), 'no ground');
  expect(text.includes('Ask the head'), 'no next step');
  await judge(registrar, 'the refused step');
  await shot(registrar, 'diary-step-refused');
});

await check('the head publishes it', async () => {
  await head.goto(`${url}/en/desk/diary/${address}`);
  await step(head, 'publish');
  expect((await head.textContent('body')).includes('everybody sees it now'), 'not said');
});

await check('everybody reads it, in every language', async () => {
  for (const lang of ['kk', 'ru', 'en']) {
    const reply = await visitor.goto(`${url}/${lang}/diary/entries/${address}`);
    expect(reply.status() === 200, `status ${reply.status()}`);
    const text = await visitor.textContent('main');
    expect(text.includes('Talk about bus routes') && text.includes('Resident Example'), text.slice(0, 200));
  }
  expect((await visitor.textContent('main')).includes('Talk about bus routes'), 'title');
});

await check('who withdraws is gone from page and feeds', async () => {
  await registrar.goto(`${url}/en/desk/diary/${address}`);
  await step(registrar, 'withdraw', 'by telephone');
  expect((await registrar.textContent('main')).includes('Consent withdrawn'), 'not shown to staff');
  for (const path of [`/en/diary/entries/${address}`, '/en/diary/feed.atom', '/en/diary/calendar.ics',
    `/exports/diary.csv?month=${daysAgo(2).slice(0, 7)}`, '/api/v1/diary']) {
    const text = await (await visitor.request.get(url + path)).text();
    expect(text.length > 100 && !text.includes('Resident Example'), `${path} still names the person`);
  }
});

await check('a correction needs its note and is shown after somebody else published it', async () => {
  await registrar.goto(`${url}/en/desk/diary/${address}/edit`);
  await registrar.fill('[name=title_en]', 'Talk about bus routes and stops');
  await registrar.click('main form button[type=submit]');
  await registrar.waitForLoadState();
  expect((await registrar.textContent('main')).includes('not corrected without a note'), 'no ground');
  await registrar.fill('[name=note]', 'The title was completed');
  await registrar.click('main form button[type=submit]');
  await registrar.waitForLoadState();
  await visitor.goto(`${url}/en/diary/entries/${address}`);
  expect(!(await visitor.textContent('main')).includes('and stops'), 'shown before it was published');
  await head.goto(`${url}/en/desk/diary/${address}`);
  await step(head, 'publish');
  await visitor.goto(`${url}/en/diary/entries/${address}`);
  const text = await visitor.textContent('main');
  expect(text.includes('and stops') && text.includes('The title was completed'), text);
});

const month = daysAgo(12).slice(0, 7);
const paths = {
  visitor: ['/diary', `/diary?month=${month}`, `/diary?month=${month}&view=calendar`, '/diary?month=1999-01',
    '/diary/counters', `/diary/entries/${address}`],
  registrar: ['/desk/diary', `/desk/diary/${address}`, '/desk/diary/new', `/desk/diary/${address}/edit`],
};
for (const [who, page] of [['visitor', visitor], ['registrar', registrar]]) {
  for (const lang of ['kk', 'ru', 'en']) {
    for (const path of paths[who]) {
      for (const width of [1280, 360]) {
        const name = `${who} ${lang}${path} ${width}`.replace(address, 'entry');
        await check(name, async () => {
          page.problems.length = 0;
          await page.setViewportSize({width, height: 900});
          await page.goto(`${url}/${lang}${path}`);
          await judge(page, name);
          await shot(page, 'diary-' + name.replace(/[^a-z0-9]+/gi, '-'));
        });
      }
    }
  }
}
await check('the audit agrees', async () => {
  await server.stop();
  const audit = server.audit();
  expect(audit.status === 0, audit.stdout + audit.stderr);
});
await browser.close();
await server.end();
process.exit(finish());
