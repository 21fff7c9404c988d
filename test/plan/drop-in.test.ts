// One test for each line of the drop-in surface that parsing decides: what users of HashiCorp's and
// OpenBao's providers have written must mean the same here.
import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { readOf, valueSource } from '../harness/plans.ts';
import { KUBELET, ONE_OBJECT, objectsOf, objectWith, plan, problemsOf } from './request.ts';

describe('drop-in: parameters', () => {
  it('refuses a class without roleName', () => {
    assert.deepEqual(problemsOf({ roleName: undefined }), [
      "- parameter roleName: missing; write the name of the login method's role",
    ]);
  });

  it('takes every connection parameter of the class over the node default', () => {
    const { store, login } = plan({
      vaultAddress: 'https://vault.example:8200/base/',
      vaultNamespace: 'team/a',
      vaultCACertPath: '/tls/ca.pem',
      vaultCADirectory: '/tls/ca',
      vaultTLSServerName: 'vault.internal',
      vaultTLSClientCertPath: '/tls/cert.pem',
      vaultTLSClientKeyPath: '/tls/key.pem',
      vaultSkipTLSVerify: 'true',
      vaultAuthMountPath: '/team/jwt/',
      audience: 'my-vault',
    });
    assert.deepEqual(store, {
      address: 'https://vault.example:8200/base',
      isFromClass: true,
      namespace: 'team/a',
      tls: {
        caCertPath: '/tls/ca.pem',
        caDirectory: '/tls/ca',
        caPem: undefined,
        serverName: 'vault.internal',
        clientCertPath: '/tls/cert.pem',
        clientKeyPath: '/tls/key.pem',
        names: {
          caCertPath: 'vaultCACertPath',
          caDirectory: 'vaultCADirectory',
          clientCertPath: 'vaultTLSClientCertPath',
          clientKeyPath: 'vaultTLSClientKeyPath',
        },
        skipVerify: true,
      },
    });
    assert.equal(login.mount, 'team/jwt');
    assert.equal(login.audience, 'my-vault');
    assert.equal(login.requestAudience, 'my-vault');
  });

  for (const [text, isTrue] of [
    ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
    ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
  ]) {
    it(`reads vaultSkipTLSVerify ${text} as Go does`, () => {
      const tls = { skipVerify: !isTrue };
      const { store } = plan({ vaultSkipTLSVerify: text }, { store: { address: 'http://s', namespace: '', tls } });
      assert.equal(store.tls.skipVerify, isTrue);
    });
  }

  for (const text of ['yes', 'tRUE', 'on', ' true']) {
    it(`refuses vaultSkipTLSVerify ${JSON.stringify(text)}`, () => {
      assert.deepEqual(problemsOf({ vaultSkipTLSVerify: text }), [
        `- parameter vaultSkipTLSVerify: ${JSON.stringify(text)} is not a boolean; write "true" or "false"`,
      ]);
    });
  }

  it('takes the older vaultKubernetesMountPath', () => {
    assert.equal(plan({ vaultKubernetesMountPath: 'k8s' }).login.mount, 'k8s');
  });

  it('refuses vaultAuthMountPath and vaultKubernetesMountPath together, whatever their prefix', () => {
    assert.deepEqual(problemsOf({ baoAuthMountPath: 'a', vaultKubernetesMountPath: 'b' }), [
      '- parameter vaultKubernetesMountPath: set together with baoAuthMountPath, of which it is the older name; remove one',
    ]);
  });

  it('looks up bao, openbao, vault in that order, on either socket', () => {
    const all = { baoNamespace: 'b', openbaoNamespace: 'o', vaultNamespace: 'v' };
    assert.equal(plan(all).store.namespace, 'b');
    assert.equal(plan({ ...all, baoNamespace: undefined }).store.namespace, 'o');
    assert.equal(plan({ ...all, baoNamespace: '' }, { audience: 'openbao' }).store.namespace, 'o');
    assert.equal(plan({ vaultNamespace: 'v' }, { audience: 'openbao' }).store.namespace, 'v');
  });

  it('looks up the role as baoRoleName, openbaoRoleName, vaultRoleName, roleName', () => {
    const names = ['baoRoleName', 'openbaoRoleName', 'vaultRoleName', 'roleName'];
    for (const [index, name] of names.entries()) {
      const parameters = Object.fromEntries(names.map((each, at) => [each, at < index ? undefined : each]));
      assert.equal(plan(parameters).login.role, name);
    }
  });

  it('leaves the default audience to the socket and asks the API server for none', () => {
    const { login } = plan({}, { audience: 'openbao' });
    assert.equal(login.audience, 'openbao');
    assert.equal(login.requestAudience, undefined);
  });

  it('takes --audience for that of every class that names none, on either socket', () => {
    for (const audience of ['vault', 'openbao']) {
      const { login } = plan({}, { audience, classAudience: 'of-the-node' });
      assert.deepEqual([login.audience, login.requestAudience], ['of-the-node', 'of-the-node']);
    }
    const { login } = plan({ audience: 'mine' }, { classAudience: 'of-the-node' });
    assert.deepEqual([login.audience, login.requestAudience], ['mine', 'mine']);
  });

  it('uses the node defaults where the class is silent', () => {
    const names = { caCertPath: '--vault-tls-ca-cert' };
    const tls = { caPem: 'PEM', caCertPath: '/ca', serverName: 'n', names, skipVerify: true };
    const { store, login } = plan({}, { store: { address: 'unix:///agent.sock', namespace: 'ns', tls }, mount: 'jwt' });
    assert.deepEqual(store, { address: 'unix:///agent.sock', isFromClass: false, namespace: 'ns', tls });
    assert.equal(login.mount, 'jwt');
  });

  it('drops the node certificates where the class names its own', () => {
    const tls = { caPem: 'PEM', clientCertPath: '/node.pem', clientKeyPath: '/node.key', skipVerify: false };
    const store = { address: 'https://s', namespace: '', tls };
    assert.equal(plan({ vaultCADirectory: '/ca' }, { store }).store.tls.caPem, undefined);
    assert.equal(plan({ vaultCADirectory: '/ca' }, { store }).store.tls.clientCertPath, '/node.pem');
  });

  it('tolerates an unknown parameter with a warning', () => {
    assert.deepEqual(plan({ vaultAdress: 'x' }).warnings, [
      'unknown parameter "vaultAdress"; did you mean "vaultAddress"?',
    ]);
    assert.deepEqual(plan({ somethingElse: 'x' }).warnings, ['unknown parameter "somethingElse"']);
  });
});

