// Functions that other systems' templates have and ours refuse, each with its reason: for errors, `check` and the
// documentation.

export interface Refusal {
  readonly names: readonly string[];
  /** What follows `function "NAME" not defined; `. */
  readonly reason: string;
}

const CHANGES = 'its result differs at each call, so that each poll would change the file';
const NOT_YET = 'it needs a library for PKCS#12, which templates do not have';
const NO_CONSUL = 'it reads Consul or Nomad, and only secrets are read here';

const OF_SPRIG: readonly Refusal[] = [
  { names: ['now', 'ago'], reason: CHANGES },
  { names: ['randAlpha', 'randAlphaNum', 'randAscii', 'randBytes', 'randInt', 'randNumeric'], reason: CHANGES },
  { names: ['shuffle', 'uuidv4', 'encryptAES', 'bcrypt', 'htpasswd'], reason: CHANGES },
  {
    names: ['genPrivateKey', 'genCA', 'genCAWithKey', 'genSelfSignedCert', 'genSelfSignedCertWithKey'],
    reason: CHANGES,
  },
  { names: ['genSignedCert', 'genSignedCertWithKey'], reason: CHANGES },
  {
    names: [
      ...['date', 'dateInZone', 'date_in_zone', 'dateModify', 'date_modify', 'mustDateModify', 'must_date_modify'],
      ...['htmlDate', 'htmlDateInZone', 'toDate', 'mustToDate', 'unixEpoch'],
    ],
    reason: 'it depends on the time or the time zone of the node',
  },
  { names: ['env', 'expandenv'], reason: 'it would read the environment of the provider, not of the pod' },
  { names: ['getHostByName'], reason: 'it would look a name up in the network of the provider' },
  { names: ['derivePassword'], reason: 'it is slow on purpose, and would delay other mounts' },
];

const OF_EXTERNAL_SECRETS: readonly Refusal[] = [
  { names: ['getSecretKey'], reason: 'it would read Secrets of the cluster, which the provider may not' },
  {
    names: ['pemToPkcs12', 'pemToPkcs12Pass', 'fullPemToPkcs12', 'fullPemToPkcs12Pass'],
    reason: CHANGES,
  },
  { names: ['pemTruststoreToPKCS12', 'pemTruststoreToPKCS12Pass'], reason: CHANGES },
  { names: ['pkcs12key', 'pkcs12keyPass', 'pkcs12cert', 'pkcs12certPass'], reason: NOT_YET },
];

const OF_AGENT: readonly Refusal[] = [
  { names: ['timestamp'], reason: CHANGES },
  {
    names: ['env', 'mustEnv', 'envOrDefault'],
    reason: 'it would read the environment of the provider, not of the pod',
  },
  { names: ['file'], reason: 'it would read a file of the provider' },
  { names: ['writeToFile'], reason: 'it would write a file of the provider' },
  { names: ['plugin'], reason: 'it would run a program in the provider' },
  { names: ['sockaddr'], reason: 'it would read the network addresses of the provider' },
  {
    names: ['spew_dump', 'spew_printf', 'spew_sdump', 'spew_sprintf'],
    reason: 'it prints values for debugging, and some of them into the log',
  },
  {
    names: [
      ...['key', 'keyExists', 'keyOrDefault', 'ls', 'safeLs', 'tree', 'safeTree', 'byKey', 'explode'],
      ...[
        'datacenters',
        'exportedServices',
        'node',
        'nodes',
        'partitions',
        'peerings',
        'service',
        'services',
        'connect',
      ],
      ...['caRoots', 'caLeaf', 'byPort', 'byTag', 'byMeta'],
      ...['nomadServices', 'nomadService', 'nomadVarList', 'nomadVarListSafe', 'nomadVar', 'nomadVarExists'],
    ],
    reason: NO_CONSUL,
  },
];

export const REFUSED_IN_SPRIG: ReadonlyMap<string, string> = byName([...OF_SPRIG, ...OF_EXTERNAL_SECRETS]);
export const REFUSED_IN_AGENT: ReadonlyMap<string, string> = byName([
  ...OF_AGENT,
  ...OF_SPRIG.map(({ names, reason }) => ({ names: names.map((name) => `sprig_${name}`), reason })),
]);

function byName(refusals: readonly Refusal[]): ReadonlyMap<string, string> {
  return new Map(refusals.flatMap(({ names, reason }) => names.map((name) => [name, reason] as const)));
}
