// The plan as a whole: who asks, what the driver got wrong, tokens, and that nothing in it can be changed.
import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import { METHODS } from '../../src/plan/methods.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import type { PlanRequest } from '../../src/plan/plan.ts';
import { Secret } from '../../src/secret.ts';
import { DEFAULTS, KUBELET, makeRequest, ONE_OBJECT, POD_UID, plan, refusalOf } from './request.ts';

const TOKENS = 'csi.storage.k8s.io/serviceAccount.tokens';

function parse(changes: Partial<PlanRequest>) {
  return parsePlan(makeRequest({}, changes), DEFAULTS, new ObjectCache());
}

describe('parsePlan', () => {
  it('tells who asks from the keys of the kubelet', () => {
    assert.deepEqual(plan().identity, {
      namespace: 'team-a',
      account: 'web',
      podName: 'web-0',
      podUid: POD_UID,
      isPodless: false,
    });
    assert.equal(plan().className, 'web-secrets');
  });

  it('takes a target path without the uid of the pod for the sync controller', () => {
    assert.equal(parse({ targetPath: '/tmp/sync/x' }).identity.isPodless, true);
  });

  it('says of each method whether its request changes something in the store', () => {
    const objects = METHODS.map((method) => `- {objectName: ${method}, secretPath: a/b, method: ${method}}\n`);
    const effects = plan({ objects: objects.join('') }).reads.map(({ method, effect }) => [method, effect]);
    assert.deepEqual(Object.fromEntries(effects), {
      ...{ GET: 'read', LIST: 'read', SCAN: 'read' },
      ...{ POST: 'write', PUT: 'write', PATCH: 'write' },
    });
  });

  it('keeps the scope a class asks for', () => {
    assert.equal(plan({ sessionScope: 'serviceAccount' }).login.scope, 'serviceAccount');
    assert.equal(plan().login.scope, undefined);
  });

  it('gives files without a mode the one of the request', () => {
    assert.equal(parse({ permission: '256' }).objects[0]?.mode, 0o400);
    assert.equal(parse({ permission: '0' }).objects[0]?.mode, 0);
  });

  for (const key of ['pod.name', 'pod.uid', 'pod.namespace', 'serviceAccount.name']) {
    it(`refuses a request without ${key}`, () => {
      const expected = [
        'request-invalid',
        `request of the driver: attributes have no csi.storage.k8s.io/${key}; set podInfoOnMount: true on the CSIDriver object`,
      ];
      for (const value of [undefined, '', null]) {
        assert.deepEqual(
          refusalOf(() => plan({ [`csi.storage.k8s.io/${key}`]: value })),
          expected,
        );
      }
    });
  }

  const REFUSED: readonly (readonly [Partial<PlanRequest>, string])[] = [
    [{ attributes: new Secret('{"a": "hush') }, 'attributes are not a JSON object'],
    [{ attributes: new Secret('') }, 'attributes are not a JSON object'],
    [{ attributes: new Secret('["hush"]') }, 'attributes are not a JSON object'],
    [{ attributes: new Secret('null') }, 'attributes are not a JSON object'],
    [{ attributes: new Secret('{"hush": 1}') }, 'attributes hold something else than strings'],
    [
      { attributes: new Secret(' '.repeat(2 ** 20 + 1)) },
      'attributes are larger than 512 KiB; split the class into several',
    ],
    [{ secrets: new Secret(`{"${TOKENS}": hush}`) }, 'secrets are not a JSON object'],
    [
      { secrets: new Secret(' '.repeat(2 ** 20 + 1)) },
      'secrets are larger than 1 MiB; keep the Secret of nodePublishSecretRef small',
    ],
    [{ targetPath: '' }, 'target_path is empty'],
    ...['', '512', '-1', '0644', '4e2', '420.0', '"420"', 'null', '99999999999'].map(
      (permission) => [{ permission }, 'permission is not a number from 0 to 511'] as const,
    ),
  ];
  for (const [changes, text] of REFUSED) {
    const shown = inspect(
      Object.fromEntries(
        Object.entries(changes).map(([key, value]) => [
          key,
          value instanceof Secret ? value.reveal().slice(0, 40) : value,
        ]),
      ),
    );
    it(`refuses ${shown}: ${text}`, () => {
      assert.deepEqual(
        refusalOf(() => parse(changes)),
        ['request-invalid', `request of the driver: ${text}`],
      );
    });
  }

  it('finds the tokens among the secrets where the attributes have none', () => {
    const secrets = new Secret(JSON.stringify({ user: 'u', [TOKENS]: '{"vault":{"token":"jwt"}}' }));
    const made = parse({ secrets });
    assert.equal(made.login.tokens.get('vault')?.reveal(), 'jwt');
    assert.equal(made.login.tokens.size, 1);
  });

  for (const tokens of [
    '',
    'hush',
    'null',
    '[]',
    '"x"',
    '{"vault":null}',
    '{"vault":"jwt"}',
    '{"vault":{"token":1}}',
    '{"vault":{"token":""}}',
    '{"vault":{"token":["a"]}}',
  ]) {
    it(`passes over tokens that are none: ${tokens}`, () => {
      assert.equal(plan({ [TOKENS]: tokens }).login.tokens.size, 0);
    });
  }

  it('keeps a token whose expiry is past or no date: the store judges that', () => {
    const tokens =
      '{"vault":{"token":"jwt","expirationTimestamp":"1970-01-01T00:00:00Z"},"b":{"token":"c","expirationTimestamp":[]}}';
    assert.equal(plan({ [TOKENS]: tokens }).login.tokens.size, 2);
  });

  it('takes __proto__ for an audience, an attribute and a value', () => {
    const tokens = '{"__proto__":{"token":"jwt"}}';
    const text = JSON.stringify({ ...KUBELET, roleName: '__proto__', objects: ONE_OBJECT, [TOKENS]: tokens });
    const made = parse({ attributes: new Secret(`{"__proto__":"x",${text.slice(1)}`) });
    assert.equal(made.login.role, '__proto__');
    assert.equal(made.login.tokens.get('__proto__')?.reveal(), 'jwt');
    assert.deepEqual(made.warnings, ['unknown parameter "__proto__"']);
  });

  it('is frozen, all of it', () => {
    const made = plan({
      objects: '- {objectName: a, secretPath: p, secretArgs: {a: 1}, x: y}',
      vaultCACertPath: '/ca',
    });
    const open: string[] = [];
    const visit = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null || value instanceof Secret) return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(made, 'plan');
    assert.deepEqual(open, []);
  });

  it('prints no token and no argument', () => {
    const made = plan({
      [TOKENS]: '{"vault":{"token":"hush-1"}}',
      objects: '- {objectName: a, secretPath: p, secretArgs: {a: hush-2}}',
    });
    assert.doesNotMatch(inspect(made, { depth: 9, showHidden: true }) + JSON.stringify(made), /hush/);
  });
});
