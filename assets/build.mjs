// SPDX-License-Identifier: AGPL-3.0-or-later
//
// build.mjs - make birge.css, birge.js, fonts and icons, and hand them to tools/embed.mjs.
//
//   node assets/build.mjs OUT_DIR OUT.S OUT.c DEPFILE
//
// Never calls npm: node_modules is made by tools/setup from the lock file. The script stays as it was
// written, module after module, so that whoever opens it can read it.
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {embed} from '../tools/embed.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [outDir, asmPath, cPath, depfile] = process.argv.slice(2);
const modules = join(here, 'node_modules');
if (!existsSync(join(modules, '.birge-lock'))) {
  console.error('assets: error: node_modules is missing; run tools/setup (or make build)');
  process.exit(1);
}
const sass = await import('sass');
const used = new Set(['', 'css', 'js', 'icons'].map((f) => join(here, f)).filter((f) => existsSync(f))); // a new file is noticed

function read(path) {
  used.add(path);
  return readFileSync(path);
}

function styleSheet() {
  const result = sass.compile(join(here, 'css/birge.scss'), {
    style: 'compressed',
    charset: false, // the type says UTF-8 already
    loadPaths: [modules],
    quietDeps: true,
  });
  for (const url of result.loadedUrls) used.add(fileURLToPath(url));
  return Buffer.from(result.css + '\n');
}

/// One scope for all modules, in the order of their names; each is a plain piece of ES2018.
function script() {
  const names = readdirSync(join(here, 'js')).filter((n) => n.endsWith('.js')).sort();
  const parts = names.map((n) => read(join(here, 'js', n)).toString('utf8'));
  return Buffer.from(`'use strict';\n(() => {\n${parts.join('\n')}\n})();\n`);
}

const files = new Map([['birge.css', styleSheet()], ['birge.js', script()]]);
for (const weight of [400, 700])
  for (const subset of ['latin', 'cyrillic', 'cyrillic-ext'])
    files.set(`golos-${subset}-${weight}.woff2`,
      read(join(modules, `@fontsource/golos-text/files/golos-text-${subset}-${weight}-normal.woff2`)));
files.set('golos-licence.txt', read(join(modules, '@fontsource/golos-text/LICENSE')));
files.set('verify.py', read(join(here, '../tools/verify/verify.py'))); // the second verifier, for people to take home
const icons = join(here, 'icons'); // a fresh clone has none while the folder is empty
for (const name of existsSync(icons) ? readdirSync(icons) : [])
  files.set(name, read(join(here, 'icons', name)));

embed(files, outDir, asmPath, cPath);
const escape = (path) => path.replace(/[ #]/g, '\\$&');
writeFileSync(depfile, `${relative(process.cwd(), asmPath)}: ${[...used].map(escape).join(' ')}\n`);