describe('drop-in: objects', () => {
  for (const objects of [undefined, '', '   \n', '# nothing\n', '---\n', 'null', '~']) {
    it(`refuses ${JSON.stringify(objects)} as missing`, () => {
      assert.deepEqual(problemsOf({ objects }), [
        '- parameter objects: missing or empty; write a list, each object starting with "- objectName: ..."',
      ]);
    });
  }

  for (const objects of ['[]', '- \n', '- ~\n- null']) {
    it(`refuses ${JSON.stringify(objects)} as an empty list`, () => {
      assert.deepEqual(problemsOf({ objects }), [
        '- parameter objects: an empty list; write a list, each object starting with "- objectName: ..."',
      ]);
    });
  }

  const same = { name: 'a', path: 'secret/data/a', mode: 0o640 };
  for (const [what, objects] of Object.entries({
    'block style': '- objectName: a\n  secretPath: secret/data/a\n  filePermission: 0640\n',
    'flow style': '[{objectName: a, secretPath: secret/data/a, filePermission: 0640}]',
    JSON: '[{"objectName":"a","secretPath":"secret/data/a","filePermission":416}]',
    'a leading document marker': '---\n- {objectName: a, secretPath: secret/data/a, filePermission: 0o640}\n',
    'a closing document marker': '- {objectName: a, secretPath: secret/data/a, filePermission: 416}\n...\n',
    'an empty document behind': '- {objectName: a, secretPath: secret/data/a, filePermission: 416}\n---\n',
    'a YAML directive': '%YAML 1.1\n---\n- {objectName: a, secretPath: secret/data/a, filePermission: 0640}\n',
    'a byte order mark': '\u{feff}- {objectName: a, secretPath: secret/data/a, filePermission: 0640}\n',
    'Windows line ends': '- objectName: a\r\n  secretPath: secret/data/a\r\n  filePermission: 0640\r\n',
    'comments everywhere':
      '# c\n- # c\n  objectName: a # c\n\t# c\n  secretPath: secret/data/a\n  # c\n  filePermission: 0640 # c',
    'an anchor and an alias': '- &x {objectName: &n a, secretPath: secret/data/a, filePermission: &m 0640}\n',
    'core tags': '- {objectName: !!str a, secretPath: ! "secret/data/a", filePermission: !!int "0640"}',
  })) {
    it(`takes ${what}`, () => {
      const [object] = objectsOf(objects);
      assert.deepEqual({ name: object?.name, path: readOf(object).path, mode: object?.mode }, same);
    });
  }

  it('takes merge keys, one map or several, the map itself winning and then the earlier', () => {
    const objects = objectsOf(
      [
        '- &one {objectName: one, secretPath: p1, secretKey: k1, filePermission: 0600}',
        '- &two {objectName: two, secretPath: p2, secretKey: k2, encoding: hex}',
        '- {<<: *one, objectName: three}',
        '- <<: [*two, *one]\n  objectName: four\n  secretPath: p4',
      ].join('\n'),
    );
    assert.deepEqual(
      objects.map((object) => {
        const { read, key, encoding } = valueSource(object);
        return [object.name, read.path, key, object.mode, encoding];
      }),
      [
        ['one', 'p1', 'k1', 0o600, 'utf-8'],
        ['two', 'p2', 'k2', 0o644, 'hex'],
        ['three', 'p1', 'k1', 0o600, 'utf-8'],
        ['four', 'p4', 'k2', 0o600, 'hex'],
      ],
    );
  });

  for (const name of ['1', '0640', '1.10', 'yes', 'true', '2030-01-01', '0x1F', '.5', '__proto__', 'constructor']) {
    it(`takes a bare ${name} as a name and a key, by its text`, () => {
      const [object] = objectsOf(`- {objectName: ${name}, secretPath: p, secretKey: ${name}}`);
      assert.equal(object?.name, name);
      assert.equal(valueSource(object).key, name);
    });
  }

  it('drops an entry with nothing in it, as theirs does, and warns', () => {
    const made = plan({ objects: `${ONE_OBJECT}-\n` });
    assert.equal(made.objects.length, 1);
    assert.deepEqual(made.warnings, ['object 2: an entry with nothing in it is ignored']);
  });

  it('tolerates an unknown field with a warning', () => {
    const objects = '- {objectName: x, secretPath: p, secretkey: k, "": 1, __proto__: {secretKey: no}}';
    const made = plan({ objects });
    assert.equal(valueSource(made.objects[0]).key, undefined);
    assert.deepEqual(made.warnings, [
      'object "x": unknown field "secretkey"; did you mean "secretKey"?',
      'object "x": unknown field ""',
      'object "x": unknown field "__proto__"',
    ]);
  });

  it('keeps optional: true', () => {
    assert.equal(objectWith('optional: true').isOptional, true);
    assert.equal(objectWith('optional: false').isOptional, false);
    assert.equal(objectWith('encoding: hex').isOptional, false);
  });

  it('takes null and empty fields as absent', () => {
    const object = objectWith('secretKey: ~, method: "", encoding: null, secretArgs: , filePermission: ');
    assert.deepEqual(
      [valueSource(object).key, readOf(object).method, valueSource(object).encoding, readOf(object).body, object.mode],
      [undefined, 'GET', 'utf-8', undefined, 0o644],
    );
  });

  for (const encoding of ['utf-8', 'UTF-8', 'Base64', 'BASE64', 'hex', 'HEX']) {
    it(`takes encoding ${encoding}`, () => {
      assert.equal(valueSource(objectWith(`encoding: ${encoding}`)).encoding, encoding.toLowerCase());
    });
  }

  it('takes objectName in sub-folders', () => {
    assert.deepEqual(
      objectsOf('[{objectName: a/b/c, secretPath: p}, {objectName: a/b/..d, secretPath: p}]').map(({ name }) => name),
      ['a/b/c', 'a/b/..d'],
    );
  });
});

