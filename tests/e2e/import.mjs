// SPDX-License-Identifier: AGPL-3.0-or-later
//
// import.mjs - cases of another system, beside a running server, then as people meet them: on the desk, opened, assigned,
// answered, handed a code, and among the figures of their body.
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {BIRGE, check, checkFrame, expect, finish, openBrowser, openPage, Server, shot, signIn} from './lib.mjs';

const server = await new Server('--demo', '--origin', 'e2e.test').start();
const browser = await openBrowser();
const url = server.url;
const words = (page) => page.textContent('main');
const number = {};

await check('cases of another system come in beside the server', async () => {
  const file = join(server.folder, 'cases.csv');
  writeFileSync(file, 'id,theme,text,body,received,state,answered,answer,who,place,name\n' +
    'OLD-7,Жол,"Мектеп жанындағы жолда терең шұңқыр бар, жөндеуді сұраймыз.",roads,2026-06-01T09:30:00+05:00,open,,,,School street 1,\n' +
    'OLD-8,Свет на остановке,"На остановке не горит фонарь, прошу починить.",roads,2026-06-02,closed,2026-06-05,"Фонарь заменён 4 июня.\n<b>Спасибо</b>",Roads office,,Author of old\n');
  const done = spawnSync(BIRGE, ['import', 'appeals', '--data', server.data, '--map', 'id=number,theme=subject,who=answered_by',
    '--source', 'Old portal', '--rejects', join(server.folder, 'rejects.csv'), '--json', file], {encoding: 'utf8'});
  expect(done.status === 0 && JSON.parse(done.stdout).taken === 2, done.stdout + done.stderr);
});

const roads = await openPage(browser);
await check('the registrar finds the open one first on the desk: it is overdue by its own dates', async () => {
  await signIn(roads, url, 'en', server.account(/^roads\.registrar/));
  await roads.goto(url + '/en/desk');
  number.open = (await roads.textContent('main table tbody tr')).match(/\d{4}-\d{7}-\d/)[0];
  await checkFrame(roads, 'desk');
  await shot(roads, 'import-desk');
});
await check('its page says where it came from', async () => {
  await roads.goto(`${url}/en/desk/appeals/${number.open}`);
  const text = await words(roads);
  expect(text.includes('OLD-7') && text.includes('Old portal'), 'no source: ' + text.slice(0, 500));
  expect(text.includes('taken in from another system') && text.includes('School street 1'), 'no channel or place');
  await checkFrame(roads, 'imported case');
  await shot(roads, 'import-case');
});
await check('it is assigned like any other', async () => {
  const box = roads.locator('details:has(form[action$="/assign"])');
  if (!(await box.getAttribute('open') !== null)) await box.locator('summary').click();
  const office = box.locator('[name=office]');
  await office.selectOption({index: 1});
  await Promise.all([roads.waitForLoadState('load'), box.locator('button[type=submit]').click()]);
  await roads.waitForLoadState('load');
  await roads.goto(`${url}/en/desk/appeals/${number.open}`);
  expect(!(await words(roads)).includes('not assigned'), 'not assigned');
});
await check('the closed one shows the answer of the other system as text', async () => {
  await roads.goto(`${url}/en/desk?list=closed`);
  for (const link of await roads.locator('main table a').all()) {
    const href = await link.getAttribute('href');
    if (!number.closed && /appeals\/\d/.test(href)) (number.links ||= []).push(href);
  }
  for (const href of number.links) {
    await roads.goto(new URL(href, url).href);
    if (!(await words(roads)).includes('OLD-8')) continue;
    number.closed = href;
    break;
  }
  const text = await words(roads);
  expect(number.closed && text.includes('Фонарь заменён 4 июня.') && text.includes('<b>Спасибо</b>'), 'no answer');
  expect(text.includes('Roads office'), 'not who gave it');
  await checkFrame(roads, 'imported answer');
  await shot(roads, 'import-answered');
});
await check('its author gets a code on a document and finds the case, without a receipt', async () => {
  const box = roads.locator('details:has(form[action$="/code"])');
  const identity = roads.locator('details:has(form[action$="/identity"])');
  await identity.locator('summary').click();
  await identity.locator('[name=level]').selectOption('paper');
  await identity.locator('[name=note]').fill('identity card');
  await Promise.all([roads.waitForLoadState('load'), identity.locator('button[type=submit]').click()]);
  await roads.goto(new URL(number.closed, url).href);
  await box.locator('summary').click();
  await box.locator('[name=note]').fill('identity card');
  await Promise.all([roads.waitForLoadState('load'), box.locator('button[type=submit]').click()]);
  await roads.waitForLoadState('load');
  const code = (await words(roads)).match(/([0-9A-Z]{4}-){4}[0-9A-Z]{4}/)[0];
  const author = await openPage(browser);
  await author.goto(`${url}/en/track`);
  await author.fill('[name=number]', number.closed.match(/\d{4}-\d{7}-\d/)[0]);
  await author.fill('[name=code]', code);
  await Promise.all([author.waitForLoadState('load'), author.locator('main form button[type=submit]').click()]);
  await author.waitForLoadState('load');
  const text = await words(author);
  expect(text.includes('Old portal') && text.includes('Фонарь заменён'), 'no case: ' + text.slice(0, 400));
  expect(await author.locator('a[href$="/receipt"]').count() === 0, 'a receipt is offered');
  await checkFrame(author, 'own imported case');
  await shot(author, 'import-own');
  await author.locator('a[href$="/due"]').first().click();
  await author.waitForLoadState('load');
  await checkFrame(author, 'due of an imported case');
  await shot(author, 'import-due');
});
await check('the figures of its body count it', async () => {
  await roads.goto(`${url}/en/bodies`);
  await checkFrame(roads, 'bodies');
  await shot(roads, 'import-bodies');
  for (const lang of ['kk', 'ru']) {
    await roads.goto(`${url}/${lang}/desk/appeals/${number.open}`);
    await checkFrame(roads, `imported case, ${lang}`);
    await shot(roads, `import-case-${lang}`);
  }
});
await browser.close();
await server.end();
process.exit(finish());
