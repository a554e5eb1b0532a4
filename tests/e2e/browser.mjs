// SPDX-License-Identifier: AGPL-3.0-or-later
//
// browser.mjs - Debian's chromium for tests, and a server for sample pages with the headers of the real one.
import {createServer} from 'node:http';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, normalize} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import {chromium} from 'playwright-core';
import {AxeBuilder} from '@axe-core/playwright';

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/// One browser with a profile of its own; `close` removes it.
export async function openBrowser(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'birge-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, args: ARGS, ...options,
  });
  const close = async () => {
    await context.close();
    rmSync(profile, {recursive: true, force: true});
  };
  return {context, close};
}

/// A page that remembers what the console said: CSP reports and errors appear there.
export async function openPage(context) {
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') page.faults.push(m.text()); });
  page.on('pageerror', (e) => page.faults.push(String(e)));
  return page;
}

/// Violations of axe, one line each.
export async function axe(page) {
  const result = await new AxeBuilder({page}).withTags(RULES).analyze();
  return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join('; ')}`);
}

/// Pixels by which the page is wider than its window, and what sticks out.
export function overflow(page) {
  return page.evaluate(() => {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over <= 0) return null;
    const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return `${over} px too wide: ${wide.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(', ')}`;
  });
}

const TYPES = {html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml', woff2: 'font/woff2', txt: 'text/plain; charset=utf-8'};
const CSP = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Serve a folder of sample pages. `post` answers posts: (request, body) -> html.
export async function serveFolder(folder, post, port = 0) {
  const server = createServer((req, res) => {
    const path = normalize(decodeURIComponent(new URL(req.url, 'http://x').pathname)).replace(/^\/+/, '');
    const headers = {'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer'};
    if (req.method === 'POST') {
      const parts = [];
      req.on('data', (d) => parts.push(d));
      req.on('end', () => {
        const html = post && post(req, Buffer.concat(parts));
        if (html === null || html === undefined) return req.socket.destroy();
        res.writeHead(200, {...headers, 'Content-Type': TYPES.html, 'Content-Encoding': 'br'});
        return res.end(brotliCompressSync(html));
      });
      return;
    }
    try {
      const bytes = readFileSync(join(folder, path));
      const type = path.slice(path.lastIndexOf('.') + 1);
      if (path.startsWith('assets/')) headers['Cache-Control'] = 'public, max-age=31536000, immutable';
      if (type !== 'woff2') headers['Content-Encoding'] = 'br';
      res.writeHead(200, {...headers, 'Content-Type': TYPES[type]});
      res.end(type === 'woff2' ? bytes : brotliCompressSync(bytes));
    } catch (e) {
      res.writeHead(404, headers);
      res.end();
    }
  });
  await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return {base: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((r) => { server.close(r); server.closeAllConnections(); })};
}
