// Certificates: who signed the store's, which file says so, and who named that file.
import { createAuthority } from '../harness/certificates.ts';
import type { DaemonOptions } from '../harness/daemon.ts';
import type { Bench, Way, Wish } from './bench.ts';

const LOGIN = 'object "a": login at auth/jwt as role "least"';
const FILE_FIX = "correct the path, or mount the file into the provider's container [tls-file]";
const SET_CA = 'set vaultCACertPath or vaultCADirectory to the CA that signed it';
const UNLINKED = `, or a certificate between the two is missing; ${SET_CA}, or let the store send its intermediate certificates with its own [store-tls]`;

const NAMES = ['127.0.0.1'];

/** A store with a certificate of a root of its own, whose file is `root.pem`. */
async function store(bench: Bench, names: readonly string[] = NAMES): Promise<string> {
  const root = createAuthority('root');
  bench.write('root.pem', root.certPem);
  return (await bench.front(bench.passOn, { tls: root.issue({ names }) })).address;
}

/** A store whose certificate an intermediate has signed. */
async function belowIntermediate(bench: Bench, isSent: boolean): Promise<Wish> {
  const root = createAuthority('root');
  const between = root.issueAuthority('between');
  bench.write('root.pem', root.certPem);
  bench.write('between.pem', between.certPem);
  const leaf = between.issue({ names: NAMES });
  const tls = isSent ? { ...leaf, certPem: leaf.certPem + between.certPem } : leaf;
  const { address } = await bench.front(bench.passOn, { tls });
  bench.notes.set('address', address);
  return { parameters: { vaultAddress: address, vaultCACertPath: `${bench.dir}/root.pem` } };
}

/** With the address of the store that the row began with. */
function again(bench: Bench, parameters: Readonly<Record<string, string>>): Wish {
  return { parameters: { vaultAddress: bench.notes.get('address') ?? '', ...parameters } };
}

const begin = async (bench: Bench, parameters: Readonly<Record<string, string>>, names = NAMES): Promise<Wish> => {
  bench.notes.set('address', await store(bench, names));
  return again(bench, parameters);
};

/** A daemon whose own store has the certificate, and whose operator names the CA so. */
function byOperator(name: string, says: string, give: (path: string) => DaemonOptions): Way {
  const daemonOf = (bench: Bench, file: string): Wish => {
    const given = give(`${bench.dir}/${file}`);
    const address = `--vault-addr=${bench.notes.get('address')}`;
    return { daemon: { ...given, args: [address, ...(given.args ?? [])] } };
  };
  return {
    name: `a CA file that is not there, named by ${name}`,
    wrong: async (bench) => {
      bench.notes.set('address', await store(bench));
      return daemonOf(bench, 'nowhere.pem');
    },
    says: `object "a": ${says} /dir/nowhere.pem: it does not exist; ${FILE_FIX}`,
    fix: (bench) => daemonOf(bench, 'root.pem'),
  };
}

