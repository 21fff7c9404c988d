// `npm run downloads`: the stores, the database and the other programs of the suites, fetched before any of them
// starts. Arguments: which (openbao, postgresql, promtool, nodes, vault, avp); none: all but
// Vault and argocd-vault-plugin, which are built.
import { fetchAvp } from './avp-binary.ts';
import { fetchNodes } from './node-binary.ts';
import { fetchOpenBao } from './openbao-binary.ts';
import { fetchPostgres } from './postgres-binary.ts';
import { fetchPromtool } from './promtool-binary.ts';
import { fetchVault } from './vault-binary.ts';

const USUAL = { openbao: fetchOpenBao, postgresql: fetchPostgres, promtool: fetchPromtool, nodes: fetchNodes } as const;
const FETCHES = { ...USUAL, vault: fetchVault, avp: fetchAvp } as const;

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(USUAL);
try {
  for (const [name, fetch] of Object.entries(FETCHES)) {
    if (wanted.includes(name)) await fetch((line) => console.log(line));
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
