// Steps 6 and 7: what a person reads who wrote something wrong, or asks for what is not there or not theirs.
import { status } from '@grpc/grpc-js';
import type { CallFailed } from '../harness/driver.ts';
import { MISTAKEN, REFUSED, type SecretClass } from './classes.ts';
import { type Node, Pod } from './pod.ts';
import type { Screen } from './screen.ts';
import { LONG_NUMBER } from './store.ts';

export async function showProblems(screen: Screen, node: Node): Promise<void> {
  screen.heading('A class with three problems');
  screen.print('What can be wrong with a class is found at once and told at once, not one problem per try:');
  showObjects(screen, MISTAKEN);
  screen.gap();
  const { failure, line } = await new Pod(node, 'web-3', 'web', MISTAKEN).refusal();
  screen.print('The pod waits, and its event (`kubectl describe pod web-3`) says:');
  screen.quote(toEvent(failure));
  screen.gap();
  const problems = failure.details.split('\n').filter((text) => text.startsWith('- '));
  screen.prove(
    `all ${problems.length} problems in one error, each with line and fix; the store was not even asked`,
    failure.code === status.INVALID_ARGUMENT,
    problems.length === 3,
    ['line 2,', 'line 7,', 'line 10,'].every((where, at) => problems[at]?.includes(where) === true),
    problems[0]?.includes('rename "secretPth"') === true,
    line.logins + line.reads === 0,
  );
}

export async function showRefusals(screen: Screen, node: Node, values: readonly string[]): Promise<void> {
  screen.heading('A key that is not there, and a secret of somebody else');
  screen.print('A well written class whose second object has a wrong key and whose third is not for this pod:');
  showObjects(screen, REFUSED);
  screen.gap();
  const { failure } = await new Pod(node, 'web-4', 'web', REFUSED).refusal();
  screen.print('Again one event:');
  screen.quote(toEvent(failure));
  screen.gap();
  const { details } = failure;
  screen.prove(
    'both are named, each with its fix; nothing is said of the good one, and no secret is in it',
    failure.code === status.PERMISSION_DENIED,
    details.includes('"db-password"') && details.includes('passwort'),
    details.includes('"payroll"') && details.includes('payroll/data/march'),
    !details.includes('settings.json'),
    [...values, LONG_NUMBER].every((value) => !details.includes(value)),
  );
}

/** The objects with the line numbers that errors name. */
function showObjects(screen: Screen, { parameters }: SecretClass): void {
  screen.code(parameters['objects'] ?? '', 1);
}

/** As a Go program prints a status. */
export function toEvent({ code, details }: CallFailed): string {
  const name = (status[code] ?? String(code)).toLowerCase().replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase());
  return `rpc error: code = ${name} desc = ${details}`;
}
