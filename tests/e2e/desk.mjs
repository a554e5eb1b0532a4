// SPDX-License-Identifier: AGPL-3.0-or-later
//
// desk.mjs - everything that a desk can do to a case, in a browser: correct kind and language, confirm who wrote, renew
// a lost code, forward once with a reason, assign, refuse with a ground, add a file, give a new version; a paper appeal
// with its printed sheet. Each step also once wrongly: the form comes back with what was typed and why it was refused.
import {check, checkFrame, expect, finish, openBrowser, openPage, Server, shot, signIn} from './lib.mjs';

const server = await new Server('--demo', '--origin', 'e2e.test').start();
const browser = await openBrowser();
const url = server.url;

async function api(method, path, body, headers = {}) {
  const reply = await fetch(url + path, {method, headers: {'Content-Type': 'application/json', ...headers}, body: body && JSON.stringify(body)});
  return {status: reply.status, json: await reply.json()};
}

const sent = await api('POST', '/api/v1/appeals', {
  subject: 'Шатыр су өткізеді', text: 'Үйдің шатыры үшінші айдан бері су өткізеді. Жөндеуді сұраймын.', body: 'roads',
  applicant: {name: 'Өтініш иесі', email: 'author@example.org'},
}, {'Idempotency-Key': 'desk-1'});
const number = sent.json.number;
let code = sent.json.code;
const now = async () => (await api('GET', `/api/v1/appeals/${number}`, null, {Authorization: `Bearer ${code}`}));

const words = (page) => page.textContent('main');
const open = (page) => page.goto(`${url}/en/desk/appeals/${number}`);

