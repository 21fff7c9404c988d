// Whatever a file holds, checkManifests answers, cheaply, with findings that lie within the file and show no argument of
// a request. FUZZ_SECONDS sets how long (2), FUZZ_SEED repeats one input.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { checkManifests, type Finding, RULES } from '../../src/check/check.ts';
import { assertCheap, cpuMs } from '../harness/cpu-time.ts';
import { mutate } from '../plan/hostile-class.ts';
import { Random } from '../plan/random.ts';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 2);
const SEED = process.env['FUZZ_SEED'];
/** Processor time for a mutated file, of 300 kB at most. */
const LIMIT_MS = 500;
/** For the largest hostile file. */
const HOSTILE_LIMIT_MS = 10_000;
/** Stands only where secrets may stand: below secretArgs. */
const MARKER = 'hush7hush';

const CORPUS = new URL('./corpus/', import.meta.url);
const FILES = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ya?ml|json)$/.test(name))
  .sort()
  .map((name) => readFileSync(new URL(name, CORPUS), 'utf8'));

const WITH_ARGUMENTS = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: a}
spec:
  provider: vault
  parameters:
    roleName: a
    objects: |
      - objectName: a
        secretPath: pki/issue/a
        method: PUT
        secretArgs: {a: ${MARKER}, b: ["${MARKER}", {c: '${MARKER}'}]}
      - objectName: b
        secretPath: pki/issue/a
        secretArgs:
          a: |
            ${MARKER}
            ${MARKER}
          b: ${MARKER}
