// The private keys of a Sealed Secrets controller, as `kubectl get secret -o yaml` prints them or as PEM. No word of what is
// in the file is in a message.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { textAt } from '../../manifest/nodes.ts';
import { readInput } from '../../migrate/input.ts';
import { readSmallFile, whyUnreadable } from '../../small-file.ts';
import { CommandFailed } from '../command-failed.ts';

const BLOCK = /-----BEGIN (?:RSA )?PRIVATE KEY-----[^-]+-----END (?:RSA )?PRIVATE KEY-----/g;
/** A controller makes one each month. */
const MOST_KEYS = 500;

/** @throws CommandFailed */
export async function readSealingKeys(files: readonly string[]): Promise<readonly KeyObject[]> {
  const keys: KeyObject[] = [];
  for (const file of files) keys.push(...(await readKeys(file)));
  if (keys.length <= MOST_KEYS) return keys;
  throw new CommandFailed(`--sealing-key: ${keys.length} keys are more than ${MOST_KEYS}; give those that are needed`);
}

async function readKeys(file: string): Promise<readonly KeyObject[]> {
  const text = await readSmallFile(file).then(
    (bytes) => bytes.toString('utf8'),
    (thrown) => {
      throw new CommandFailed(`--sealing-key ${file}: ${whyUnreadable(thrown)}`);
    },
  );
  const keys = blocksIn(text).flatMap(toKey);
  if (keys.length > 0) return keys;
  throw new CommandFailed(
    `--sealing-key ${file} holds no private key; write into it what "kubectl get secret -n kube-system -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml" prints`,
  );
}

function blocksIn(text: string): readonly string[] {
  const plain = text.match(BLOCK);
  if (plain !== null) return plain;
  return readInput({ name: 'keys', text }, () => {}).flatMap(({ map }) => {
    const encoded = textAt(map, 'data', 'tls.key') ?? '';
    return Buffer.from(encoded, 'base64').toString('latin1').match(BLOCK) ?? [];
  });
}

function toKey(block: string): readonly KeyObject[] {
  try {
    const key = createPrivateKey(block);
    return key.asymmetricKeyType === 'rsa' ? [key] : [];
  } catch {
    return [];
  }
}
