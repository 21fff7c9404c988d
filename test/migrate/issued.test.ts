// VaultPKISecrets, migrated: no two certificates are the same, so what is compared with the Secrets of the operator's own
// packages (recorded-vso.json) is which files there are and what each holds.
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Seen } from './consumers.ts';
import { addIssuers } from './issuers.ts';
import { ISSUED, issuedFileOf, readRecorded } from './recorded-vso.ts';
import { MigrateWorld, readText, runMigrate, seeOriginal } from './world.ts';

const BLOCK = /-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g;

/** Each file as what it holds, in the order in which it does: names of certificates, whether a key is that of the first. */
function shapeOf({ files }: Seen): Readonly<Record<string, unknown>> {
  const texts = Object.entries(files).map(([path, { mode, contents }]) => {
    return { path, mode, text: Buffer.from(contents, 'base64').toString() };
  });
  const keys = texts.flatMap(({ text }) => blocksOf(text)).filter((block) => block.includes('PRIVATE KEY'));
  const describe = (block: string) => {
    if (block.includes('PRIVATE KEY')) return block.slice(0, block.indexOf('\n'));
    const { subject, subjectAltName, publicKey } = new X509Certificate(block);
    const isOurs = keys.some((key) => new X509Certificate(block).checkPrivateKey(createPrivateKey(key)));
    return { subject, subjectAltName, isOurs, type: publicKey.asymmetricKeyType };
  };
  const shapes = texts.map(({ path, mode, text }) => {
    const parts = blocksOf(text).map(describe);
    // What stands around the blocks.
    const around =
      parts.length === 0 ? text.length : text.replace(BLOCK, '#').replace(/[0-9a-f]{2}(:[0-9a-f]{2})+|\d{9,}/g, 'n');
    return [path, { mode, parts, around }] as const;
  });
  return Object.fromEntries(shapes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function blocksOf(text: string): readonly string[] {
  return (text.replaceAll('\\n', '\n').match(BLOCK) ?? []).map((block) => `${block}\n`);
}

describe('VaultPKISecrets, migrated', () => {
  const recorded = readRecorded();
  let world: MigrateWorld;
  before(async () => {
    world = await MigrateWorld.start();
    await addIssuers(world.bao);
  });
  after(() => world.stop());

  for (const name of ISSUED)
    it(`bring the same files: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(issuedFileOf(name), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const before = await seeOriginal(`${readText(issuedFileOf(name))}${recorded.issued[name] ?? ''}`);
      const after = await world.see(readText(out, `${name}.yaml`));
      assert.deepEqual(Object.keys(after), Object.keys(before));
      for (const [container, seen] of Object.entries(after)) {
        assert.ok(Object.keys(seen.files).length > 0);
        assert.deepEqual(shapeOf(seen), shapeOf(before[container] ?? { env: {}, files: {} }));
      }
    });
});
