// One case played: the driver's calls as its steps say, or the program run to its end. Knows nothing of what the
// product promises; that is in the cases.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import type { Daemon } from '../harness/daemon.ts';
import { CallFailed, type MountWish, podUid, toTokens } from '../harness/driver.ts';
import { PROGRAM } from '../harness/program.ts';
import { type Case, fillIn, type Run, type Step } from './case.ts';
import { assertAsked, assertOutcome, assertSent, type Outcome, PERMISSION } from './expect.ts';
import { assertText } from './patterns.ts';
import type { World } from './world.ts';

type Call = Pick<Step, 'socket' | 'flags' | 'env' | 'class' | 'pod' | 'pods' | 'permission'>;

const NAMESPACE = 'team';
const TOKENS = 'csi.storage.k8s.io/serviceAccount.tokens';
/** A log line comes over a pipe, after the answer. This, like HANG_MS, bounds a hang and judges no speed. */
const LOGGED_WITHIN_MS = 30_000;
const HANG_MS = 60_000;

/** @param id of the case: its pods' name, and their account's where it names none. */
export async function play(written: Case, id: string, world: World): Promise<void> {
  const {
    then = [],
    run,
    ...first
  } = fillIn(written, new Map([...world.variables, ['account', id], ['pod', `${id}-0`]]));
  if (run !== undefined) return playRun(run);
  let call: Call = {};
  let before: Outcome | undefined;
  for (const step of [first, ...then]) {
    const { socket, flags, env, class: parameters, pod, pods, permission } = step;
    const own = { socket, flags, env, class: parameters, pod, pods, permission };
    call = { ...call, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
    before = await playStep({ ...step, ...call }, before, id, world);
  }
}

async function playStep(step: Step, before: Outcome | undefined, id: string, world: World): Promise<Outcome> {
  for (const [path, json] of Object.entries(step.write ?? {})) await world.write(path, json);
  if (step.endLogins !== undefined) await world.endLogins(step.endLogins);
  const { daemon, drivers, askedAtStart } = await world.daemon(settingsOf(step, world));
  const driver = drivers[step.socket ?? 'vault'];
  const heard = new Set(world.requests);
  const connected = world.connections;
  const [askedBefore, warnedBefore] = [world.asked.length, warningsOf(daemon, id).length];

  const pods = Array.from({ length: step.pods ?? 1 }, (_, index) => `${id}-${index}`);
  const mount = (pod: string) => driver.mount(wishOf(step, pod, id, world)).catch(asRefusal);
  const outcomes = await Promise.all(pods.map(mount));

  for (const outcome of outcomes) assertOutcome(step, outcome, before);
  assertSent(
    step,
    world.requests.filter((request) => !heard.has(request)),
  );
  if (step.connections !== undefined) assert.ok(world.connections - connected <= step.connections);
  assertAsked(step.askedAtStart, askedAtStart);
  assertAsked(step.asked, world.asked.slice(askedBefore));
  if (step.log !== undefined) await assertWarned(() => warningsOf(daemon, id).slice(warnedBefore), step.log);
  if (step.page !== undefined) {
    const { status, text } = await daemon.http(step.page.path);
    assert.equal(status, 200);
    assertLines(text, step.page.lines);
  }
  return outcomes[0] as Outcome;
}

function settingsOf({ flags, env }: Step, world: World) {
  const usual = flags === undefined && env === undefined;
  return { flags: usual ? [`--vault-addr=${world.variables.get('store')}`] : (flags ?? []), env: env ?? {} };
}

function wishOf(
  { class: parameters = {}, pod: wish = {}, permission = PERMISSION }: Step,
  pod: string,
  id: string,
  world: World,
): MountWish {
  const { account = id, tokens: audiences = ['vault'], issuer = 'kubernetes', tokensIn = 'attributes' } = wish;
  const claims = { namespace: NAMESPACE, account, pod, podUid: podUid(NAMESPACE, pod) };
  const mint = (audience: string) => [audience, world.mintJwt(issuer, { ...claims, audience })];
  const tokens: Record<string, string> = Object.fromEntries(audiences.map(mint));
  const brought = tokensIn === 'secrets' ? { secrets: { [TOKENS]: toTokens(tokens) } } : { tokens };
  const call = { parameters, pod, namespace: NAMESPACE, account, permission: String(Number.parseInt(permission, 8)) };
  return { ...call, ...(audiences.length === 0 ? {} : brought) };
}

function asRefusal(thrown: unknown): CallFailed {
  if (thrown instanceof CallFailed) return thrown;
  throw thrown;
}

async function assertWarned(warnings: () => unknown[], expected: readonly string[]): Promise<void> {
  const until = Date.now() + LOGGED_WITHIN_MS;
  while (warnings().length < expected.length && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.deepEqual(warnings(), expected);
}

/** What the log warns of about the case's pods. */
function warningsOf({ output }: Daemon, id: string): unknown[] {
  const complete = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  return complete
    .filter((line) => line.includes(`"pod":"${id}-`))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ level }) => level === 'warn')
    .map(({ msg }) => msg);
}

async function playRun({ args, env = {}, exit, prints }: Run): Promise<void> {
  const options = { env: { PATH: process.env['PATH'], ...env }, timeout: HANG_MS };
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });
  assert.equal(code, exit, output);
  if (typeof prints === 'string') assertText(output, prints, 'output');
  else assertLines(output, prints);
}

function assertLines(text: string, expected: readonly string[]): void {
  const lines = text.split('\n').map((line) => line.trim());
  for (const line of expected) assert.ok(lines.includes(line), `${line} is not in\n${text}`);
}