describe('drop-in: secretPath and method', () => {
  for (const [secretPath, path, query] of [
    ['secret/data/a', 'secret/data/a', ''],
    ['/secret/data/a', 'secret/data/a', ''],
    ['/v1/secret/data/a', 'secret/data/a', ''],
    ['v1/secret/data/a', 'secret/data/a', ''],
    ['v1/v1/a', 'v1/a', ''],
    ['v1', 'v1', ''],
    ['secret//data/./a/', 'secret/data/a', ''],
    ['//v1/a', 'v1/a', ''],
    ['a?version=1', 'a', 'version=1'],
    ['a?b=2&a=1&b=1', 'a', 'a=1&b=2&b=1'],
    ['a?x=a+b%20c&y=%3D%26?', 'a', 'x=a+b+c&y=%3D%26%3F'],
    ['a?list', 'a', 'list='],
    ['a?', 'a', ''],
    ['a?u=../b#c', 'a', 'u=..%2Fb%23c'],
    ['a b/%41/ü', 'a b/%41/ü', ''],
    ['a/..b/c..', 'a/..b/c..', ''],
  ] as const) {
    it(`reads ${secretPath} as ${path} with query ${JSON.stringify(query)}`, () => {
      const [object] = objectsOf(`- {objectName: a, secretPath: ${JSON.stringify(secretPath)}}`);
      assert.deepEqual([readOf(object).path, readOf(object).query], [path, query]);
    });
  }

  it('reads with GET unless told otherwise, in upper case', () => {
    assert.equal(readOf(objectWith('encoding: hex')).method, 'GET');
    assert.equal(readOf(objectWith('method: list')).method, 'LIST');
    assert.equal(readOf(objectWith('method: PUT')).method, 'PUT');
  });

  it('gives objects with the same path, query, method and arguments one read, and all others their own', () => {
    const made = plan({
      objects: [
        '{objectName: a, secretPath: p?x=1, secretKey: k}',
        '{objectName: b, secretPath: /v1/p?x=1, secretKey: l, method: get}',
        '{objectName: c, secretPath: p?x=2}',
        '{objectName: d, secretPath: p?x=1, method: LIST}',
        '{objectName: e, secretPath: p?x=1, secretArgs: {}}',
        '{objectName: f, secretPath: p?x=1, secretArgs: {a: 1, b: 2}}',
        '{objectName: g, secretPath: p?x=1, secretArgs: {b: 2, a: 1}}',
        '{objectName: h, secretPath: p?x=1, secretArgs: {a: 1, b: "2"}}',
      ].reduce((text, object) => `${text}- ${object}\n`, ''),
    });
    const [a, b, , , , f, g] = made.objects;
    assert.equal(readOf(a), readOf(b));
    assert.equal(readOf(f), readOf(g));
    assert.equal(made.reads.length, 6);
    assert.equal(new Set(made.reads.map(({ key }) => key)).size, 6);
    assert.match(made.reads[0]?.key ?? '', /^[0-9a-f]{64}$/);
  });
});

