// SPDX-License-Identifier: AGPL-3.0-or-later
//
// pictures.mjs - the pictures of docs/pictures, taken of the demo: the home page, a case as its author sees it, a desk.
//
//   node tests/e2e/pictures.mjs build/birge docs/pictures
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {openBrowser, openPage, Server, signIn} from './lib.mjs';

const out = process.argv[3];
mkdirSync(out, {recursive: true});
const server = await new Server('--demo').start();
const browser = await openBrowser();
const view = {width: 1280, height: 940};

async function picture(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({path: join(out, `${name}.png`)});
}

const author = await openPage(browser, {...view, lang: 'en'});
await author.goto(`${server.url}/kk`);
await picture(author, 'home');
await author.goto(`${server.url}/en/appeals/new`);
await author.selectOption('[name=body]', {label: 'Roads and Transport Department'});
await author.click('main form button');
await author.fill('[name=subject]', 'The road in front of the school is dug up');
await author.fill('[name=text]', 'Abai street 12 has been dug up for two months. Children walk to school along the traffic. Please repair it.');
await author.waitForTimeout(2200);
await author.click('main form button.govuk-button:not(.govuk-button--secondary)');
await author.waitForSelector('input[name=code]', {state: 'attached'});
const number = await author.getAttribute('input[name=number]', 'value');
await picture(author, 'sent');

const registrar = await openPage(browser, {...view, lang: 'en'});
await signIn(registrar, server.url, 'en', server.account(/^roads.registrar/));
await registrar.goto(`${server.url}/en/desk`);
await picture(registrar, 'desk');
await registrar.goto(`${server.url}/en/desk/appeals/${number}`);
await registrar.selectOption('[name=office]', {index: 1});
await registrar.click('form[action$="/assign"] button');
await registrar.waitForLoadState();

await author.click('form[action$="/track"] button');
await author.waitForSelector('.b-timeline');
await picture(author, 'appeal');
await browser.close();
await server.end();
