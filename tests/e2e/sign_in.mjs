// SPDX-License-Identifier: AGPL-3.0-or-later
//
// sign_in.mjs - staff with phones: enrolling in three languages and two widths, codes, paper, another device, and two
// persons who let a third one in again. With keyboard alone and without scripts where that matters; axe looks at each page.
import {AxeBuilder} from '@axe-core/playwright';
import {check, checkFrame, Device, enrol, expect, finish, openBrowser, openPage, Server, SHOTS, shot, signIn} from './lib.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const server = await new Server('--origin', 'sign-in.test').start();
const url = server.url;
const browser = await openBrowser();

/// axe, frame and picture of the page as it is, wide and narrow.
async function see(page, name) {
  for (const width of [1280, 360]) {
    await page.setViewportSize({width, height: 900});
    await checkFrame(page, `${name} ${width}`);
    const axe = await new AxeBuilder({page}).withTags(TAGS).analyze();
    expect(axe.violations.length === 0, `${name} ${width}: ` + axe.violations.map((v) =>
      `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`).join('; '));
  }
  for (const width of [1280, 360]) { // a picture may leave styles behind for a moment
    if (!SHOTS) break;
    await page.setViewportSize({width, height: 900});
    await shot(page, `sign-in-${name}-${width}`);
  }
  await page.setViewportSize({width: 1280, height: 900});
}

const words = (page) => page.locator('main').innerText();

/// Send the form of the page, whose button is not the one of the frame.
async function send(page, fields, button = 'main form button.govuk-button') {
  for (const [name, value] of Object.entries(fields)) await page.fill(`main [name=${name}]`, value);
  await page.click(button);
  await page.waitForLoadState();
}

async function password(page, lang, account) {
  await page.goto(`${url}/${lang}/staff/sign-in`);
  await send(page, {login: account.login, password: account.password});
}

const admin = server.account(/^admin$/);
const executor = server.account(/executor/);
const first = await openPage(browser);

await check('a password of one\'s own, then the page of enrolling, and nothing else', async () => {
  await password(first, 'en', admin);
  admin.password = 'a long walk by the river admin';
  await send(first, {password: admin.password});
  for (const lang of ['kk', 'ru', 'en']) {
    await first.goto(`${url}/${lang}/staff/sign-in`);
    await see(first, `enrol-${lang}`);
  }
  const closed = await first.goto(url + '/en/admin');
  expect(closed.status() === 401, `status ${closed.status()}`);
});
await check('a wrong code keeps the picture; a right one gives ten codes, once', async () => {
  await first.goto(url + '/en/staff/sign-in');
  const secret = await first.locator('.b-enrol__secret').innerText();
  await send(first, {code: '000000'});
  expect(await first.locator('.b-enrol__secret').innerText() === secret, 'another picture');
  await first.waitForSelector('.govuk-error-message');
  await see(first, 'enrol-wrong');
  admin.device = new Device(secret);
  // With the keyboard alone: the field is focused by its label's id, Enter sends.
  await first.focus('#code');
  await first.keyboard.press('Control+a');
  await first.keyboard.type(await admin.device.code());
  await first.keyboard.press('Enter');
  await first.waitForSelector('.b-codes');
  admin.recovery = await first.locator('.b-codes .b-code').allInnerTexts();
  expect(new Set(admin.recovery).size === 10, admin.recovery.join());
  await see(first, 'codes');
  await first.emulateMedia({media: 'print'});
  expect(!(await first.locator('main a.govuk-button').isVisible()), 'the button is printed');
  expect(await first.locator('.b-codes').isVisible(), 'the codes are not printed');
  await first.emulateMedia({media: 'screen'});
  await first.click('main a.govuk-button');
  await first.waitForURL('**/en/admin');
});
await check('the account says what there is, and leads to what can be changed', async () => {
  await first.goto(url + '/en/staff');
  expect(/Recovery codes left\s+10/.test(await words(first)), await words(first));
  await see(first, 'account');
  await first.goto(url + '/ru/staff/second-factor');
  await see(first, 'change');
  await first.goto(url + '/kk/staff/recovery-codes');
  await see(first, 'renew');
});
await check('another browser, without scripts: code page, paper page, a code is good once', async () => {
  const page = await openPage(browser, {scripts: false});
  await password(page, 'ru', admin);
  const field = page.locator('[name=code]');
  expect(await field.getAttribute('autocomplete') === 'one-time-code', 'autocomplete');
  expect(await field.getAttribute('inputmode') === 'numeric', 'inputmode');
  const code = await admin.device.code();
  await send(page, {code});
  await page.waitForURL('**/ru/admin');
  const again = await openPage(browser);
  await password(again, 'ru', admin);
  await send(again, {code});
  await again.waitForSelector('.govuk-error-message');
  await see(again, 'code-wrong');
  await again.click('a[href*="with=paper"]');
  await again.waitForSelector('form[action$="/sign-in/code"] [name=with]', {state: 'attached'});
  await see(again, 'paper');
  await send(again, {code: admin.recovery[0].toLowerCase()});
  await again.waitForURL('**/ru/admin');
  await page.context().close();
  await again.context().close();
});

