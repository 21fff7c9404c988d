// The classes of a chaos run: what each asks for, as data that both the class's text and the observer's checks are
// made from. Two accounts use one role; whose login it is decides what may be read.

export const ACCOUNTS = ['shop', 'bank'] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Each is two files that must belong together: `<name>-<first key>` and `<name>-<second key>`. */
export type Want =
  | { readonly kind: 'kv'; readonly name: string; readonly path: string }
  | { readonly kind: 'login'; readonly name: string; readonly path: string; readonly isShared: boolean }
  | { readonly kind: 'certificate'; readonly name: string; readonly commonName: string };

export interface ChaosClass {
  readonly name: string;
  readonly wants: readonly Want[];
  /** It asks for what its account may not see. */
  readonly isForeign: boolean;
}

/** Its users live for hours: no poll, fault or restart may bring another one. */
export const LASTING = 'lasting/creds/app';
/** Its users live for seconds, so that a run sees renewals, replacements and ends. */
export const BRIEF = 'brief/creds/app';

export const KV_PATHS = ['secret/data/shop/db', 'secret/data/bank/db', 'secret/data/all/common'] as const;

export const KEYS = {
  kv: ['user', 'password'],
  login: ['username', 'password'],
  certificate: ['certificate', 'private_key'],
} as const;

const KINDS = ['plain', 'own', 'shared', 'brief', 'certificates', 'foreign'] as const;
const COMMON: Want = { kind: 'kv', name: 'common', path: 'secret/data/all/common' };

/** Six for each account. @param isEdited the class's other text: a want more or less */
export function classOf(account: Account, index: number, isEdited: boolean): ChaosClass {
  const kind = KINDS[index % KINDS.length] ?? 'plain';
  const wants = wantsOf(kind, account);
  return { name: kind, wants: isEdited ? [...wants, COMMON] : wants, isForeign: kind === 'foreign' };
}

export const CLASS_COUNT = KINDS.length;

function wantsOf(kind: (typeof KINDS)[number], account: Account): readonly Want[] {
  const own: Want = { kind: 'kv', name: 'own', path: `secret/data/${account}/db` };
  const login = (path: string, isShared = false): Want => ({ kind: 'login', name: 'login', path, isShared });
  switch (kind) {
    case 'plain':
      return [own];
    case 'own':
      return [own, login(LASTING)];
    case 'shared':
      return [login(LASTING, true)];
    case 'brief':
      return [own, login(BRIEF)];
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
    return `${head}  secretPath: ${want.path}\n${share}`;
  }
  return `${head}  secretPath: pki/issue/web\n  method: POST\n  secretArgs: { common_name: ${want.commonName}, ttl: 24h }\n`;
}
