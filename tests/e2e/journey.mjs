// SPDX-License-Identifier: AGPL-3.0-or-later
//
// journey.mjs - the main path as people walk it: an appeal in Kazakh with a file is sent, the receipt is kept, the
// registrar assigns, the executor answers, the author reads the answer and says whether it helped. Once with
// JavaScript, once without. The receipt is checked by the program, whole and with each kind of damage.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, checkFrame, expect, finish, openBrowser, openPage, Server, shot, signIn} from './lib.mjs';

const SUBJECT = 'Көшедегі шамдар жанбайды';
const TEXT = 'Мектеп жанындағы көшеде үш аптадан бері шамдар жанбайды.\nБалалар таңертең қараңғыда жүреді. Жөндеуді сұраймын.';
const PHOTO = Buffer.from( // a JPEG of one pixel
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z',
  'base64');

async function send(page, server) {
  await page.goto(server.url + '/kk');
  await page.goto(server.url + '/kk/appeals/new');
  await checkFrame(page, 'choose');
  await shot(page, 'choose');
  await page.click('main form button');
  await checkFrame(page, 'send');
  await page.fill('[name=subject]', SUBJECT);
  await page.click('main form button.govuk-button:not(.govuk-button--secondary)');
  await page.waitForSelector('.govuk-error-summary, [data-error-summary]');
  expect(await page.inputValue('[name=subject]') === SUBJECT, 'an error lost what was typed');
  await shot(page, 'send-error');
  await page.fill('[name=text]', TEXT);
  await page.setInputFiles('[name=file]', {name: 'фото.jpg', mimeType: 'image/jpeg', buffer: PHOTO});
  await page.fill('[name=name]', 'Өтініш иесі');
  await shot(page, 'send');
  await page.waitForTimeout(2200); // nobody fills this in faster: what comes sooner is a robot
  await page.click('main form button.govuk-button:not(.govuk-button--secondary)');
  await page.waitForSelector('input[name=code]', {state: 'attached'});
  await checkFrame(page, 'sent');
  await shot(page, 'sent');
  const number = await page.getAttribute('input[name=number]', 'value');
  const code = await page.getAttribute('input[name=code]', 'value');
  expect(/^\d{4}-\d{7}-\d$/.test(number), `number ${number}`);
  expect(/^[0-9A-Z]{20}$/.test(code), 'no code');
  return {number, code};
}

async function keepReceipt(page, server) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('form[action$="/appeals/receipt"] button'),
  ]);
  const file = join(server.folder, 'receipt.txt');
  await download.saveAs(file);
  return file;
}

function checkReceipt(server, file, number) {
  const whole = server.verify(file);
  expect(whole.status === 0, 'birge verify: ' + whole.stderr);
  expect(whole.stdout.includes(number), 'the receipt is of another appeal');
  const bytes = readFileSync(file);
  const damaged = join(server.folder, 'damaged.txt');
  for (let i = 0; i < bytes.length; i += 37) {
    const copy = Buffer.from(bytes);
    copy[i] ^= 1;
    writeFileSync(damaged, copy);
    expect(server.verify(damaged).status === 1, `a receipt with byte ${i} changed is accepted`);
  }
}

async function answer(browser, server, number, scripts) {
  const page = await openPage(browser, {scripts});
  await signIn(page, server.url, 'kk', server.account(/registrar/i));
  await page.goto(server.url + '/kk/desk');
  await checkFrame(page, 'desk');
  await page.click(`a[href$="/desk/appeals/${number}"]`);
  await checkFrame(page, 'case');
  await shot(page, 'desk-case');
  expect((await page.textContent('main')).includes('Балалар таңертең'), 'the words are not there');
  await page.selectOption('[name=office]', {index: 1});
  await page.click('form[action$="/assign"] button');
  await page.waitForLoadState();
  await page.context().close();

  const executor = await openPage(browser, {scripts});
  await signIn(executor, server.url, 'kk', server.account(/executor/i));
  await executor.goto(`${server.url}/kk/desk?list=mine`);
  await executor.click(`a[href$="/desk/appeals/${number}"]`);
  await executor.click(`a[href$="/desk/appeals/${number}/answer"]`);
  await checkFrame(executor, 'answer form');
  await executor.fill('[name=facts]', 'Тексеру кезінде бес шамның істен шыққаны анықталды.');
  await executor.fill('[name=rule]', 'Көшелерді жарықтандыру қағидалары.');
  await executor.fill('[name=reasons]', 'Шамдар кепілдік мерзімінде, жөндеу мердігердің міндеті.');
  await executor.fill('[name=outcome]', 'Шамдар екі апта ішінде ауыстырылады.');
  await executor.fill('[name=next_step]', 'Жұмыс аяқталмаса, осы өтініштің бетінде жазыңыз.');
  await shot(executor, 'desk-answer');
  await executor.click('main form button.govuk-button');
  await executor.waitForSelector('#answers, .b-version');
  await checkFrame(executor, 'answered case');
  await executor.context().close();
}

async function read(page, server, number, code) {
  await page.goto(server.url + '/kk/track');
  await page.fill('[name=number]', number);
  await page.fill('[name=code]', code.toLowerCase().replace(/(.{5})/g, '$1 '));
  await page.click('main form button');
  await page.waitForSelector('.b-answer');
  await checkFrame(page, 'the appeal');
  await shot(page, 'appeal');
  const text = await page.textContent('main');
  expect(text.includes('Шамдар екі апта ішінде ауыстырылады.'), 'the answer is not there');
  expect(text.includes('фото.jpg'), 'the file is not there');
  await page.check('[name=solved] >> nth=0');
  await page.click('form:has([name=solved]) button');
  await page.waitForLoadState();
  expect(await page.locator('#opinion').count() > 0, 'no opinion');
  expect((await page.locator('table').allTextContents()).join(' ').length > 20, 'readings of staff are not shown');
}

for (const scripts of [true, false]) {
  const how = scripts ? 'with JavaScript' : 'without JavaScript';
  const server = await new Server('--origin', 'e2e.test').start();
  const browser = await openBrowser();
  let number, code, file;
  const page = await openPage(browser, {scripts});
  await check(`send an appeal in Kazakh with a file, ${how}`, async () => { ({number, code} = await send(page, server)); });
  if (number) {
    await check(`keep the receipt; it verifies, and fails with any changed byte, ${how}`, async () => {
      file = await keepReceipt(page, server);
      checkReceipt(server, file, number);
    });
    await check(`the registrar assigns, the executor answers, ${how}`, () => answer(browser, server, number, scripts));
    await check(`the author reads the answer and says what it is worth, ${how}`, () => read(page, server, number, code));
    await check(`the receipt still verifies and the audit is sound, ${how}`, async () => {
      await server.stop();
      const audit = server.audit();
      expect(audit.status === 0, audit.stderr);
      checkReceipt(server, file, number);
    });
  }
  await browser.close();
  await server.end();
}
process.exit(finish());