async function use(page, form, fields) {
  const box = page.locator(`details:has(form[action$="/${form}"])`);
  if (!(await box.getAttribute('open') !== null)) await box.locator('summary').click();
  for (const [name, value] of Object.entries(fields)) {
    const field = box.locator(`[name=${name}]`);
    if (await field.evaluate((e) => e.tagName) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  await Promise.all([page.waitForLoadState('load'), box.locator('button[type=submit]').click()]);
  await page.waitForLoadState('load');
}

const roads = await openPage(browser);
await check('the registrar of the chosen body opens the case', async () => {
  expect(sent.status === 201, JSON.stringify(sent.json));
  await signIn(roads, url, 'en', server.account(/^roads\.registrar/));
  await open(roads);
  expect((await words(roads)).includes('Үйдің шатыры'), 'no words');
  expect((await words(roads)).includes('Өтініш иесі'), 'the registrar does not see who wrote');
  await checkFrame(roads, 'case');
});
await check('kind and language are corrected; the same once more is refused with its ground', async () => {
  await use(roads, 'kind', {kind: 'complaint'});
  expect((await now()).json.kind === 'complaint', 'the kind is not corrected');
  await use(roads, 'language', {language: 'ru'});
  expect((await now()).json.language === 'ru', 'the language is not corrected');
  await use(roads, 'language', {language: 'ru'});
  await roads.waitForSelector('details[open] .govuk-error-message');
  await checkFrame(roads, 'refused language');
});
await check('who wrote is confirmed on a document, not without saying which', async () => {
  await open(roads);
  await use(roads, 'identity', {level: 'paper', note: ''});
  await roads.waitForSelector('details[open] .govuk-error-message');
  await use(roads, 'identity', {level: 'paper', note: 'identity card'});
  expect(!(await roads.locator('.govuk-error-message').count()), 'still refused');
});
await check('a lost code is renewed: the new one opens the case, the old one is dead', async () => {
  await open(roads);
  await use(roads, 'code', {note: 'identity card'});
  await checkFrame(roads, 'handed over');
  await shot(roads, 'desk-given-code');
  const fresh = (await words(roads)).match(/([0-9A-Z]{4}-){4}[0-9A-Z]{4}/)[0].replace(/-/g, '');
  expect(fresh !== code, 'the code is the old one');
  expect((await now()).status === 404, 'the old code still opens the case');
  code = fresh;
  expect((await now()).status === 200, 'the new code does not open the case');
});
await check('forwarding asks for a body and a reason, and then happens once', async () => {
  await open(roads);
  await use(roads, 'forward', {body: 'housing', reason: ''});
  await roads.waitForSelector('details[open] .govuk-error-message');
  await use(roads, 'forward', {body: 'housing', reason: 'Roofs of houses are the matter of housing.'});
  const holders = (await now()).json.holders;
  expect(holders[holders.length - 1].body === 'housing', JSON.stringify(holders));
  const reply = await open(roads);
  expect([403, 404].includes(reply.status()), `the former holder still opens it: ${reply.status()}`);
});

const housing = await openPage(browser);
await check('the new holder cannot forward it again, and assigns it', async () => {
  await signIn(housing, url, 'en', server.account(/^housing\.registrar/));
  await open(housing);
  await use(housing, 'forward', {body: 'water', reason: 'Again.'});
  await housing.waitForSelector('details[open] .govuk-error-message');
  await checkFrame(housing, 'second forwarding');
  await shot(housing, 'desk-forward-refused');
  await open(housing);
  const office = await housing.locator('form[action$="/assign"] option').evaluateAll((os) => os.map((o) => o.value).filter(Boolean));
  await use(housing, 'assign', {office: office[0]});
  expect((await now()).json.status === 'assigned', (await now()).json.status);
});

const executor = await openPage(browser);
await check('a refusal needs a ground and its blocks, and what was typed comes back', async () => {
  await signIn(executor, url, 'en', server.account(/^housing\.executor/));
  await executor.goto(`${url}/en/desk/appeals/${number}/answer?refuse=1`);
  await executor.fill('[name=facts]', 'Үй тексерілді.');
  await executor.click('main form button.govuk-button');
  await executor.waitForSelector('.govuk-error-message');
  expect(await executor.inputValue('[name=facts]') === 'Үй тексерілді.', 'what was typed is lost');
  await checkFrame(executor, 'refused refusal');
  await executor.selectOption('[name=ground]', {index: 1});
  for (const block of ['rule', 'reasons', 'outcome', 'next_step']) await executor.fill(`[name=${block}]`, `Мәтін ${block}.`);
  await executor.click('main form button.govuk-button');
  await executor.waitForSelector('#answers');
  expect((await now()).json.status === 'refused', (await now()).json.status);
});
await check('a file is added to the answer; a picture that is none is refused', async () => {
  const put = async (name, bytes) => {
    const box = executor.locator('details:has(form[action$="/file"])');
    if (await box.getAttribute('open') === null) await box.locator('summary').click();
    await box.locator('[name=file]').setInputFiles({name, mimeType: 'image/png', buffer: Buffer.from(bytes)});
    await Promise.all([executor.waitForLoadState('load'), box.locator('button[type=submit]').click()]);
    await executor.waitForLoadState('load');
  };
  await put('акт.png', '<svg onload=1>');
  await executor.waitForSelector('details[open] .govuk-error-message');
  await put('акт.txt', 'Тексеру актісі.\n');
  expect((await now()).json.files.length === 1, JSON.stringify((await now()).json.files));
  const [file] = await Promise.all([executor.waitForEvent('download'), executor.click('a[href*="/files/"]')]);
  expect(file.suggestedFilename() === 'example-акт.txt', file.suggestedFilename());
});
await check('a new version stands beside the old one, with its reason', async () => {
  await executor.goto(`${url}/en/desk/appeals/${number}/answer`);
  for (const block of ['facts', 'rule', 'reasons', 'outcome', 'next_step']) await executor.fill(`[name=${block}]`, `Екінші ${block}.`);
  await executor.click('main form button.govuk-button');
  await executor.waitForSelector('.govuk-error-message');
  await executor.fill('[name=reason]', 'The roof was looked at once more.');
  await executor.click('main form button.govuk-button');
  await executor.waitForSelector('#answers');
  const answers = (await now()).json.answers;
  expect(answers.length === 2 && answers.some((a) => a.outcome === 'Екінші outcome.'), JSON.stringify(answers).slice(0, 300));
  await checkFrame(executor, 'two versions');
});
await check('the author sees all of it: the forwarding, the new code, both versions, every reader', async () => {
  const author = await openPage(browser);
  await author.goto(url + '/en/track');
  await author.fill('[name=number]', number);
  await author.fill('[name=code]', code);
  await author.click('main form button');
  await author.waitForSelector('.b-answer');
  await checkFrame(author, 'the appeal');
  const text = await words(author);
  for (const part of ['Roofs of houses are the matter of housing.', 'Екінші outcome.', 'Мәтін outcome.', 'Housing and Utilities'])
    expect(text.includes(part), `missing: ${part}`);
  await shot(author, 'appeal-refused');
});
await check('an appeal on paper: an empty form is refused, a full one gives number, code and receipt to print', async () => {
  await roads.goto(url + '/en/desk/register');
  await roads.click('main form button.govuk-button');
  await roads.waitForSelector('.govuk-error-summary, [data-error-summary]');
  await checkFrame(roads, 'empty paper form');
  await roads.check('[name=channel] >> nth=0');
  await roads.fill('[name=subject]', 'A letter');
  await roads.fill('[name=text]', 'Words from paper.');
  await roads.fill('[name=name]', 'Applicant');
  await roads.fill('[name=paper]', 'identity card');
  await roads.setInputFiles('[name=file]', {name: 'scan.txt', mimeType: 'text/plain', buffer: Buffer.from('scan')});
  await roads.click('main form button.govuk-button');
  await roads.waitForSelector('pre');
  await checkFrame(roads, 'handed over');
  await shot(roads, 'desk-given');
  expect((await words(roads)).includes('Birge receipt v1'), 'no receipt');
});
await check('the desk opens a case by its number, and says when there is none', async () => {
  await roads.goto(url + '/en/desk');
  await roads.fill('[name=number]', '2026-9999999-9');
  await roads.click('form:has([name=number]) button');
  await roads.waitForSelector('.govuk-error-message');
  await checkFrame(roads, 'unknown number');
});
await check('the audit is sound after all of it', async () => {
  await server.stop();
  const audit = server.audit();
  expect(audit.status === 0, audit.stderr);
});
await browser.close();
await server.end();
process.exit(finish());
