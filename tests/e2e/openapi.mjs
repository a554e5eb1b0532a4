// SPDX-License-Identifier: AGPL-3.0-or-later
//
// openapi.mjs - is /api/openapi.json a sound OpenAPI 3.1 document, and does the running server reply as it says?
//
//     node openapi.mjs BIRGE
//
// The document is held against the schema of the OpenAPI Initiative; each reply against the schema that the document
// gives for its operation and status, strictly: a member that is not described is a failed test. An operation that
// no probe below reaches is a failed test too.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {Validator} from '@seriousme/openapi-schema-validator';
import {Server, check, expect, finish} from './lib.mjs';

const server = new Server('--demo');
await server.start();
const document = await (await fetch(server.url + '/api/openapi.json')).json();
const ajv = new Ajv2020({strict: false, allErrors: true});
addFormats(ajv);

// ---- what the document says ----

function operationOf(method, path) {
  const pattern = Object.keys(document.paths).find(p =>
    new RegExp('^' + p.replace(/\{[^}]+\}/g, '[^/]+') + '$').test(path.split('?')[0]));
  return {pattern, operation: pattern && document.paths[pattern][method]};
}

function resolve(o) {
  return o?.$ref ? o.$ref.split('/').slice(1).reduce((at, key) => at[key], document) : o;
}

// Objects hold what is described and nothing else; lists and nested objects too.
function strict(schema) {
  if (schema?.properties) schema.additionalProperties = false;
  for (const child of Object.values(schema?.properties ?? {})) strict(child);
  if (schema?.items) strict(schema.items);
  return schema;
}

const seen = new Set();

async function probe(what, status, method, path, options = {}) {
  await check(`${method.toUpperCase()} ${path}: ${what}`, async () => {
    const reply = await fetch(server.url + path, {method: method.toUpperCase(), redirect: 'manual', ...options});
    const {pattern, operation} = operationOf(method, path);
    expect(operation, 'the document has no such operation');
    const bytes = await reply.text();
    expect(reply.status === status, `status ${reply.status}, expected ${status}: ${bytes.slice(0, 300)}`);
    const described = resolve(operation.responses[status]);
    expect(described, `status ${status} is not described`);
    const type = reply.headers.get('content-type').split(';')[0];
    const content = described.content[type];
    expect(content, `${type} is not described, but ${Object.keys(described.content)}`);
    if (type.endsWith('json')) {
      const schema = content.schema.properties ? strict(structuredClone(content.schema)) : content.schema;
      const ok = ajv.validate(schema, JSON.parse(bytes));
      expect(ok, `${ajv.errorsText()}: ${bytes.slice(0, 600)}`);
    }
    seen.add(`${method} ${pattern} ${status}`);
    probe.last = type === 'application/json' ? JSON.parse(bytes) : bytes;
  });
  return probe.last;
}

function appeal(fields, key = String(Math.random())) {
  const headers = {'Content-Type': 'application/json'};
  if (key) headers['Idempotency-Key'] = key;
  return {headers, body: typeof fields === 'string' ? fields : JSON.stringify(fields)};
}

// ---- the document ----

await check('the document is OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.valid, `${JSON.stringify(result.errors)}`.slice(0, 2000));
  const broken = structuredClone(document);
  delete broken.info.version;
  expect(!(await new Validator().validate(broken)).valid, 'the validator refuses nothing');
  expect(document.openapi.startsWith('3.1'), document.openapi);
});
await check('operationIds are unique', () => {
  const ids = Object.values(document.paths).flatMap(p => Object.values(p).map(o => o.operationId));
  expect(new Set(ids).size === ids.length, ids.join(' '));
});

// ---- the replies ----

await probe('the document', 200, 'get', '/api/openapi.json');
const words = {subject: 'Lamp', text: 'The lamp of our street is dark.'};
const sent = await probe('an appeal', 201, 'post', '/api/v1/appeals', appeal(words));
await probe('an appeal with everything', 201, 'post', '/api/v1/appeals', appeal({...words, language: 'en',
  applicant: {name: 'A', email: 'a@example.org', address: 'Street 1'}}));
await probe('no key', 400, 'post', '/api/v1/appeals', appeal(words, ''));
await probe('broken JSON', 400, 'post', '/api/v1/appeals', appeal('{"subject":'));
await probe('a foreign origin', 403, 'post', '/api/v1/appeals',
  {...appeal(words), headers: {...appeal(words).headers, Origin: 'https://elsewhere.example'}});
await probe('another type', 415, 'post', '/api/v1/appeals',
  {headers: {'Content-Type': 'text/plain', 'Idempotency-Key': 'x'}, body: 'words'});
await probe('too large', 413, 'post', '/api/v1/appeals', appeal({...words, text: 'x'.repeat(3 << 20)}));
await probe('no subject', 422, 'post', '/api/v1/appeals', appeal({text: 'words'}));
await probe('a field that is not there', 422, 'post', '/api/v1/appeals', appeal({...words, colour: 'red'}));
const number = encodeURIComponent(sent.number);
const code = {headers: {Authorization: 'Bearer ' + sent.code}};
for (const tail of ['', '/proof']) {
  await probe('with its code', 200, 'get', `/api/v1/appeals/${number}${tail}`, code);
  await probe('without a code', 401, 'get', `/api/v1/appeals/${number}${tail}`);
  await probe('with another code', 404, 'get', `/api/v1/appeals/${number}${tail}`,
    {headers: {Authorization: 'Bearer ' + '0'.repeat(20)}});
}

// Lists of other institutions: what the first page names, its details are asked of.
for (const [pattern, operations] of Object.entries(document.paths)) {
  if (!operations.get || pattern.startsWith('/api/v1/appeals') || pattern === '/api/openapi.json') continue;
  if (!pattern.includes('{')) {
    const list = await probe('the list', 200, 'get', pattern);
    const detail = Object.keys(document.paths).find(p => p.startsWith(pattern + '/') && p.includes('{') && document.paths[p].get);
    const first = Object.values(list ?? {}).find(Array.isArray)?.[0];
    const name = detail?.match(/\{([^}]+)\}/)[1];
    if (detail && first?.[name] !== undefined)
      await probe('the first of the list', 200, 'get', detail.replace(/\{[^}]+\}/, encodeURIComponent(first[name])));
  }
}

await check('every operation was reached', () => {
  const missing = Object.entries(document.paths).flatMap(([p, o]) => Object.keys(o).map(m => `${m} ${p}`))
    .filter(o => ![...seen].some(s => s.startsWith(o + ' ') && / 2\d\d$/.test(s)));
  expect(missing.length === 0, missing.join(', '));
});
await server.stop();
process.exit(finish());
