// Defects that chaos must find, each a change of the built daemon's text: what it loses is a promise that a run judges.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlayOptions } from './play-seed.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

export interface Defect {
  readonly name: string;
  /** It stands exactly once in the bundle. */
  readonly text: string;
  readonly instead: string;
  /** What a finding of it says; another finding would be another defect. */
  readonly finding: RegExp;
  /** How it is played, where not as usual. */
  readonly play?: Partial<PlayOptions>;
}

const REPLACED = /which was good for another/;
/** What of a store's or a database's failure makes the provider drop what is good. */
const LOSSES: readonly Defect[] = [
  {
    name: 'a lease lost to a seal',
    text: 'return "store-sealed";',
    instead: 'return "request-refused";',
    finding: /which was good for another|is left in the store/,
    play: { only: 'seal' },
  },
  ...(['restart', 'crash'] as const).map((only) => ({
    name: `a lease lost to a ${only}`,
    text: '"store-connection-reset": "store"',
    instead: '"store-connection-reset": "absent"',
    finding: REPLACED,
    play: { only },
  })),
  ...(['database stop', 'database crash'] as const).map((only) => ({
    name: `a lease lost to a ${only}`,
    text: ' ?? engineFailure(storeMessage, request)',
    instead: '',
    finding: REPLACED,
    play: { only },
  })),
];

export const DEFECTS: readonly Defect[] = [
  ...LOSSES,
  {
    name: 'a jwt login shared by pods',
    text: 'scope === "pod" ? identity.podUid : ""',
    instead: '""',
    finding: /which another pod has too/,
  },
  {
    name: 'a value held beyond refreshAfter',
    text: 'dueAt: Math.min(refreshAt, ',
    instead: 'dueAt: Math.min(Number.POSITIVE_INFINITY, ',
    finding: /not the store's at that time/,
  },
  {
    name: 'a lease beyond the end of its token',
    text: 'this.token === void 0 ? this.#endsAt : this.token.isOver ? Number.NEGATIVE_INFINITY : Math.min(this.#endsAt, this.token.endsAt)',
    instead: 'this.#endsAt',
    finding: /gone \d+ ms before the call/,
  },
  {
    name: 'memory kept of each call',
    text: 'round.deliver(results, objects);',
    instead: '(globalThis.planted ??= []).push(plan); round.deliver(results, objects);',
    finding: /the daemon's heap grows/,
    play: { steps: 5, rounds: 60 },
  },
  {
    name: 'no join key for arguments',
    text: '{body ?? ""}`',
    instead: '{""}`',
    finding: /a certificate for CN=\S+ instead of|instead of .*good for another|which another pod has too/,
  },
  {
    name: 'a lease dropped on restart',
    text: 'lease.endsAt > clock.now() ? lease : void 0',
    instead: 'lease.endsAt > clock.now() && !lease.answer.hasLease ? lease : void 0',
    finding: /which was good for another|is left in the store/,
  },
  {
    name: 'user and password from two answers',
    text: '{body ?? ""}`',
    instead: '{globalThis.planted = (globalThis.planted ?? 0) + 1}`',
    finding: /the password of another user than|parts of two values|the key of another certificate than/,
  },
  {
    name: 'the token of another identity',
    text: '    identity.account,\n    claims?.accountUid ?? identity.accountUid ?? "",\n',
    instead: '',
    finding: /issued to|only another account may see|was not given|not the store's at that time/,
  },
  {
    name: 'a last answer beyond --max-stale',
    text: 'return sentAt + (hasLease ? Math.min(maxStaleMs, leaseMs) : maxStaleMs);',
    instead: 'return Number.POSITIVE_INFINITY;',
    finding: /was not given within --max-stale/,
  },
];

/** @returns the program of the copy. @throws Error if the text is not there once */
export function plant({ name, text, instead }: Defect, folder: string): string {
  cpSync(dist, folder, { recursive: true });
  // The package's library has a copy of its own of what it shares with the daemon.
  const files = readdirSync(folder).filter((file) => file.endsWith('.js') && file !== 'check.js');
  const found = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes(text));
  const [file = ''] = found;
  const parts = found.length === 1 ? readFileSync(join(folder, file), 'utf8').split(text) : [];
  if (parts.length !== 2) throw new Error(`${name}: the bundle does not have its text exactly once`);
  writeFileSync(join(folder, file), parts.join(instead));
  return join(folder, 'secretmount.js');
}
