// The driver of .vscode/launch.json: mounts the class of docs/examples/app.yaml from a daemon under a debugger, again and
// again, against the store of `npm run store`. Arguments: the daemon's socket, the store's address.
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { adminOf } from '../harness/admin.ts';
import { CallFailed, Driver } from '../harness/driver.ts';
import { enableJwt } from '../harness/openbao.ts';

const EVERY_MS = 10_000;
/** Somebody stands at a breakpoint. */
const PATIENCE_MS = 3_600_000;
const ACCOUNT = 'app';
const POD = { namespace: 'default', pod: 'app-0', account: ACCOUNT };

const [socket = '', address = ''] = process.argv.slice(2);
await mkdir(dirname(socket), { recursive: true });
const admin = adminOf(address, 'root');
// The store may have been asked by an earlier driver, whose key is not ours.
const mount = `jwt-${process.pid}`;
const login = await untilThere(() => enableJwt(admin, { mount }));
await admin().addPolicy({ name: ACCOUNT, policy: 'path "secret/data/db" { capabilities = ["read"] }' });
await login.addRole(ACCOUNT, { policies: [ACCOUNT] });

const example = readFileSync(join(import.meta.dirname, '../../docs/examples/app.yaml'), 'utf8');
const [document] = parseAllDocuments(example);
const parameters = { ...document?.toJS().spec.parameters, vaultAuthMountPath: mount };
const driver = new Driver(socket, true);
for (;;) {
  const tokens = { vault: login.mintJwt(POD) };
  console.log(await driver.mount({ ...POD, parameters, tokens, deadlineMs: PATIENCE_MS }).then(show, tell));
  await sleep(EVERY_MS);
}

function show({ files }: Awaited<ReturnType<Driver['mount']>>): string {
  return files.map(({ path, contents }) => `${path}: ${contents.length} bytes`).join(', ');
}

function tell(thrown: unknown): string {
  if (thrown instanceof CallFailed) return thrown.message;
  throw thrown;
}

/** The store starts beside this process. */
async function untilThere<Made>(make: () => Promise<Made>): Promise<Made> {
  for (;;) {
    try {
      return await make();
    } catch (thrown) {
      if (!String(thrown).includes('ECONNREFUSED')) throw thrown;
      await sleep(200);
    }
  }
}
