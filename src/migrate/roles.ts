// Who reads what after the move: one role and one policy for each service account, with the paths its pods read and no
// right beside reading.
import type { Setup } from './setup.ts';

export interface Role {
  readonly name: string;
  readonly namespace: string;
  readonly account: string;
  readonly paths: ReadonlySet<string>;
}

export class Roles {
  readonly #setup: Setup;
  readonly #roles = new Map<string, Role & { readonly paths: Set<string> }>();

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** @param namespace undefined: the one of the command line. */
  roleOf(namespace: string | undefined, account: string, paths: readonly string[]): string {
    const where = namespace ?? this.#setup.namespace;
    // No namespace has a dot, so that no two accounts have one name.
    const name = `${where}.${account}`;
    const role = this.#roles.get(name) ?? { name, namespace: where, account, paths: new Set<string>() };
    for (const path of paths) role.paths.add(path.replace(/\?.*$/, ''));
    this.#roles.set(name, role);
    return name;
  }

  list(): readonly Role[] {
    return [...this.#roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

export const DEFAULT_AUDIENCE = 'vault';
export const DEFAULT_AUTH_MOUNT = 'kubernetes';

function policyOf({ paths }: Role): string {
  return [...paths]
    .sort()
    .map((path) => `path ${JSON.stringify(path)} {\n  capabilities = ["read"]\n}\n`)
    .join('');
}

/** For a shell, by `bao`; `STORE=vault` takes Vault's command. */
export function rolesAsCommands(roles: readonly Role[], setup: Setup): string {
  const namespace = setup.storeNamespace === undefined ? '' : ` -namespace=${shellWord(setup.storeNamespace)}`;
  const commands = roles.map((role) => {
    const fields = [
      `bound_service_account_names=${role.account}`,
      `bound_service_account_namespaces=${role.namespace}`,
      `audience=${setup.audience ?? DEFAULT_AUDIENCE}`,
      `token_policies=${role.name}`,
      'token_ttl=1h',
    ];
    const target = `auth/${setup.authMount ?? DEFAULT_AUTH_MOUNT}/role/${role.name}`;
    return `"$store" policy write${namespace} ${shellWord(role.name)} - <<'POLICY'
${policyOf(role)}POLICY
"$store" write${namespace} ${[target, ...fields].map(shellWord).join(' \\\n  ')}
`;
  });
  return `#!/bin/sh
# What the pods' service accounts may read, one policy and one role for each. Read it, log in to the store as somebody
# who may write policies, and run it; STORE=vault for Vault's command.
set -eu
store="\${STORE:-bao}"

${commands.join('\n')}`;
}

/** For the provider hashicorp/vault, which OpenBao's users take too. */
export function rolesAsTerraform(roles: readonly Role[], setup: Setup): string {
  const namespace = setup.storeNamespace === undefined ? '' : `  namespace = ${terraformText(setup.storeNamespace)}\n`;
  return roles
    .map((role) => {
      const id = role.name.replaceAll('.', '_').replace(/^(?=\d)/, '_');
      return `resource "vault_policy" "${id}" {
${namespace}  name   = ${terraformText(role.name)}
  policy = <<-POLICY
${policyOf(role).replace(/^(?=.)/gm, '    ')}  POLICY
}

resource "vault_kubernetes_auth_backend_role" "${id}" {
${namespace}  backend                          = ${terraformText(setup.authMount ?? DEFAULT_AUTH_MOUNT)}
  role_name                        = ${terraformText(role.name)}
  bound_service_account_names      = [${terraformText(role.account)}]
  bound_service_account_namespaces = [${terraformText(role.namespace)}]
  audience                         = ${terraformText(setup.audience ?? DEFAULT_AUDIENCE)}
  token_policies                   = [vault_policy.${id}.name]
  token_ttl                        = 3600
}
`;
    })
    .join('\n');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function terraformText(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