export const TLS_WAYS: readonly Way[] = [
  {
    name: 'a CA file that is not there, named by the class',
    wrong: (bench) => begin(bench, { vaultCACertPath: `${bench.dir}/nowhere.pem` }),
    says: `object "a": vaultCACertPath /dir/nowhere.pem: it does not exist; ${FILE_FIX}`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: 'the same by its other name',
    wrong: (bench) => begin(bench, { baoCACertPath: `${bench.dir}/nowhere.pem` }),
    says: `object "a": baoCACertPath /dir/nowhere.pem: it does not exist; ${FILE_FIX}`,
    fix: (bench) => again(bench, { baoCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: 'a CA file that is none',
    wrong: (bench) => begin(bench, { vaultCACertPath: bench.write('none.pem', 'no certificate') }),
    says: `object "a": vaultCACertPath /dir/none.pem: it holds no PEM certificate; ${FILE_FIX}`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  byOperator('a flag', '--vault-tls-ca-cert', (path) => ({ args: [`--vault-tls-ca-cert=${path}`] })),
  byOperator('a variable', 'VAULT_CACERT', (path) => ({ env: { VAULT_CACERT: path } })),
  byOperator("a variable of OpenBao's", 'BAO_CACERT', (path) => ({ env: { BAO_CACERT: path } })),
  {
    name: "a certificate of a CA that is none of the system's",
    wrong: (bench) => begin(bench, {}),
    says: `${LOGIN}: STORE: its certificate is not signed by the system's CAs${UNLINKED}`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: 'a certificate whose root the store sends along, and nobody trusts',
    wrong: async (bench) => {
      const root = createAuthority('root');
      bench.write('root.pem', root.certPem);
      const leaf = root.issue({ names: NAMES });
      const tls = { ...leaf, certPem: leaf.certPem + root.certPem };
      bench.notes.set('address', (await bench.front(bench.passOn, { tls })).address);
      return again(bench, {});
    },
    says: `${LOGIN}: STORE: its certificate is not signed by the system's CAs; ${SET_CA} [store-tls]`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: "a certificate of another CA than the class's",
    wrong: (bench) => {
      const other = bench.write('other.pem', createAuthority('other').certPem);
      return begin(bench, { vaultCACertPath: other });
    },
    says: `${LOGIN}: STORE: its certificate is not signed by the CA of vaultCACertPath /dir/other.pem${UNLINKED}`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: "a certificate of another CA than the flag's",
    wrong: async (bench) => {
      const other = bench.write('other.pem', createAuthority('other').certPem);
      return { ...(await begin(bench, {})), daemon: { args: [`--vault-tls-ca-cert=${other}`] } };
    },
    says: `${LOGIN}: STORE: its certificate is not signed by the CA of --vault-tls-ca-cert /dir/other.pem${UNLINKED}`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: 'an intermediate certificate that the store does not send, named in the class',
    wrong: (bench) => belowIntermediate(bench, false),
    says: `${LOGIN}: STORE: its certificate is not signed by the CA of vaultCACertPath /dir/root.pem${UNLINKED}`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/between.pem` }),
  },
  {
    name: 'an intermediate certificate that the store then sends',
    wrong: (bench) => belowIntermediate(bench, false),
    says: `${LOGIN}: STORE: its certificate is not signed by the CA of vaultCACertPath /dir/root.pem${UNLINKED}`,
    fix: (bench) => belowIntermediate(bench, true),
  },
  {
    name: 'a certificate for another name',
    wrong: (bench) => begin(bench, { vaultCACertPath: `${bench.dir}/root.pem` }, ['vault.example.com']),
    says: `${LOGIN}: STORE: its certificate is not for 127.0.0.1; correct the address, or set vaultTLSServerName to a name in it [store-tls]`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem`, vaultTLSServerName: 'vault.example.com' }),
  },
  {
    name: 'a certificate that has expired',
    wrong: async (bench) => {
      const root = createAuthority('root');
      bench.write('root.pem', root.certPem);
      const day = 24 * 60 * 60 * 1000;
      const tls = root.issue({ names: NAMES, notBefore: Date.now() - 2 * day, notAfter: Date.now() - day });
      const { address } = await bench.front(bench.passOn, { tls });
      bench.notes.set('address', (await bench.front(bench.passOn, { tls: root.issue({ names: NAMES }) })).address);
      return { parameters: { vaultAddress: address, vaultCACertPath: `${bench.dir}/root.pem` } };
    },
    says: `${LOGIN}: STORE: its certificate has expired; renew it at the store [store-tls]`,
    fix: (bench) => again(bench, { vaultCACertPath: `${bench.dir}/root.pem` }),
  },
  {
    name: 'a store that asks for a certificate of ours',
    wrong: async (bench) => {
      const root = createAuthority('root');
      bench.write('root.pem', root.certPem);
      const ours = root.issue({ names: ['provider'] });
      bench.write('client.pem', ours.certPem);
      bench.write('client-key.pem', ours.keyPem);
      const options = { tls: root.issue({ names: NAMES }), clientCa: root.certPem };
      bench.notes.set('address', (await bench.front(bench.passOn, options)).address);
      return again(bench, { vaultCACertPath: `${bench.dir}/root.pem` });
    },
    says: `${LOGIN}: STORE: it turned our side of TLS away; if it asks for client certificates, set vaultTLSClientCertPath and vaultTLSClientKeyPath to one it knows [store-tls]`,
    fix: (bench) =>
      again(bench, {
        vaultCACertPath: `${bench.dir}/root.pem`,
        vaultTLSClientCertPath: `${bench.dir}/client.pem`,
        vaultTLSClientKeyPath: `${bench.dir}/client-key.pem`,
      }),
  },
  {
    name: 'a port that speaks no TLS',
    wrong: ({ bao }) => ({ parameters: { vaultAddress: bao.address.replace('http:', 'https:') } }),
    says: `${LOGIN}: STORE: it does not speak TLS; check the port, or write http:// if that is meant [store-tls]`,
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  },
];
