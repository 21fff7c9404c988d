// The programs that open PKCS#12, and what they find in a file.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missingProgram } from './consumers.ts';
import { hashOfCertificate, hashOfKey, type Keystore } from './keystores.ts';

const run = promisify(execFile);

/** By alias: hashes of the key, if there is one, and of its certificates. */
export type Found = Readonly<Record<string, readonly (string | null)[]>>;

export interface KeystoreConsumer {
  readonly name: string;
  missing(): Promise<string | undefined>;
  open(keystores: readonly Keystore[]): Promise<readonly Found[]>;
  /** What it should find. */
  expected(keystore: Keystore): Found;
}

export const KEYSTORE_CONSUMERS: readonly KeystoreConsumer[] = [
  {
    name: 'openssl',
    missing: () => missingProgram('openssl'),
    open: (keystores) => inFiles(keystores, (files) => Promise.all(files.map(openssl))),
    expected: ({ key, certificates }) => ({ all: [key ?? null, ...certificates] }),
  },
  {
    name: 'keytool',
    missing: () => missingProgram('keytool'),
    open: (keystores) => inFiles(keystores, (files) => Promise.all(files.map(keytool))),
    expected: (keystore) =>
      mapEntries(entriesOf(keystore), ([key = null, ...rest]) => [key && 'PrivateKeyEntry', ...rest]),
  },
  {
    name: 'java.security.KeyStore',
    missing: () => missingProgram('java'),
    open: (keystores) =>
      inFiles(keystores, async (files) => {
        const program = join(import.meta.dirname, 'consumers', 'Keystore.java');
        const { stdout } = await run('java', [program, ...files.flatMap(({ file, password }) => [file, password])]);
        return stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
      }),
    expected: entriesOf,
  },
];

/** Java's aliases: of a key the one asked for, of others with their number; in small letters, and numbers for none. */
function entriesOf({ alias, key, certificates }: Keystore): Found {
  if (key !== undefined) return { [alias ?? '1']: [key, ...certificates] };
  const names = certificates.map((_, index) =>
    alias === undefined ? `${index + 1}` : index === 0 ? alias : `${alias}-${index + 1}`,
  );
  return Object.fromEntries(certificates.map((hash, index) => [names[index], [null, hash]]));
}

function mapEntries(found: Found, change: (hashes: readonly (string | null)[]) => readonly (string | null)[]): Found {
  return Object.fromEntries(Object.entries(found).map(([alias, hashes]) => [alias, change(hashes)]));
}

interface Files {
  readonly file: string;
  /** A file with the password. */
  readonly password: string;
}

async function inFiles<T>(keystores: readonly Keystore[], use: (files: readonly Files[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'keystores-'));
  try {
    const files = keystores.map((_, index) => ({
      file: join(folder, `${index}`),
      password: join(folder, `${index}.password`),
    }));
    for (const [index, { bytes, password }] of keystores.entries()) {
      await writeFile(join(folder, `${index}`), bytes);
      await writeFile(join(folder, `${index}.password`), password);
    }
    return await use(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const BLOCKS = /-----BEGIN (.+)-----\n[^-]+-----END \1-----\n/g;

async function openssl({ file, password }: Files): Promise<Found> {
  const { stdout } = await run('openssl', ['pkcs12', '-in', file, '-nodes', '-passin', `file:${password}`]);
  const blocks = [...stdout.matchAll(BLOCKS)];
  const key = blocks.find(([, label]) => label?.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(([, label]) => label === 'CERTIFICATE');
  return {
    all: [key === undefined ? null : hashOfKey(key[0]), ...certificates.map(([pem]) => hashOfCertificate(pem))],
  };
}

/** It shows no key, only that there is one. */
async function keytool({ file, password }: Files): Promise<Found> {
  const { stdout } = await run('keytool', ['-list', '-rfc', '-keystore', file, '-storepass:file', password]);
  const entries = stdout.split(/^Alias name: /m).slice(1);
  return Object.fromEntries(
    entries.map((entry) => {
      const alias = entry.slice(0, entry.indexOf('\n'));
      const type = /^Entry type: (.+)$/m.exec(entry)?.[1];
      const certificates = [...entry.matchAll(BLOCKS)].map(([pem]) => hashOfCertificate(pem));
      return [alias, [type === 'PrivateKeyEntry' ? type : null, ...certificates]];
    }),
  );
}
