// Who reads what after the move: one policy for each service account, with the paths its pods read and no right beside
// what that takes, and one role for each method by which it logs in.
import { policyRule } from '../manifest/policy-text.ts';
import type { Connection } from './connection.ts';
import type { Right } from './store-value.ts';

export interface Role {
  readonly name: string;
  readonly namespace: string;
  readonly account: string;
  /** What its pods may do, by path. */
  readonly rights: ReadonlyMap<string, ReadonlySet<Right['capability']>>;
  /** To which store; each has another mount or method. */
  readonly logins: readonly Connection[];
}

interface OpenRole extends Role {
  readonly rights: Map<string, Set<Right['capability']>>;
  readonly logins: Connection[];
}

export const DEFAULT_AUDIENCE = 'vault';
export const DEFAULT_AUTH_MOUNT = 'kubernetes';
/** TTL of every role's tokens. */
const TTL_SECONDS = 3600;

export class Roles {
  readonly #defaultNamespace: string;
  readonly #roles = new Map<string, OpenRole>();

  /** @param defaultNamespace of accounts whose manifests name none. */
  constructor(defaultNamespace: string) {
    this.#defaultNamespace = defaultNamespace;
  }

  roleOf(connection: Connection, namespace: string | undefined, account: string, rights: readonly Right[]): string {
    const where = namespace ?? this.#defaultNamespace;
    // No namespace has a dot, so that no two accounts have one name.
    const name = `${where}.${account}`;
    const key = JSON.stringify([connection.address, connection.namespace, name]);
    const role: OpenRole = this.#roles.get(key) ?? { name, namespace: where, account, rights: new Map(), logins: [] };
    for (const { path, capability } of rights)
      role.rights.set(path, (role.rights.get(path) ?? new Set()).add(capability));
    const isKnown = role.logins.some((one) => JSON.stringify(one) === JSON.stringify(connection));
    if (!isKnown) role.logins.push(connection);
    this.#roles.set(key, role);
    return name;
  }

  list(): readonly Role[] {
    return [...this.#roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function policyOf({ rights }: Role): string {
  return [...rights]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, capabilities]) => policyRule(path, [...capabilities].sort()))
    .join('');
}

/** The fields of a role that bind it to its account, as the store names them. */
function bindingOf({ namespace, account }: Role, { method, audience = DEFAULT_AUDIENCE }: Connection) {
  if (method === 'kubernetes')
    return { bound_service_account_names: [account], bound_service_account_namespaces: [namespace], audience };
  return {
    role_type: 'jwt',
    user_claim: 'sub',
    bound_subject: `system:serviceaccount:${namespace}:${account}`,
    bound_audiences: [audience],
  };
}

function mountOf({ authMount, method }: Connection): string {
  return authMount ?? (method === 'jwt' ? 'jwt' : DEFAULT_AUTH_MOUNT);
}

/** For a shell, by `bao`; `STORE=vault` takes Vault's command. */
export function rolesAsCommands(roles: readonly Role[]): string {
  const commands = roles.map((role) => {
    const [first] = role.logins;
    const namespace = first?.namespace === undefined ? '' : ` -namespace=${shellWord(first.namespace)}`;
    const where = first?.address === undefined ? '' : `# On ${shellWord(first.address)}.\n`;
    const logins = role.logins.map((login) => {
      const fields = { ...bindingOf(role, login), token_policies: role.name, token_ttl: '1h' };
      const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
      const target = `auth/${mountOf(login)}/role/${role.name}`;
      return `"$store" write${namespace} ${[target, ...words].map(shellWord).join(' \\\n  ')}\n`;
    });
    return `${where}"$store" policy write${namespace} ${shellWord(role.name)} - <<'POLICY'
${policyOf(role)}POLICY
${logins.join('')}`;
  });
  return `#!/bin/sh
# What the pods' service accounts may read, one policy and one role for each. Read it, log in to the store as somebody
# who may write policies, and run it; STORE=vault for Vault's command.
set -eu
store="\${STORE:-bao}"

${commands.join('\n')}`;
}

/** For the provider hashicorp/vault, which OpenBao's users take too. */
export function rolesAsTerraform(roles: readonly Role[]): string {
  const ids = new Map<string, number>();
  const blocks = roles.flatMap((role) => {
    const id = uniqueId(role.name.replaceAll('.', '_').replace(/^(?=\d)/, '_'), ids);
    const [first] = role.logins;
    const namespace = first?.namespace === undefined ? {} : { namespace: terraformText(first.namespace) };
    const policy = `<<-POLICY\n${policyOf(role).replace(/^(?=.)/gm, '    ')}  POLICY`;
    const logins = role.logins.map((login, index) => {
      const binding = Object.entries(bindingOf(role, login)).map(
        ([name, value]) => [name, terraformText(value)] as const,
      );
      return terraformBlock(`vault_${login.method}_auth_backend_role`, index === 0 ? id : `${id}_${index + 1}`, {
        ...namespace,
        backend: terraformText(mountOf(login)),
        role_name: terraformText(role.name),
        ...Object.fromEntries(binding),
        token_policies: `[vault_policy.${id}.name]`,
        token_ttl: `${TTL_SECONDS}`,
      });
    });
    return [terraformBlock('vault_policy', id, { ...namespace, name: terraformText(role.name), policy }), ...logins];
  });
  return blocks.join('\n');
}

function uniqueId(id: string, taken: Map<string, number>): string {
  const count = (taken.get(id) ?? 0) + 1;
  taken.set(id, count);
  return count === 1 ? id : `${id}__${count}`;
}

function terraformBlock(type: string, id: string, fields: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(width)} = ${value}\n`);
  return `resource "${type}" "${id}" {\n${lines.join('')}}\n`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function terraformText(value: string | readonly string[]): string {
  return JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
