// `npm run downloads`: the stores, the database and the other programs of the suites, fetched before any of them starts. Arguments: which
// (openbao, postgresql, promtool); none: all.
import { fetchOpenBao } from './openbao-binary.ts';
import { fetchPostgres } from './postgres-binary.ts';
import { fetchPromtool } from './promtool-binary.ts';

const FETCHES = { openbao: fetchOpenBao, postgresql: fetchPostgres, promtool: fetchPromtool } as const;

const wanted = process.argv.slice(2);
try {
  for (const [name, fetch] of Object.entries(FETCHES)) {
    if (wanted.length === 0 || wanted.includes(name)) await fetch((line) => console.log(line));
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
