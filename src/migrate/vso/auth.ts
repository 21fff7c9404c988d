// Which login and which store a secret of Vault Secrets Operator has: its VaultAuth, what that takes of a VaultAuthGlobal,
// and the VaultConnection that they name (v0.10.0, common/common.go and vault/config.go).
import { fieldOf, listAt, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import type { Connection } from '../connection.ts';
import { endsOf, type FieldEnds } from '../fields.ts';
import type { Input } from '../input.ts';
import type { Obstacle } from '../movable.ts';
import { FIELD_TABLES } from './field-tables.ts';
import type { Resources } from './resources.ts';

export interface Access {
  readonly connection: Connection;
  /** In which it logs in. */
  readonly namespace: string | undefined;
  readonly obstacles: readonly Obstacle[];
  readonly report: () => void;
}

/** They go into commands. */
const PRINTABLE = /^[\x21-\x7e]{1,1000}$/;
/** @param holder spec of a secret. */
export function readAccess(resources: Resources, input: Input, holder: YamlMap | undefined): Access {
  return new AccessReader(resources).read(input, holder);
}

class AccessReader {
  readonly #resources: Resources;
  readonly #obstacles: Obstacle[] = [];
  readonly #ends: FieldEnds[] = [];

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  read(input: Input, holder: YamlMap | undefined): Access {
    const auth = this.#find('VaultAuth', textAt(holder, 'vaultAuthRef'), input, fieldOf(holder, 'vaultAuthRef')?.at);
    const login = auth === undefined ? NO_LOGIN : this.#readLogin(auth);
    const found = auth && this.#find('VaultConnection', login.connectionRef, auth, auth.map.at);
    const spec = mapAt(found?.map, 'spec');
    if (found !== undefined) this.#take(endsOf(spec, FIELD_TABLES.VaultConnection, found));
    const tlsServerName = textAt(spec, 'tlsServerName');
    const connection: Connection = {
      address: textAt(spec, 'address'),
      namespace: textAt(holder, 'namespace') ?? login.namespace,
      authMount: login.authMount,
      audience: login.audience,
      method: login.method,
      ...(tlsServerName === undefined ? {} : { tlsServerName }),
      ...(textAt(spec, 'skipTLSVerify') === 'true' ? { skipsTlsVerify: true } : {}),
    };
    const odd = Object.values(connection).find((text) => typeof text === 'string' && !PRINTABLE.test(text));
    if (odd !== undefined) this.#refuse(found ?? input, undefined, `${quote(String(odd))} is no address or name`);
    return {
      connection,
      namespace: login.namespace,
      obstacles: this.#obstacles,
      report: () => {
        for (const { report } of this.#ends) report();
      },
    };
  }

  #readLogin(auth: Input): Login {
    const spec = mapAt(auth.map, 'spec');
    this.#take(endsOf(spec, FIELD_TABLES.VaultAuth, auth));
    const reference = mapAt(spec, 'vaultAuthGlobalRef');
    const shared = reference === undefined ? undefined : this.#findGlobal(auth, reference);
    const global = mapAt(shared?.map, 'spec');
    if (shared !== undefined) this.#take(endsOf(global, FIELD_TABLES.VaultAuthGlobal, shared));
    const method = textAt(spec, 'method') ?? textAt(global, 'defaultAuthMethod') ?? 'none';
    const own = mapAt(spec, method);
    const common = mapAt(global, method);
    for (const name of ['headers', 'params'] as const)
      this.#checkMerged(name, reference, shared, [mapAt(common, name), mapAt(global, name)]);
    const account = textAt(own, 'serviceAccount') ?? textAt(common, 'serviceAccount');
    // The VaultAuth's own field of another method is refused by its name.
    if (isMethod(method) ? account === undefined : own === undefined)
      this.#refuse(
        auth,
        fieldOf(spec, method)?.at ?? fieldOf(spec, 'method')?.at,
        `${method}: a pod logs in by its service account, and none is named here`,
      );
    return {
      method: method === 'jwt' ? 'jwt' : 'kubernetes',
      authMount: textAt(spec, 'mount') ?? textAt(common, 'mount') ?? textAt(global, 'defaultMount'),
      audience: firstAudience(own) ?? firstAudience(common),
      namespace: textAt(spec, 'namespace') ?? textAt(common, 'namespace') ?? textAt(global, 'defaultVaultNamespace'),
      connectionRef: textAt(spec, 'vaultConnectionRef') ?? textAt(global, 'vaultConnectionRef'),
    };
  }

  #findGlobal(auth: Input, reference: YamlMap): Input | undefined {
    const name = textAt(reference, 'name');
    const namespace = textAt(reference, 'namespace');
    const at = reference.at;
    if (namespace === undefined || name === undefined) return this.#find('VaultAuthGlobal', name, auth, at);
    return this.#find('VaultAuthGlobal', `${namespace}/${name}`, auth, at);
  }

  /** Without a strategy the operator takes none of the VaultAuthGlobal's. */
  #checkMerged(
    name: 'headers' | 'params',
    reference: YamlMap | undefined,
    shared: Input | undefined,
    maps: readonly (YamlMap | undefined)[],
  ): void {
    const strategy = textAt(reference, 'mergeStrategy', name) ?? 'none';
    const found = maps.find((map) => map !== undefined && map.fields.size > 0);
    if (strategy === 'none' || found === undefined || shared === undefined) return;
    this.#refuse(shared, found.at, `${name}: a class cannot add ${name} to its login`);
  }

  #find(kind: string, reference: string | undefined, near: Input, at: Position | undefined): Input | undefined {
    const found = this.#resources.find(kind, reference, near);
    if (found === undefined)
      this.#refuse(
        near,
        at,
        reference === undefined
          ? `it takes the operator's default ${kind}, which is not in the input, or not once; give its manifest too`
          : `${kind} ${quote(reference)} is not in the input; give its manifest too`,
      );
    return found;
  }

  #take(ends: FieldEnds): void {
    this.#ends.push(ends);
    this.#obstacles.push(...ends.obstacles.map((one) => ({ ...one, kind: 'store' as const })));
  }

  #refuse(input: Input, at: Position | undefined, why: string): void {
    this.#obstacles.push({ kind: 'store', at: at ?? input.map.at, why, input });
  }
}

interface Login extends Pick<Connection, 'authMount' | 'audience' | 'method' | 'namespace'> {
  readonly connectionRef: string | undefined;
}

/** A stand-in value, so that the other fields are read too. */
const NO_LOGIN: Login = {
  method: 'kubernetes',
  authMount: undefined,
  audience: undefined,
  namespace: undefined,
  connectionRef: undefined,
};

function isMethod(method: string): method is Connection['method'] {
  return method === 'kubernetes' || method === 'jwt';
}

function firstAudience(config: YamlMap | undefined): string | undefined {
  const [first] = listAt(config, 'audiences')?.items ?? [];
  return first?.kind === 'scalar' ? first.text : undefined;
}
