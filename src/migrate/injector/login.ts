// How an injected pod reaches its store and logs in, and what a class says of it. The pod logs in by its own account before
// and after, so its role stays as it is; only the audience of its token may change.
import { listAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap } from '../../yaml/node.ts';
import { type Connection, connectionOf } from '../connection.ts';
import type { Obstacle } from '../movable.ts';
import { DEFAULT_AUDIENCE } from '../roles.ts';
import type { Setup } from '../setup.ts';
import type { Annotation, Annotations } from './annotations.ts';

export interface Login {
  readonly role: string;
  readonly connection: Connection;
  /** What the report says of an annotation, in place of the table. */
  readonly texts: ReadonlyMap<Annotation, { readonly rule: 'mapped' | 'differs'; readonly text: string }>;
}

/** Nothing else is an address or a name. */
const PRINTABLE = /^[\x21-\x7e]{1,1000}$/;
const METHODS = ['kubernetes', 'jwt'] as const;
const TOKEN_VOLUME = 'agent-service-account-token-volume-name';

/** @param spec of the pod. */
export function readLogin(
  annotations: Annotations,
  spec: YamlMap,
  setup: Setup,
  refuse: (obstacle: Obstacle) => void,
): Login {
  const type = annotations.text('auth-type') ?? 'kubernetes';
  const method = METHODS.find((one) => one === type);
  const refuseAt = (name: string, why: string) =>
    refuse({ kind: 'store', at: annotations.find(name)?.at ?? spec.at, why });
  if (method === undefined)
    refuseAt('auth-type', `a login by ${quote(type)} has no place in a class: a pod logs in by its service account`);
  const role = annotations.text('role') ?? annotations.text('auth-config-role');
  if (role === undefined) refuseAt('agent-inject', 'no role is named; write role');
  for (const name of ['role', 'auth-config-role', 'service', 'namespace', 'auth-path', 'tls-server-name']) {
    const text = annotations.text(name);
    if (text !== undefined && !PRINTABLE.test(text))
      refuseAt(name, `${name} is ${quote(text)}, which is no address or name`);
  }
  const asked = connectionOf(setup);
  const ofVolume = audienceOf(annotations.text(TOKEN_VOLUME), spec);
  const audience = ofVolume ?? asked.audience;
  const mount = annotations.text('auth-path');
  const serverName = annotations.text('tls-server-name');
  return {
    role: role ?? '',
    connection: {
      address: annotations.text('service') ?? asked.address,
      namespace: annotations.text('namespace') ?? asked.namespace,
      authMount: mount?.replace(/^\/?auth\//, '') ?? asked.authMount,
      audience,
      method: method ?? 'kubernetes',
      ...(serverName === undefined ? {} : { tlsServerName: serverName }),
      ...(annotations.isOn('tls-skip-verify') ? { skipsTlsVerify: true } : {}),
    },
    texts: textsOf(annotations, role, audience, ofVolume),
  };
}

function textsOf(
  annotations: Annotations,
  role: string | undefined,
  audience: string | undefined,
  ofVolume: string | undefined,
): Login['texts'] {
  const texts = new Map<Annotation, { readonly rule: 'mapped' | 'differs'; readonly text: string }>();
  const stays = `roleName ${quote(role ?? '')}; the role stays, as the pod logs in by its own account as before`;
  for (const name of ['role', 'auth-config-role']) {
    const found = annotations.find(name);
    if (found === undefined) continue;
    if (audience !== undefined) texts.set(found, { rule: 'mapped', text: `${name}: ${stays}` });
    else {
      const why = `the audience of its token is ${quote(DEFAULT_AUDIENCE)} now: if the role has another, give --audience`;
      texts.set(found, { rule: 'differs', text: `${name}: ${stays}; ${why}` });
    }
  }
  const volume = annotations.find(TOKEN_VOLUME);
  if (volume !== undefined && ofVolume === undefined)
    texts.set(volume, { rule: 'differs', text: `${TOKEN_VOLUME}: the class has a token of its own; see its audience` });
  return texts;
}

/** The audience of the token in a projected volume. */
function audienceOf(name: string | undefined, spec: YamlMap): string | undefined {
  if (name === undefined || listAt(spec, 'volumes') === undefined) return undefined;
  const volume = mapsAt(spec, 'volumes').find((one) => textAt(one, 'name') === name);
  const audiences = mapsAt(volume, 'projected', 'sources').map((one) => textAt(one, 'serviceAccountToken', 'audience'));
  return audiences.find((one) => one !== undefined);
}
