// SPDX-License-Identifier: AGPL-3.0-or-later
//
// shots.mjs - photograph the sample pages at 1280 and 360 pixels, for whoever changes the look.
//
//   node tests/e2e/shots.mjs SAMPLE_DIR OUT_DIR [page,page] [lang,lang]
import {mkdirSync} from 'node:fs';
import {openBrowser, openPage, overflow, serveFolder} from './browser.mjs';

const [folder, out, pages = 'home,send,send-errors,sent,appeal,deadline,desk,work,empty,problem', langs = 'kk'] = process.argv.slice(2);
mkdirSync(out, {recursive: true});
const server = await serveFolder(folder);
const {context, close} = await openBrowser();
const page = await openPage(context);
for (const lang of langs.split(','))
  for (const name of pages.split(','))
    for (const width of [1280, 360]) {
      await page.setViewportSize({width, height: width === 360 ? 740 : 860});
      await page.goto(`${server.base}/${lang}/${name}.html`);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({path: `${out}/${name}-${lang}-${width}.png`, fullPage: true});
      const wide = await overflow(page);
      if (wide) console.log(`${name} ${lang} ${width}: ${wide}`);
    }
for (const fault of page.faults) console.log(fault);
await close();
await server.close();
