// SPDX-License-Identifier: AGPL-3.0-or-later
//
// embed.mjs - put files into the program: an assembler file with .incbin, and the table of them in C.
//
// Each file lies in the program raw and, where that is smaller, as gzip and brotli, made here once. Its
// address holds the first 8 hex digits of the SHA-256 of its content. A style sheet names other files as
// url(asset:NAME); the address is put in before it is hashed itself, so a new font makes a new style sheet.
//
// Source: experience.md, section 10 (.incbin of 700 KB assembles in 0.04 s, an array takes 3.3).
import {createHash} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';

const TYPES = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
  py: 'text/x-python; charset=utf-8',
};

/// Files that name others come last; the rest by name, so that the table is the same every time.
function order(a, b) {
  const late = (name) => Number(name.endsWith('.css'));
  return late(a) - late(b) || (a < b ? -1 : 1);
}

function withAddresses(bytes, name, addresses) {
  if (!name.endsWith('.css')) return bytes;
  return Buffer.from(bytes.toString('utf8').replace(/asset:([\w.-]+)/g, (all, other) => {
    const address = addresses.get(other);
    if (!address) throw new Error(`${name}: no such asset: ${other}`);
    return address.slice(address.lastIndexOf('/') + 1);
  }));
}

function smaller(packed, raw) {
  return packed.length < raw.length * 0.95 ? packed : null;
}

function represent(name, raw) {
  if (name.endsWith('.woff2') || name.endsWith('.png')) return {gzip: null, brotli: null}; // packed already
  return {
    gzip: smaller(gzipSync(raw, {level: 9}), raw),
    brotli: smaller(brotliCompressSync(raw, {params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    }}), raw),
  };
}

const HEAD = 'Written by tools/embed.mjs; do not edit.';

/// files: Map of name -> Buffer. Writes the representations into outDir, and the .S and the .c there.
export function embed(files, outDir, asmPath, cPath) {
  mkdirSync(outDir, {recursive: true});
  const addresses = new Map();
  const asm = [`/* ${HEAD} */`, '#ifdef __CET__', '#include <cet.h>', '#endif', '    .section .rodata'];
  const rows = [];
  const symbols = [];

  const blob = (symbol, file, bytes) => {
    writeFileSync(join(outDir, file), bytes);
    asm.push(`    .balign 16`, `    .globl ${symbol}`, `${symbol}:`, `    .incbin "${join(outDir, file)}"`, '    .byte 0');
    symbols.push(symbol);
    return `{${symbol}, ${bytes.length}}`;
  };

  [...files.keys()].sort(order).forEach((name, i) => {
    const raw = withAddresses(files.get(name), name, addresses);
    const hash = createHash('sha256').update(raw).digest('hex');
    const dot = name.lastIndexOf('.');
    const path = `/assets/${name.slice(0, dot)}.${hash.slice(0, 8)}${name.slice(dot)}`;
    const type = TYPES[name.slice(dot + 1)];
    if (!type) throw new Error(`${name}: no media type is known for it`);
    addresses.set(name, path);
    const {gzip, brotli} = represent(name, raw);
    const tag = (suffix) => `STR("\\"${hash.slice(0, 16)}${suffix}\\"")`;
    rows.push(`    {.name = STR("${name}"), .path = STR("${path}"), .type = STR("${type}"),
     .raw = ${blob(`asset_${i}`, name, raw)}, .raw_etag = ${tag('')},
     .gzip = ${gzip ? blob(`asset_${i}_gz`, `${name}.gz`, gzip) : '{NULL, 0}'}, .gzip_etag = ${tag('-gz')},
     .brotli = ${brotli ? blob(`asset_${i}_br`, `${name}.br`, brotli) : '{NULL, 0}'}, .brotli_etag = ${tag('-br')}},`);
  });

  asm.push('    .section .note.GNU-stack,"",%progbits', '');
  writeFileSync(asmPath, asm.join('\n'));
  writeFileSync(cPath, `/* ${HEAD} */
#include "web/assets_table.h"

${symbols.map((s) => `extern const char ${s}[];`).join('\n')}

const struct asset asset_table[] = {
${rows.join('\n')}
};
const size_t asset_table_n = sizeof asset_table / sizeof *asset_table;
`);
}
