// `node test/migrate/record-vso.ts`: the Secrets that Vault Secrets Operator's own packages make of the cases, on a real
// store. Kept as data, so that nobody else needs to build them.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { startOpenBao } from '../harness/openbao.ts';
import { fetchVso, findVso, VSO_VERSION } from '../harness/vso-binary.ts';
import { addIssuers } from './issuers.ts';
import { CASES, expectedKinds, ISSUED, issuedFileOf, RECORDED, type RecordedVso, sourceOf } from './recorded-vso.ts';
import { fillStore } from './store.ts';

await fetchVso((line) => console.log(line));
const vso = (await findVso()) ?? '';
const bao = await startOpenBao();
try {
  await fillStore(bao);
  const env = { VAULT_ADDR: bao.address, VAULT_TOKEN: bao.rootToken };
  const mapped = CASES.filter((name) => expectedKinds(name).length === 0);
  await addIssuers(bao);
  const make = (name: string, input: string) => {
    console.log(name);
    return [name, execFileSync(vso, { env, input, encoding: 'utf8' })] as const;
  };
  const recorded: RecordedVso = {
    version: VSO_VERSION,
    cases: Object.fromEntries(mapped.map((name) => make(name, sourceOf(name)))),
    issued: Object.fromEntries(ISSUED.map((name) => make(name, readFileSync(issuedFileOf(name), 'utf8')))),
  };
  writeFileSync(RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);
} finally {
  await bao.stop();
}
