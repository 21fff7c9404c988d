// Which store the suites run against: Vault with `STORE=vault`, as `npm run test:vault` sets it, else OpenBao.
import { basename } from 'node:path';
import { findOpenBao } from './openbao-binary.ts';
import { findVault } from './vault-binary.ts';

export type Product = 'OpenBao' | 'Vault';

/** The binary's path. @throws Error that says how to get one */
export function findStore(): Promise<string> {
  return process.env['STORE'] === 'vault' ? findVault() : findOpenBao();
}

/** With only `vault` on the PATH, OpenBao's place is taken by it. */
export function productOf(binary: string): Product {
  return basename(binary) === 'vault' ? 'Vault' : 'OpenBao';
}