describe('drop-in: secretArgs', () => {
  for (const [yaml, json] of [
    ['{}', '{}'],
    ['{common_name: example.com, ttl: 24h}', '{"common_name":"example.com","ttl":"24h"}'],
    ['{a: 12345678901234567890123}', '{"a":12345678901234567890123}'],
    ['{a: 1.10, b: 1e3, c: -0.0, d: .5, e: 5., f: +7}', '{"a":1.10,"b":1e3,"c":-0.0,"d":0.5,"e":5,"f":7}'],
    ['{a: 0640, b: 0o17, c: 0x1F, d: 0b11, e: 1_000, f: -010}', '{"a":416,"b":15,"c":31,"d":3,"e":1000,"f":-8}'],
    [
      '{a: true, b: False, c: yes, d: "true", e: ~, f: }',
      '{"a":true,"b":false,"c":"yes","d":"true","e":null,"f":null}',
    ],
    ['{a: "1", b: !!str 1, c: 1h, d: 1e999}', '{"a":"1","b":"1","c":"1h","d":"1e999"}'],
    ['{a: [1, [x, {b: {}}], []]}', '{"a":[1,["x",{"b":{}}],[]]}'],
    ['{__proto__: {x: 1}, "a\\"b": "<&>\\n\\u2028"}', '{"__proto__":{"x":1},"a\\"b":"<&>\\n\u2028"}'],
    ['{1: a, true: b}', '{"1":"a","true":"b"}'],
    [
      '{a: 2030-1-2, b: 2030-01-02T03:04:05.60+01:00}',
      '{"a":"2030-01-02T00:00:00Z","b":"2030-01-02T03:04:05.6+01:00"}',
    ],
    ['{a: 2030-02-30, b: 2030-01-02T03}', '{"a":"2030-02-30","b":"2030-01-02T03"}'],
    ['{a: &x [1], b: *x}', '{"a":[1],"b":[1]}'],
  ] as const) {
    it(`sends ${yaml} as ${json}`, () => {
      assert.equal(readOf(objectWith(`secretArgs: ${yaml}`)).body?.reveal(), json);
    });
  }

  it('keeps a block text in it as it is', () => {
    const [object] = objectsOf('- objectName: a\n  secretPath: p\n  secretArgs:\n    csr: |\n      BEGIN\n      END\n');
    assert.equal(readOf(object).body?.reveal(), '{"csr":"BEGIN\\nEND\\n"}');
  });
});

