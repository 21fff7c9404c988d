// `npm run downloads`: the store and the database of the suites, fetched before any of them starts. Arguments: which
// (openbao, postgresql, vault); none: all but Vault, which is built.
import { fetchOpenBao } from './openbao-binary.ts';
import { fetchPostgres } from './postgres-binary.ts';
import { fetchVault } from './vault-binary.ts';

const FETCHES = { openbao: fetchOpenBao, postgresql: fetchPostgres, vault: fetchVault } as const;

const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['openbao', 'postgresql'];
try {
  for (const [name, fetch] of Object.entries(FETCHES)) {
    if (wanted.includes(name)) await fetch((line) => console.log(line));
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
