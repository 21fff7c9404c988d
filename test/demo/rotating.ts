// Step 5: a secret changes in the store, and the next poll brings it to the pods that hold it.
import { setTimeout as sleep } from 'node:timers/promises';
import { currentData } from '../harness/volume.ts';
import { type Pods, sumCost } from './mounting.ts';
import type { Pod } from './pod.ts';
import { paint, type Screen } from './screen.ts';
import { JOIN_WINDOW_MS, POLL_WINDOW_MS } from './starting.ts';
import { madeUpPassword, type Store, setPassword } from './store.ts';

/** Past the window by more than a timer can be early. */
const MARGIN_MS = 50;

/** @returns the new password */
export async function changeSecret(screen: Screen, { web1, web2 }: Pods, store: Store): Promise<string> {
  screen.heading('A secret changes in the store');
  const password = madeUpPassword();
  await setPassword(store.bao, password);
  screen.print(
    `Somebody sets the password to ${password}. Kubernetes has the driver ask again every minute or two (a ` +
      'poll); here it asks at once. No pod restarts.',
  );
  const before = await Promise.all([web1, web2].map(see));
  await sleep(POLL_WINDOW_MS + MARGIN_MS);
  const lines = await Promise.all([web1.mount(), web2.mount()]);
  const after = await Promise.all([web1, web2].map(see));

  screen.gap();
  screen.print('The versions of the files of web-1, as Kubernetes keeps them in SecretProviderClassPodStatus:');
  screen.table([...web1.versions].map(([name, version]) => toRow(name, before[0]?.versions.get(name), version)));
  screen.gap();
  screen.prove(
    'web-1 and web-2 show the new password; their other files kept content and version',
    ...[web1, web2].flatMap((_, at) => onlyPasswordChanged(before[at], after[at], password)),
  );
  const { logins, reads } = sumCost(lines);
  screen.prove(
    `both polls cost ${logins} logins and ${reads} reads: the login is still held, each secret was read once`,
    logins === 0,
    reads === 3,
  );
  return password;
}

/** After this nobody, poll or first mount, takes an answer that came before. */
export function windowsOver(): Promise<void> {
  return sleep(Math.max(POLL_WINDOW_MS, JOIN_WINDOW_MS) + MARGIN_MS);
}

interface Sight {
  readonly versions: ReadonlyMap<string, string>;
  /** By path, as text in which each byte counts. */
  readonly files: ReadonlyMap<string, string>;
  readonly data: string | undefined;
}

export async function see(pod: Pod): Promise<Sight> {
  const files = [...(await pod.files())].map(([path, { contents }]) => [path, contents.toString('latin1')] as const);
  return { versions: pod.versions, files: new Map(files), data: await currentData(pod.folder) };
}

function onlyPasswordChanged(before: Sight | undefined, after: Sight | undefined, password: string): boolean[] {
  if (before === undefined || after === undefined) return [false];
  const changedVersions = [...after.versions].filter(([name, version]) => before.versions.get(name) !== version);
  const changedFiles = [...after.files].filter(([path, contents]) => before.files.get(path) !== contents);
  return [
    after.files.get('db-password') === password,
    before.files.size === 3 && after.files.size === 3,
    changedFiles.map(([path]) => path).join() === 'db-password',
    changedVersions.map(([name]) => name).join() === 'db-password',
    // The store's own count of the secret's versions.
    after.versions.get('db-password')?.startsWith('2.') === true,
    after.data !== before.data,
  ];
}

function toRow(name: string, before: string | undefined, after: string): string[] {
  return before === after
    ? [name, shorten(after), '', 'as before']
    : [name, shorten(before ?? ''), `-> ${shorten(after)}`, paint('bold', 'changed')];
}

/** The version of a secret without versions of its own is 64 digits long. */
function shorten(version: string): string {
  return version.length <= 16 ? version : `${version.slice(0, 13)}...`;
}
