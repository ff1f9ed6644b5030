// A rule in an editor: the line that `rules new` writes at its top gives completion, hover and the places of mistakes.
//
//   node tests/editor/rule.mjs MODULES DOCTOR
//
// MODULES is the folder with node_modules. Run by tests/run, which sets it up.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { withServer } from './server.mjs';

const [modules, doctor] = process.argv.slice(2).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), 'rules-'));
const file = join(folder, 'x-no-logs.yaml');
const SCHEMA = /^# yaml-language-server: \$schema=\.\.\/schemas\/rule\.schema\.json\n/;
let passed = 0;
let failed = 0;

async function test(name, body) {
  try {
    await body();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}\n${error.message}`);
  }
}

/** The place of a text: `after` it, or else within its first word. */
function place(text, wanted, after = false) {
  const at = text.indexOf(wanted);
  assert.notEqual(at, -1, `the rule has no ${JSON.stringify(wanted)}`);
  const before = text.slice(0, after ? at + wanted.length : at + 1);
  return { line: before.split('\n').length - 1, character: before.length - before.lastIndexOf('\n') - 1 };
}

function all(offered, wanted, what) {
  const lacks = wanted.filter((word) => !offered.includes(word));
  assert.deepEqual(lacks, [], `${what}: not offered, among ${offered.join(', ')}`);
}

/** What is offered at the end of `at` in the text. */
async function offered(server, text, at) {
  await server.judge(file, text);
  return server.complete(file, place(text, at, true));
}

async function completion(server, rule) {
  await test('keys are completed', async () => {
    const top = await offered(server, `${rule}re`, '\nre');
    all(top, ['reads', 'references'], 'at the top');
    const inside = rule.replace('    because: it shows', '    beca');
    all(await offered(server, inside, '    beca'), ['because', 'verify', 'title'], 'in a remedy');
  });
  await test('the words of a value are completed', async () => {
    const text = rule.replace(/severity: warning.*/, 'severity: ');
    all(await offered(server, text, 'severity: '), ['danger', 'error', 'warning', 'info'], 'severity');
    const reads = rule.replace('when:\n', 'reads:\n  tool: {file: , pointer: /tool, kind: text}\nwhen:\n');
    all(await offered(server, reads, '{file: '), ['manifest', 'desired_config', 'record'], 'file');
  });
  await test('names of facts and pointers are completed', async () => {
    const text = rule.replace('evidence: [session.auxiliary_windows]', 'evidence:\n  - ');
    all(await offered(server, text, 'evidence:\n  - '), ['session.name', 'handle.pid'], 'evidence');
    const reads = rule.replace('when:\n', 'reads:\n  tool:\n    pointer: \nwhen:\n');
    all(await offered(server, reads, 'pointer: '), ['/tool', '/tmux/session_name'], 'pointer');
  });
}

async function hover(server, rule) {
  const text = rule.replace('when:\n', 'reads:\n  tool: {file: manifest, pointer: /tool, kind: text}\nwhen:\n');
  await test('a rule that reads has no mistakes', async () => {
    assert.deepEqual(await server.judge(file, text), []);
  });
  for (const [key, says] of [
    // Where a value is one of several, what the one that stands there means.
    ['severity:', 'Likely trouble'],
    ['scope:', 'One managed session'],
    ['when:', 'It does not hold'],
    ['message:', 'is replaced by this subject'],
    ['evidence:', 'Facts that are shown with every finding'],
    ['reads:', 'used everywhere in the rule as'],
    ['pointer:', 'JSON pointer'],
    ['remedies:', 'safest first'],
    ['because:', 'Why it can work here'],
  ]) {
    await test(`${key} is explained`, async () => {
      const said = await server.hover(file, place(text, key));
      assert.ok(said.replace(/\s+/g, ' ').includes(says), `it says: ${said}`);
    });
  }
}

async function mistakes(server, rule) {
  for (const [from, to, wrong, says] of [
    ['severity: warning', 'severty: warning', 'severty', 'severty'],
    ['severity: warning', 'severity: warn', 'severity: warn', 'danger'],
    ['scope: session  ', 'scope: sesion  ', 'scope', 'session'],
    ['    because: it shows', '    becuase: it shows', 'becuase', 'becuase'],
    ['when:\n', 'reads:\n  tool: {file: manifst, pointer: /tool, kind: text}\nwhen:\n', 'manifst', 'manifest'],
  ]) {
    await test(`${wrong} is marked`, async () => {
      assert.ok(rule.includes(from), `the rule has ${from}`);
      const text = rule.replace(from, to);
      const told = await server.judge(file, text);
      const at = `${place(text, wrong).line + 1}: `;
      assert.ok(told.some((t) => t.startsWith(at) && t.includes(says)), `line ${at}${says}\n${told.join('\n')}`);
    });
  }
}

async function builtIn(server) {
  const names = readdirSync('rules').filter((name) => name.endsWith('.yaml') && name !== 'commands.yaml');
  await test('the built-in rules have no mistakes', async () => {
    assert.ok(names.length > 100, `${names.length} rules`);
    // All at once: the server waits a while before it judges each.
    const told = await Promise.all(names.map(async (name) => {
      const path = resolve('rules', name);
      const text = readFileSync(path, 'utf8');
      assert.match(text, SCHEMA, `${name} names its schema`);
      return (await server.judge(path, text)).map((what) => `${name}:${what}`);
    }));
    assert.deepEqual(told.flat(), []);
  });
}

try {
  execFileSync(doctor, ['rules', 'new', 'x-no-logs', '--dir', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  await withServer(modules, folder, async (server) => {
    const rule = readFileSync(file, 'utf8');
    await test('a new rule has no mistakes', async () => {
      assert.deepEqual(await server.judge(file, rule), []);
    });
    await completion(server, rule);
    await hover(server, rule);
    await mistakes(server, rule);
    await builtIn(server);
  });
} catch (error) {
  failed += 1;
  console.log(`FAILED: ${error.message}`);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
