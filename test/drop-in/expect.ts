// What came of a step, held against what it expects.
import { strict as assert } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { Code } from '../../src/errors.ts';
import { CallFailed, type MountAnswer, type MountedFile } from '../harness/driver.ts';
import type { SeenRequest } from '../harness/faulty-store.ts';
import type { Asked } from '../kube/api-server.ts';
import type { Step } from './case.ts';
import { assertText } from './patterns.ts';

export type Outcome = MountAnswer | CallFailed;

/** What the driver asks for unless a step says otherwise. */
export const PERMISSION = '0644';

export function assertOutcome(step: Step, outcome: Outcome, before: Outcome | undefined): void {
  if (step.error !== undefined) {
    assert.ok(outcome instanceof CallFailed, 'the mount succeeded');
    assertText(outcome.details, step.error.text, 'error');
    assert.equal(outcome.code, Code[step.error.code as keyof typeof Code]);
    return;
  }
  if (outcome instanceof CallFailed) throw outcome;
  const earlier = before instanceof CallFailed ? undefined : before;
  if (step.files !== undefined) assertFiles(step.files, outcome.files, earlier?.files);
  assert.deepEqual(Object.fromEntries(outcome.files.map(({ path, mode }) => [path, `0${mode.toString(8)}`])), {
    ...Object.fromEntries(outcome.files.map(({ path }) => [path, step.permission ?? PERMISSION])),
    ...step.modes,
  });
  if (step.versions !== undefined) assertVersions(step.versions, outcome.versions, earlier?.versions);
}

function assertFiles(
  expected: NonNullable<Step['files']>,
  files: readonly MountedFile[],
  before: readonly MountedFile[] | undefined,
): void {
  if (typeof expected === 'string') {
    assertCompared(expected, files, before);
    return;
  }
  assert.deepEqual(files.map(({ path }) => path).sort(), Object.keys(expected).sort());
  for (const { path, contents } of files) {
    const content: string | { readonly base64: string } = expected[path] ?? '';
    if (typeof content !== 'string') assert.equal(contents.toString('base64'), content.base64);
    else assertText(contents.toString(), content, `file ${path}`);
  }
}

function assertVersions(
  expected: NonNullable<Step['versions']>,
  versions: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string> | undefined,
): void {
  if (expected === 'distinct') assert.equal(new Set(versions.values()).size, versions.size);
  else if (typeof expected === 'string') assertCompared(expected, [...versions], before && [...before]);
  else {
    for (const [name, version] of Object.entries(expected))
      assertText(versions.get(name), version, `version of ${name}`);
  }
}

/** `changed` means each of them: whatever stayed as it was is a failure. */
function assertCompared(expected: 'same' | 'changed', now: readonly object[], before: readonly object[] = []): void {
  assert.equal(now.length, before.length);
  for (const [index, one] of now.entries()) {
    if (expected === 'same') assert.deepEqual(one, before[index]);
    else assert.ok(!isDeepStrictEqual(one, before[index]), `${index} is unchanged`);
  }
}

export function assertSent(step: Step, sent: readonly SeenRequest[]): void {
  if (step.requests !== undefined) {
    const counts = new Map<string, number>();
    for (const { method, url } of sent) counts.set(`${method} ${url}`, (counts.get(`${method} ${url}`) ?? 0) + 1);
    assert.deepEqual(Object.fromEntries(counts), step.requests);
  }
  for (const [name, body] of Object.entries(step.bodies ?? {})) {
    const request = sent.find(({ method, url }) => `${method} ${url}` === name);
    assertText(request?.body, body, `body of ${name}`);
  }
  if (step.neverSent !== undefined) {
    assert.ok(sent.length > 0, 'nothing was sent');
    assert.ok(!JSON.stringify(sent).includes(step.neverSent), `${step.neverSent} was sent`);
  }
}

export function assertAsked(expected: Step['asked'], asked: readonly Asked[]): void {
  if (expected === undefined) return;
  assert.deepEqual(
    asked.map(({ method, path }) => `${method} ${path}`),
    Object.keys(expected),
  );
  for (const { method, path, body } of asked) assertText(body, expected[`${method} ${path}`] ?? '', path);
}
