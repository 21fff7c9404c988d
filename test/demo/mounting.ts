// Step 4: three pods get their files. What they show is compared with what was put into the store.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { currentData, type VolumeFile } from '../harness/volume.ts';
import { LEDGER, WEB } from './classes.ts';
import { isTmpfs } from './memory-folder.ts';
import { type MountLine, type Node, Pod } from './pod.ts';
import type { Screen } from './screen.ts';
import { SETTINGS_TEXT, type Store } from './store.ts';

export interface Pods {
  readonly web1: Pod;
  readonly web2: Pod;
  readonly ledger: Pod;
}

type Files = ReadonlyMap<string, VolumeFile>;

export async function mountPods(screen: Screen, node: Node, store: Store): Promise<Pods> {
  screen.heading('Three pods ask for their files');
  screen.print(
    "A SecretProviderClass says which secret becomes which file. Classes written for HashiCorp's or OpenBao's " +
      'provider work as they are.',
  );
  screen.code(WEB.yaml);
  screen.gap();
  screen.code(LEDGER.yaml);
  screen.gap();
  const pods: Pods = {
    web1: new Pod(node, 'web-1', 'web', WEB),
    web2: new Pod(node, 'web-2', 'web', WEB),
    ledger: new Pod(node, 'ledger-0', 'ledger', LEDGER),
  };
  const all = [pods.web1, pods.web2, pods.ledger];
  screen.print('All three start at once: web-1 and web-2 of service account web, ledger-0 of ledger. They now hold:');
  const lines = await Promise.all(all.map((pod) => pod.mount()));

  const web = await pods.web1.files();
  const ledger = await pods.ledger.files();
  screen.gap();
  screen.table([['web-1'], ...toRows(web), ['ledger-0'], ...toRows(ledger)]);
  screen.gap();
  proveWeb(screen, web, await pods.web2.files(), store);
  proveLedger(screen, ledger);
  await proveLayout(screen, all);
  proveCost(screen, all, lines);
  return pods;
}

function proveWeb(screen: Screen, web1: Files, web2: Files, store: Store): void {
  screen.prove(
    'each file holds exactly what the store does, to the last digit, in the mode asked for',
    web1.size === 3,
    isFile(web1.get('db-password'), store.password, 0o400),
    isFile(web1.get('settings.json'), SETTINGS_TEXT, 0o644),
    isFile(web1.get('keys/signing.bin'), store.signingKey, 0o400),
  );
  screen.prove('web-2 got the same', web2.size === 3, ...[...web1].map(([path, file]) => isSame(web2.get(path), file)));
}

function proveLedger(screen: Screen, ledger: Files): void {
  const certificate = new X509Certificate(ledger.get('tls.crt')?.contents ?? '');
  const key = createPrivateKey(ledger.get('tls.key')?.contents ?? '');
  screen.prove(
    'the certificate is for ledger.example.com, as the class asks, and the key beside it fits it',
    certificate.subject === 'CN=ledger.example.com',
    certificate.checkPrivateKey(key),
    ledger.get('tls.key')?.mode === 0o400,
  );
}

async function proveLayout(screen: Screen, pods: readonly Pod[]): Promise<void> {
  const data = (await currentData(pods[0]?.folder ?? '')) ?? '';
  const links = await Promise.all(pods.map(({ folder }) => readlink(join(folder, '..data'))));
  const inner = await readlink(join(pods[0]?.folder ?? '', 'db-password'));
  screen.prove(
    `all lie on tmpfs behind ..data -> ${data}; moving that one link changes all files of a pod at once`,
    links.every((link) => link.startsWith('..2')),
    inner === '..data/db-password',
    pods.every(({ folder }, at) => isTmpfs(join(folder, links[at] ?? ''))),
  );
}

function proveCost(screen: Screen, pods: readonly Pod[], lines: readonly MountLine[]): void {
  screen.gap();
  screen.print("What it cost, as the provider's log tells:");
  screen.table(pods.map(({ name }, at) => [name, ...toCost(lines[at])]));
  const { logins, reads } = sumCost(lines);
  const objects = pods.reduce((total, pod) => total + pod.versions.size, 0);
  screen.prove(
    `${logins} logins and ${reads} reads for 3 pods and ${objects} files: web-1 and web-2 shared one login and each read, and the ` +
      'certificate and its key came from one',
    logins === 2,
    reads === 4,
    objects === 8,
  );
}

function toCost(line: MountLine | undefined): string[] {
  return line === undefined ? [] : [count(line.logins, 'login'), count(line.reads, 'read'), `${line.ms} ms`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

export function sumCost(lines: readonly MountLine[]): { logins: number; reads: number } {
  const sum = (pick: (line: MountLine) => number) => lines.reduce((total, line) => total + pick(line), 0);
  return { logins: sum(({ logins }) => logins), reads: sum(({ reads }) => reads) };
}

function isFile(file: VolumeFile | undefined, contents: string | Buffer, mode: number): boolean {
  return file !== undefined && file.mode === mode && file.contents.equals(Buffer.from(contents));
}

function isSame(file: VolumeFile | undefined, other: VolumeFile): boolean {
  return isFile(file, other.contents, other.mode);
}

/** As `ls -l` would, with a look inside: the secrets are made up. */
function toRows(files: Files): string[][] {
  return [...files].map(([path, { mode, contents }]) => [
    toModeText(mode),
    String(contents.length).padStart(4),
    path,
    preview(contents),
  ]);
}

function toModeText(mode: number): string {
  const bits = mode.toString(2).padStart(9, '0');
  return `-${[...bits].map((bit, at) => (bit === '1' ? ('rwx'[at % 3] ?? '') : '-')).join('')}`;
}

function preview(contents: Buffer): string {
  const text = contents.toString();
  if (text.includes('\uFFFD')) return `${contents.subarray(0, 12).toString('hex')}... (bytes)`;
  if (!text.includes('\n')) return cut(text);
  return `${text.split('\n', 1)[0]} ...`;
}

/** What is left of a line beside mode, size and name. */
const PREVIEW_WIDTH = 56;

function cut(text: string): string {
  return text.length <= PREVIEW_WIDTH ? text : `${text.slice(0, PREVIEW_WIDTH - 3)}...`;
}
