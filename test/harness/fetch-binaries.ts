// Before all tests, once: on a new machine the stores are fetched here and not by several test processes at a time.
import { findOpenBao } from './openbao-binary.ts';
import { findPostgres } from './postgres-binary.ts';

export async function mochaGlobalSetup(): Promise<void> {
  const log = (line: string) => console.log(line);
  await findOpenBao(log);
  await findPostgres(log);
}
