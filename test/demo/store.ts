// The store of the demo: what it holds and who may read what of it.
import { randomBytes } from 'node:crypto';
import type { LoginMethod, OpenBao } from '../harness/openbao.ts';

/** A number that JavaScript cannot hold, as text. */
export const LONG_NUMBER = '12345678901234567890';

const READ = '{ capabilities = ["read"] }';

export interface Store {
  readonly bao: OpenBao;
  readonly login: LoginMethod;
  /** Random for each run, so that what a pod shows can only have come from the store. */
  readonly password: string;
  readonly signingKey: Buffer;
  /** What none of the pods may read. */
  readonly payroll: string;
}

/** Go's rules, as HashiCorp's provider writes it: keys sorted, no spaces, each digit kept. */
export const SETTINGS_TEXT = `{"limits":{"order":${LONG_NUMBER}},"zone":"eu"}`;

export async function fillStore(bao: OpenBao): Promise<Store> {
  const password = madeUpPassword();
  const signingKey = randomBytes(32);
  const payroll = madeUpPassword();
  const admin = bao.admin();
  await setPassword(bao, password);
  // KV 1 keeps what it is given; KV 2 of OpenBao 2.7.2 itself rounds a number of 20 digits.
  await bao.enableKv('config', 1);
  // Not by node-vault: its HTTP library copies what it is given, and the number would be an object.
  await bao.request('POST', 'config/shop', { settings: { zone: 'eu', limits: { order: exactNumber(LONG_NUMBER) } } });
  await admin.write('secret/data/signing', { data: { key: signingKey.toString('base64') } });
  await bao.enableKv('payroll', 2);
  await admin.write('payroll/data/march', { data: { file: payroll } });
  await bao.enablePki();

  const login = await bao.enableJwt();
  await bao.addPolicy('web', ['secret/data/*', 'config/shop'].map((path) => `path "${path}" ${READ}`).join('\n'));
  await bao.addPolicy('ledger', 'path "pki/issue/web" { capabilities = ["update"] }');
  for (const account of ['web', 'ledger']) {
    const fields = { bound_subject: `system:serviceaccount:shop:${account}` };
    await login.addRole(account, { policies: [account], fields });
  }
  return { bao, login, password, signingKey, payroll };
}

export async function setPassword(bao: OpenBao, password: string): Promise<void> {
  await bao.admin().write('secret/data/db', { data: { user: 'shop', password } });
}

export function madeUpPassword(): string {
  return `made-up-${randomBytes(6).toString('hex')}`;
}

/** JSON.rawJSON keeps the digits; the library types of TypeScript 7 do not know it yet. */
function exactNumber(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
