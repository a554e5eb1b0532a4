// SPDX-License-Identifier: AGPL-3.0-or-later
//
// lib.mjs - what the browser tests share: a served data folder, a browser, and counting.
//
// The server is the real one, the browser is Debian's chromium. Every page that a test visits is watched: a message
// on the console (CSP reports appear there), a failed script or a page wider than its window is a failed test.
import {spawn, spawnSync} from 'node:child_process';
import {createHmac} from 'node:crypto';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

export const BIRGE = process.argv[2];
export const SHOTS = process.env.SHOTS || ''; // a folder: screenshots go there
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

// ---- counting ----

let passed = 0;
const failures = [];

export async function check(name, body) {
  try {
    await body();
    passed++;
  } catch (e) {
    failures.push(name);
    console.log(`FAILED ${name}: ${e.message.split('\n').slice(0, 12).join('\n    ')}`);
  }
}

export function expect(ok, what) {
  if (!ok) throw new Error(what);
}

export function finish() {
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length ? 1 : 0;
}

// ---- the server ----

export class Server {
  constructor(...initOptions) {
    this.folder = mkdtempSync(join(tmpdir(), 'birge-e2e-'));
    this.data = join(this.folder, 'data');
    const init = spawnSync(BIRGE, ['init', '--data', this.data, ...initOptions], {encoding: 'utf8'});
    if (init.status !== 0) throw new Error('birge init: ' + init.stderr);
    this.accounts = [];
    for (const line of init.stdout.split('\n')) {
      const m = line.match(/^(\S+)\s+((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})\s+(.*)$/);
      if (m) this.accounts.push({login: m[1], password: m[2], office: m[3]});
    }
    this.vkey = readFileSync(join(this.data, 'log/vkey'), 'utf8').trim();
  }

  async start() {
    this.process = spawn(BIRGE, ['serve', '--data', this.data, '--listen', '127.0.0.1:0'], {stdio: ['ignore', 'ignore', 'pipe']});
    this.log = '';
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server did not start: ' + this.log)), 20000);
      this.process.stderr.on('data', (part) => {
        this.log += part;
        const m = this.log.match(/listening on (http:\S+)/);
        if (m) { this.url = m[1]; clearTimeout(timer); resolve(); }
      });
      this.process.on('exit', () => reject(new Error('the server ended: ' + this.log)));
    });
    return this;
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }

  async end() {
    await this.stop();
    rmSync(this.folder, {recursive: true, force: true});
  }

  verify(receiptFile, key = this.vkey) {
    return spawnSync(BIRGE, ['verify', '--key', key, receiptFile], {encoding: 'utf8'});
  }

  audit() {
    return spawnSync(BIRGE, ['audit', '--data', this.data], {encoding: 'utf8'});
  }

  /// The account whose office reads like `pattern`.
  account(pattern) {
    const found = this.accounts.find((a) => pattern.test(a.office) || pattern.test(a.login));
    if (!found) throw new Error(`no account like ${pattern} among ${this.accounts.map((a) => a.office).join('; ')}`);
    return found;
  }
}

// ---- the browser ----

export async function openBrowser() {
  return chromium.launch({executablePath: '/usr/bin/chromium', headless: true, args: ARGS});
}

/// A page of a fresh context; `problems` collects what the browser complains about.
export async function openPage(browser, {width = 1280, height = 900, scripts = true, lang = 'kk'} = {}) {
  const context = await browser.newContext({viewport: {width, height}, javaScriptEnabled: scripts, locale: lang, acceptDownloads: true});
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type()) && !/the server responded with a status of 4\d\d/.test(m.text())) page.problems.push(m.text()); });
  page.on('pageerror', (e) => page.problems.push(String(e)));
  return page;
}

let shotNumber = 0;
export async function shot(page, name) {
  if (!SHOTS) return;
  if (!existsSync(SHOTS)) mkdirSync(SHOTS, {recursive: true});
  await page.screenshot({path: join(SHOTS, `${name}.png`), fullPage: true});
  shotNumber++;
}

/// What must hold for every page, whatever it shows.
export async function checkFrame(page, what) {
  const frame = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    h1: document.querySelectorAll('h1').length,
    wide: document.documentElement.scrollWidth - innerWidth,
    inline: document.querySelectorAll('[style], script:not([src]), style, [onclick], [onload], [onerror]').length,
    canary: window.canary === true,
  }));
  expect(['kk', 'ru', 'en'].includes(frame.lang), `${what}: lang "${frame.lang}"`);
  expect(frame.title.length > 3, `${what}: title "${frame.title}"`);
  expect(frame.h1 === 1, `${what}: ${frame.h1} h1`);
  expect(frame.wide <= 0, `${what}: ${frame.wide} px wider than the window`);
  expect(frame.inline === 0, `${what}: ${frame.inline} inline styles or scripts`);
  expect(!frame.canary, `${what}: a person's text ran as code`);
  expect(page.problems.length === 0, `${what}: console: ${page.problems.join(' | ')}`);
}

/// An authenticator app: RFC 6238 in a few lines of our own. A code is good once, so each call takes the next step.
export class Device {
  constructor(secret) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/ /g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
    this.key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
    this.last = Math.floor(Date.now() / 30000) - 2; // enrolling takes the oldest step that is good: two are left
  }

  at(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac('sha1', this.key).update(counter).digest();
    return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
  }

  async code() {
    const now = () => Math.floor(Date.now() / 30000);
    this.last = Math.max(this.last + 1, now() - 1);
    while (this.last > now() + 1) await new Promise((done) => setTimeout(done, 1000));
    return this.at(this.last);
  }
}

export async function signIn(page, url, lang, account) {
  await page.goto(`${url}/${lang}/staff/sign-in`);
  await page.fill('[name=login]', account.login);
  await page.fill('[name=password]', account.password);
  await page.click('main form button');
  await page.waitForLoadState();
  if (await page.locator('form[action$="/sign-in/code"]').count()) {
    await page.fill('[name=code]', await account.device.code());
    await page.click('main form button');
    await page.waitForLoadState();
  }
  if (await page.locator('[name=password]').count() && !(await page.locator('[name=login]').count())) {
    account.password = 'a long walk by the river ' + account.login; // what was printed is good for once
    await page.fill('[name=password]', account.password);
    await page.click('main form button');
    await page.waitForLoadState();
  }
  if (await page.locator('form[action$="/sign-in/enrol"]').count()) await enrol(page, account);
}

/// Confirm the device that the page shows, and go on behind the recovery codes, which are kept in the account.
export async function enrol(page, account) {
  account.device = new Device(await page.locator('.b-enrol__secret').innerText());
  await page.fill('[name=code]', await account.device.code());
  await page.click('main form button');
  await page.waitForSelector('.b-codes');
  account.recovery = await page.locator('.b-codes .b-code').allInnerTexts();
  await page.click('main a.govuk-button');
  await page.waitForLoadState();
}