describe('drop-in: filePermission', () => {
  for (const [yaml, mode] of [
    ['0640', 0o640],
    ['0o640', 0o640],
    ['416', 0o640],
    ['0x1A0', 0o640],
    ['0777', 0o777],
    ['511', 0o777],
    ['0', 0o644],
    ['000', 0o644],
    ['null', 0o644],
    ['~', 0o644],
  ] as const) {
    it(`reads ${yaml} as 0${mode.toString(8)}`, () => {
      assert.equal(objectWith(`filePermission: ${yaml}`).mode, mode);
    });
  }

  for (const yaml of ['01000', '512', '9999', '-1', '99999999999999999999']) {
    it(`refuses ${yaml} as out of range`, () => {
      assert.deepEqual(problemsOf({ objects: `- {objectName: a, secretPath: p, filePermission: ${yaml}}` }), [
        '- objects line 1, object "a": filePermission is out of range; write 0001 to 0777, for example 0640',
      ]);
    });
  }

  for (const [yaml, mode] of [
    ['"0640"', 0o640],
    ["'0400'", 0o400],
    ['"0o400"', 0o400],
    ['"00400"', 0o400],
    ['"0777"', 0o777],
    ['"0"', 0o644],
    ['"0000"', 0o644],
  ] as const) {
    it(`reads the text ${yaml}, which their reader refuses, as octal digits: 0${mode.toString(8)}`, () => {
      assert.equal(objectWith(`filePermission: ${yaml}`).mode, mode);
    });
  }

  for (const [yaml, problem] of [
    ['"640"', 'is in quotes and therefore octal; start it with 0'],
    ['"416"', 'is in quotes and therefore octal; start it with 0'],
    ['"01000"', 'is out of range; write 0001 to 0777'],
    ['"07777777777"', 'is out of range; write 0001 to 0777'],
    ['"0888"', 'starts with 0 and is therefore octal; use digits 0-7'],
    ['"0x1A0"', 'is not a whole number; write one without quotes'],
    ['" 0640"', 'is not a whole number; write one without quotes'],
  ] as const) {
    it(`refuses the text ${yaml}`, () => {
      assert.deepEqual(problemsOf({ objects: `- {objectName: a, secretPath: p, filePermission: ${yaml}}` }), [
        `- objects line 1, object "a": filePermission ${problem}, for example 0640`,
      ]);
    });
  }

  it('refuses 0888, which their reader takes for a text', () => {
    assert.deepEqual(problemsOf({ objects: '- {objectName: a, secretPath: p, filePermission: 0888}' }), [
      '- objects line 1, object "a": filePermission starts with 0 and is therefore octal; use digits 0-7, for example 0640',
    ]);
  });

  for (const yaml of ['"rw"', '""', 'rw-r-----', '1.5', '[1]', 'true']) {
    it(`refuses ${yaml}, as their reader does or should`, () => {
      assert.deepEqual(problemsOf({ objects: `- {objectName: a, secretPath: p, filePermission: ${yaml}}` }), [
        '- objects line 1, object "a": filePermission is not a whole number; write one without quotes, for example 0640',
      ]);
    });
  }
});

describe('drop-in: tokens', () => {
  const tokens = { vault: { token: 'jwt-1', expirationTimestamp: '2026-01-01T00:00:00Z' }, other: { token: 'jwt-2' } };

  it('takes every token of the attributes, by audience', () => {
    const { login } = plan({ 'csi.storage.k8s.io/serviceAccount.tokens': JSON.stringify(tokens) });
    assert.deepEqual(
      [...login.tokens].map(([audience, token]) => [audience, token.reveal()]),
      [
        ['vault', 'jwt-1'],
        ['other', 'jwt-2'],
      ],
    );
  });

  it('knows the keys of the kubelet and warns of none', () => {
    assert.deepEqual(plan(KUBELET).warnings, []);
  });
});