// ---- two persons ----

const second = {login: 'second.admin'};
await check('a second administrator is added', async () => {
  await first.goto(url + '/en/admin/people/new');
  await first.check('[name=language] >> nth=2');
  await send(first, {login: second.login, name: 'Second Administrator'});
  second.password = await first.locator('.b-once__value').nth(1).innerText();
  await first.goto(url + '/en/admin/bodies');
  await first.click('main a[href*="/admin/bodies/"]:not([href$="/new"])');
  await first.click('a[href$="/offices/new"]');
  await first.check('[name=role][value=administrator]');
  await send(first, {title_kk: 'Екінші әкімші', title_ru: 'Второй администратор', title_en: 'Second administrator'});
  await send(first, {login: second.login}, 'form[action$="/appoint"] button');
});
const other = await openPage(browser);
const clerk = await openPage(browser, {scripts: false});
let code;
await check('somebody signs in and enrols without scripts, and loses everything', async () => {
  await signIn(clerk, url, 'ru', executor);
  await clerk.waitForURL('**/ru/desk');
  await clerk.context().clearCookies();
});
await check('the first opens a request, with reason and check; an empty form is refused', async () => {
  await first.goto(`${url}/en/admin/people?login=${executor.login}`);
  await first.click('a[href$="/recover"]');
  await first.click('main form button.govuk-button');
  await first.waitForSelector('.govuk-error-message');
  await see(first, 'recovery-open');
  await send(first, {reason: 'The phone is lost, and the paper was with it.', checked: 'Came in person, showed the card.'});
  await first.waitForURL('**/admin/recovery/*');
  await see(first, 'recovery-waits');
  expect(!(await first.locator('form[action$="/confirm"]').count()), 'who opened it is offered to confirm');
});
await check('the second confirms', async () => {
  await signIn(other, url, 'kk', second);
  await other.goto(url + '/kk/admin/recovery');
  await see(other, 'recovery-list');
  await other.click('main table a');
  await see(other, 'recovery-confirm');
  await other.click('form[action$="/confirm"] button');
  await other.waitForLoadState();
  expect(!(await other.locator('form[action$="/code"]').count()), 'the second is offered to hand over');
});
await check('the first hands the code over', async () => {
  await first.reload();
  await first.click('form[action$="/code"] button');
  await first.waitForSelector('.b-once');
  await see(first, 'recovery-code');
  code = await first.locator('.b-once__value').nth(1).innerText();
});
await check('the person types it in place of the password, and is in', async () => {
  await password(clerk, 'ru', {login: executor.login, password: code});
  await send(clerk, {password: 'green kettles whistle here'});
  await enrol(clerk, executor);
  await clerk.waitForURL('**/ru/desk');
  await clerk.goto(url + '/ru/staff');
  expect((await words(clerk)).includes('Доступ восстановлен'), await words(clerk));
  await shot(clerk, 'sign-in-account-recovered');
});
await check('the audit is sound after all of it', async () => {
  await server.stop();
  const audit = server.audit();
  expect(audit.status === 0, audit.stderr);
});
await browser.close();
await server.end();
process.exit(finish());