`;

/** What it cost, in ms. @throws AssertionError if the oracle does not hold. */
function judge(text: string): number {
  const startMs = cpuMs();
  const { findings, classCount } = checkManifests([{ name: 'a.yaml', text }]);
  const ms = cpuMs() - startMs;
  assert.ok(Number.isInteger(classCount) && classCount >= 0);
  const lines = text.split('\n');
  for (const finding of findings) judgeFinding(finding, lines);
  return ms;
}

function judgeFinding(finding: Finding, lines: readonly string[]): void {
  const { file, line, column, level, rule, message } = finding;
  const shown = JSON.stringify(finding);
  assert.equal(file, 'a.yaml');
  assert.equal(level, RULES[rule].level);
  assert.ok(line >= 1 && line <= lines.length, `line of ${shown} of ${lines.length}`);
  // The end of a line is a place too.
  const length = lines[line - 1]?.length ?? 0;
  assert.ok(column >= 1 && column <= length + 1, `column of ${shown} of ${length}`);
  assert.doesNotMatch(message, /[\p{Cc}\p{Cs}\u2028\u2029]/v, shown);
  assert.ok(message.length > 0 && message.length <= 1024, shown);
}

function check(seed: number): void {
  const random = new Random(seed);
  const text = mutate(random, random.pick(FILES));
  try {
    assertCheap(LIMIT_MS, () => judge(text));
    judgeSecrets(random);
  } catch (thrown) {
    throw new Error(`FUZZ_SEED=${seed}`, { cause: thrown });
  }
}

/**
 * Cuts within one line only, the way a person mistypes it. A mutation over several lines can make an argument a field's
 * name or a path, which are shown.
 */
function judgeSecrets(random: Random): void {
  const lines = WITH_ARGUMENTS.split('\n');
  const index = lines.findIndex((line) => line.includes(MARKER)) + random.below(2);
  const line = lines[index] ?? '';
  const at = random.below(line.length);
  if (line.slice(at).startsWith(MARKER)) return;
  lines[index] = line.slice(0, at) + random.pick(['', '"', '{', ']', '*x ', '&x ', '!x ', ': ', '\t']) + line.slice(at);
  for (const { message } of checkManifests([{ name: 'a.yaml', text: lines.join('\n') }]).findings)
    assert.equal(message.includes(MARKER), false, `${message}\n${lines[index]}`);
}

describe('robust', () => {
  it(`check answers mutated manifests for ${SEED === undefined ? `${SECONDS} s` : `seed ${SEED}`}`, function () {
    this.timeout((SECONDS + 30) * 1000);
    if (SEED !== undefined) return check(Number(SEED));
    const first = Date.now() % 2 ** 31;
    const endAt = performance.now() + SECONDS * 1000;
    for (let seed = first; performance.now() < endAt; seed++) check(seed);
  });

  const head = 'apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n';
  const withObjects = (objects: string) =>
    `${head}spec: {provider: vault, parameters: {roleName: a, objects: ${JSON.stringify(objects)}}}\n`;
  const bomb = (levels: number) =>
    Array.from({ length: levels }, (_, level) =>
      level === 0 ? 'a0: &a0 [x, x]\n' : `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]\n`,
    ).join('');
  const mebibyte = 1024 * 1024;
  const hostile: Readonly<Record<string, () => string>> = {
    'an alias bomb in the manifest': () => head + bomb(30),
    'an alias bomb in objects': () => withObjects(bomb(30)),
    'an anchor that holds itself': () => `${head}spec: &a {provider: *a, parameters: *a}\n`,
    'merges of merges': () =>
      `${head}x0: &x0 {a: 1}\n${Array.from({ length: 500 }, (_, n) => `x${n + 1}: &x${n + 1} {<<: [*x${n}, *x${n}]}\n`).join('')}`,
    'lists 10,000 levels deep': () => `${head}spec: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
    'maps 10,000 levels deep': () => `${head}spec: ${'{a: '.repeat(10_000)}1${'}'.repeat(10_000)}\n`,
    'blocks 2,000 levels deep': () =>
      head + Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:\n`).join(''),
    'open brackets without an end': () => `${head}spec: ${'[{'.repeat(50_000)}`,
    'objects 10,000 levels deep': () => withObjects('['.repeat(10_000)),
    '5 MiB of one scalar': () => `${head}x: ${'a'.repeat(5 * mebibyte)}\n`,
    '5 MiB of fields': () => `${head}${Array.from({ length: 400_000 }, (_, n) => `f${n}: ${n}\n`).join('')}`,
    '5 MiB of objects': () => withObjects('- objectName: a\n'.repeat(330_000)),
    '5 MiB of spaces': () => `${head}x:${' '.repeat(5 * mebibyte)}`,
    '5 MiB of one line of dashes': () => `${head}${'-'.repeat(5 * mebibyte)}`,
    '5 MiB of quotes': () => `${head}x: ${'"'.repeat(5 * mebibyte)}`,
    '5 MiB of open template braces': () => `${head}x: ${'{{'.repeat(2.5 * mebibyte)}`,
    '20 MiB, which is too much': () => `${head}x: ${'a'.repeat(20 * mebibyte)}\n`,
    '100,000 empty documents': () => '---\n'.repeat(100_000),
    '100,000 documents with a class': () => `---\n${head}`.repeat(100_000),
    '5,000 classes and 5,000 volumes': () => {
      const volume = (n: number) =>
        `{driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: d${n}}}`;
      return Array.from(
        { length: 5000 },
        (_, n) => `${head}metadata: {name: c${n}}\n---\nkind: Pod\nspec: {volumes: [{name: a, csi: ${volume(n)}}]}\n`,
      ).join('---\n');
    },
    'a thousand fields of spec that none knows': () =>
      `${head}spec: {${Array.from({ length: 1000 }, (_, n) => `providr${n}: a`).join(', ')}}\n`,
    'null bytes': () => `${head}metadata: {name: "\0"}\n\0\0\0spec: \0\n`,
    'nothing but null bytes': () => '\0'.repeat(mebibyte),
    'lone surrogates': () => `${head}metadata: {name: \ud800}\nspec: {"\udc00": "\\ud800", provider: vaul\udfff}\n`,
    'lone surrogates in objects': () => withObjects('- {objectName: "\\ud800", \udc00: \ud800, secretPath: "\udc00"}'),
    'line breaks of every kind': () => withObjects('- a\r\n').replaceAll('\n', '\r').concat('\u2028\u2029\u0085'),
    'names of the prototype': () =>
      `${head}__proto__: {a: 1}\nmetadata: {__proto__: {name: a}, constructor: b}\nspec: {__proto__: a, toString: b}\n`,
    'YAML of another kind where a map is wanted': () =>
      ['- 1', 'null', '5', '"a"', '[{}]', '{}', '{a: 1}']
        .map((value) => `${head}metadata: ${value}\nspec: ${value}\nitems: ${value}\n`)
        .join('---\n'),
  };

  for (const [what, make] of Object.entries(hostile)) {
    it(`check answers ${what}`, () => {
      const text = make();
      assertCheap(HOSTILE_LIMIT_MS, () => judge(text));
    });
  }
});
