// SPDX-License-Identifier: AGPL-3.0-or-later
//
// pages.mjs - every page of the demo state, in three languages and two widths: axe finds nothing, the console is silent,
// nothing is wider than the window. Then the same pages for staff of every role.
import {AxeBuilder} from '@axe-core/playwright';
import {check, checkFrame, expect, finish, openBrowser, openPage, Server, shot, signIn} from './lib.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [1280, 360];
const LANGS = ['kk', 'ru', 'en'];
const ONLY = process.env.ONLY || '';

async function judge(page, what) {
  await checkFrame(page, what);
  const axe = await new AxeBuilder({page}).withTags(TAGS).analyze();
  expect(axe.violations.length === 0, `${what}: ` + axe.violations.map((v) =>
    `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`).join('; '));
}

/// Each path once a language; the window is then made narrow, as a person would turn to a phone.
async function everyWay(page, url, paths, who) {
  for (const lang of LANGS) {
    for (const path of paths) {
      const name = `${who} ${lang}${path || '/'}`;
      if (ONLY && !name.includes(ONLY)) continue;
      let loaded = false;
      for (const width of WIDTHS) {
        await check(`${name} ${width}`, async () => {
          await page.setViewportSize({width, height: 900});
          if (!loaded) {
            page.problems.length = 0;
            const reply = await page.goto(`${url}/${lang}${path}`);
            expect(reply.status() < 500, `${name}: status ${reply.status()}`);
            loaded = true;
          }
          await judge(page, name);
          await shot(page, `${name} ${width}`.replace(/[^a-z0-9]+/gi, '-'));
        });
      }
    }
  }
}

/// Addresses that a page links to below `prefix`, without language.
async function links(page, url, path, prefix) {
  await page.goto(url + '/en' + path);
  const all = await page.$$eval('main a[href^="/en/"]', (as) => as.map((a) => a.getAttribute('href').slice(3)));
  return [...new Set(all.filter((href) => href.startsWith(prefix) && !href.includes('#')))];
}

const server = await new Server('--demo', '--origin', 'e2e.test').start();
const browser = await openBrowser();
const url = server.url;

async function asVisitor() {
  const visitor = await openPage(browser);
  const body = (await links(visitor, url, '/bodies', '/bodies/'))[0];
  const ofBody = (await links(visitor, url, '/figures', '/figures/bodies/'))[1];
  const ofMonth = (await links(visitor, url, '/figures', '/figures/months/'))[1];
  await check('the figures lead on', async () => expect(ofBody && ofMonth, 'no body, no month'));
  await everyWay(visitor, url, ['', '/figures', '/figures?year=2001', ofBody, ofMonth, '/figures/places', '/appeals/new/place', '/appeals/new/place?in=bulakty',
    '/appeals/new/place?q=shal',  '/appeals/new', '/appeals/new/write?kind=&body=&about=', '/track', '/bodies', body,
    '/who-sees-what', '/help', '/accessibility', '/log', '/log/check', '/staff/sign-in', '/no-such-page'].filter((p) => p !== undefined), 'visitor');
  await check('visitor: the language of the root', async () => {
    const ru = await openPage(browser, {lang: 'ru'});
    await ru.goto(url + '/');
    expect(/\/ru\/?$/.test(ru.url()), ru.url());
    await ru.context().close();
  });
  await check('visitor: a place on the map leads to its row, by keyboard and without script', async () => {
    const phone = await openPage(browser, {width: 360, scripts: false, lang: 'ru'});
    await phone.goto(url + '/ru/figures/places');
    const places = phone.locator('svg .b-map__link');
    expect(await places.count() === 6, `${await places.count()} places on the map`);
    const words = await places.first().getAttribute('aria-label');
    expect(/^\S.*: (\d+|не показано)$/.test(words), words);
    await places.first().focus();
    await phone.keyboard.press('Enter');
    const row = phone.locator('tr:target');
    expect(words.startsWith(await row.locator('th').innerText()), `${words} led to ${await row.innerText()}`);
    await phone.context().close();
  });
  await visitor.context().close();
}

async function asDesk() {
  const registrar = await openPage(browser);
  await check('registrar signs in', () => signIn(registrar, url, 'en', server.account(/region\.registrar/)));
  const cases = await links(registrar, url, '/desk', '/desk/appeals/');
  const closed = await links(registrar, url, '/desk?list=closed', '/desk/appeals/');
  await check('the desk has cases', async () => expect(cases.length > 0, 'none'));
  await everyWay(registrar, url, ['/desk', '/desk?list=closed', '/desk?list=open&only=overdue', '/desk/register', cases[0], closed[0]]
    .filter(Boolean), 'registrar');
  await registrar.context().close();
  const executor = await openPage(browser);
  await check('executor signs in', () => signIn(executor, url, 'en', server.account(/region\.executor/)));
  const mine = await links(executor, url, '/desk?list=mine', '/desk/appeals/');
  await everyWay(executor, url, ['/desk?list=mine', mine[0], mine[0] && mine[0] + '/answer', mine[0] && mine[0] + '/answer?refuse=1']
    .filter(Boolean), 'executor');
  await executor.context().close();
  return cases[0];
}

async function asAdministration(someCase) {
  const administrator = await openPage(browser);
  await check('administrator signs in', () => signIn(administrator, url, 'en', server.account(/^admin$/)));
  const admin = ['/admin', ...(await links(administrator, url, '/admin', '/admin/'))];
  const deeper = [];
  for (const path of admin.slice(1)) deeper.push(...(await links(administrator, url, path, '/admin/')).slice(0, 3));
  await everyWay(administrator, url, [...new Set([...admin, ...deeper])].slice(0, 16), 'administrator');
  await check('administrators read no case', async () => {
    const reply = await administrator.goto(`${url}/en${someCase}`);
    expect([403, 404].includes(reply.status()), `status ${reply.status()}`);
  });
  await administrator.context().close();
  const auditor = await openPage(browser);
  await check('auditor signs in', () => signIn(auditor, url, 'en', server.account(/^auditor$/)));
  const journal = new URL(auditor.url()).pathname.replace(/^\/en/, '');
  await everyWay(auditor, url, [journal], 'auditor');
  await auditor.context().close();
}

const [, someCase] = await Promise.all([asVisitor(), asDesk()]); // two cores, two at a time
await asAdministration(someCase);
await browser.close();
await server.end();
process.exit(finish());
