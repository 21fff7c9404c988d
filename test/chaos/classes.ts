// The classes of a chaos run: what each asks for, as data that both the class's text and the observer's checks are
// made from. Two accounts use one role; whose login it is decides what may be read.

export const ACCOUNTS = ['shop', 'bank'] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Each is two files that must belong together: `<name>-<first key>` and `<name>-<second key>`. */
export type Want =
  | { readonly kind: 'kv'; readonly name: string; readonly path: string; readonly isHeld: boolean }
  | { readonly kind: 'login'; readonly name: string; readonly path: string; readonly isShared: boolean }
  | { readonly kind: 'certificate'; readonly name: string; readonly commonName: string };

export interface ChaosClass {
  readonly name: string;
  readonly wants: readonly Want[];
  /** It asks for what its account may not see. */
  readonly isForeign: boolean;
  readonly login: Login;
}

/** Where and as what its pods log in. */
export interface Login {
  readonly mount: 'kubernetes' | 'jwt';
  readonly role: 'app' | 'hasty';
}

const USUAL: Login = { mount: 'kubernetes', role: 'app' };
/** Tokens of the role `hasty` live for seconds, and what was read with them no longer. */
export const HASTY = { token_ttl: '2s', token_max_ttl: '6s' } as const;

const LASTING = 'lasting/creds/app';
/** Its users live for seconds, so that a run sees renewals, replacements and ends. */
const BRIEF = 'brief/creds/app';
/** Its users are renewed each few seconds, for hours. */
const DATABASE = 'database/creds/renewed';
const BRIEF_DATABASE = 'database/creds/brief';

/** No poll, fault or restart may bring another user while one is good. */
export const STEADY_PATHS: readonly string[] = [LASTING, DATABASE];

/** What a class holds: `refreshAfter`. */
export const REFRESH_MS = 1_000;

export const KV_PATHS = ['secret/data/shop/db', 'secret/data/bank/db', 'secret/data/all/common'] as const;

export const KEYS = {
  kv: ['user', 'password'],
  login: ['username', 'password'],
  certificate: ['certificate', 'private_key'],
} as const;

const KINDS = [
  'plain',
  'own',
  'shared',
  'brief',
  'certificates',
  'foreign',
  'jwt',
  'hasty',
  'held',
  'database',
  'brief database',
] as const;
type Kind = (typeof KINDS)[number];

/** Others log in as usual. */
const LOGINS: Partial<Record<Kind, Login>> = {
  jwt: { mount: 'jwt', role: 'app' },
  hasty: { mount: 'jwt', role: 'hasty' },
  'brief database': { mount: 'kubernetes', role: 'hasty' },
};

const COMMON: Want = { kind: 'kv', name: 'common', path: 'secret/data/all/common', isHeld: false };

/** One of each kind for each account. @param isEdited the class's other text: a want more or less */
export function classOf(account: Account, index: number, isEdited: boolean): ChaosClass {
  const kind = KINDS[index % KINDS.length] ?? 'plain';
  const wants = wantsOf(kind, account);
  const login = LOGINS[kind] ?? USUAL;
  return { name: kind, wants: isEdited ? [...wants, COMMON] : wants, isForeign: kind === 'foreign', login };
}

export const CLASS_COUNT = KINDS.length;
/** Of the class whose user is renewed each few seconds. */
export const RENEWED_CLASS = KINDS.indexOf('database');

function wantsOf(kind: Kind, account: Account): readonly Want[] {
  const own: Want = { kind: 'kv', name: 'own', path: `secret/data/${account}/db`, isHeld: false };
  const login = (path: string, isShared = false): Want => ({ kind: 'login', name: 'login', path, isShared });
  switch (kind) {
    case 'plain':
      return [own];
    case 'own':
    case 'jwt':
      return [own, login(LASTING)];
    case 'shared':
      return [login(LASTING, true)];
    case 'brief':
    case 'hasty':
      return [own, login(BRIEF)];
    case 'held':
      return [{ ...own, isHeld: true }];
    case 'database':
      return [own, login(DATABASE)];
    case 'brief database':
      return [own, login(BRIEF_DATABASE)];
    case 'certificates':
      return ['a', 'b'].map((name) => ({ kind: 'certificate', name, commonName: `${name}.${account}.example.com` }));
    case 'foreign':
      return [{ ...own, path: `secret/data/${account === 'shop' ? 'bank' : 'shop'}/db` }];
  }
}

export function objectsOf(wants: readonly Want[]): string {
  return wants.flatMap((want) => KEYS[want.kind].map((key) => objectOf(want, key))).join('');
}

function objectOf(want: Want, key: string): string {
  const head = `- objectName: ${want.name}-${key}\n  secretKey: ${key}\n`;
  if (want.kind !== 'certificate') {
    const share = want.kind === 'login' && want.isShared ? '  share: serviceAccount\n' : '';
    const refresh = want.kind === 'kv' && want.isHeld ? `  refreshAfter: ${REFRESH_MS / 1000}s\n` : '';
    return `${head}  secretPath: ${want.path}\n${share}${refresh}`;
  }
  return `${head}  secretPath: pki/issue/web\n  method: POST\n  secretArgs: { common_name: ${want.commonName}, ttl: 24h }\n`;
}
