// What a class's author reads when something is wrong: exact texts, each with its place and its fix.
import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import { PATTERNS } from '../../src/patterns.ts';
import { ONE_OBJECT, plan, problemsOf, refusalOf } from './request.ts';

/** A name and path that are good, with these fields after them. */
const object = (fields: string) => `- {objectName: a, secretPath: p, ${fields}}`;
const named = (name: string) => `- {objectName: ${name}, secretPath: p}`;
const path = (secretPath: string) => `- {objectName: a, secretPath: ${secretPath}}`;
const at = 'objects line 1, object "a": ';

const OBJECTS: Readonly<Record<string, readonly [objects: string, ...problems: string[]]>> = {
  'a misspelt encoding': [object('encoding: bas64'), `${at}unknown encoding "bas64"; did you mean "base64"?`],
  'an encoding of another world': [
    object('encoding: utf16le'),
    `${at}unknown encoding "utf16le"; write utf-8, base64, base64-raw, base64url, base64url-raw or hex`,
  ],
  'an encoding of the file that is none': [object('encode: pem'), `${at}unknown encode "pem"; write base64 or hex`],
  'a misspelt encoding of the file': [object('encode: bas64'), `${at}unknown encode "bas64"; did you mean "base64"?`],
  ...Object.fromEntries(
    ['fileOwner', 'fileGroup'].map((field) => [
      `${field}, which only the driver could do`,
      [
        object(`${field}: 1000`),
        `${at}${field} is not available: the driver writes every file as root, and a provider cannot name another owner; remove it and let all read the file, filePermission: 0444 (docs/known-limits.md, "Owner and group of files")`,
      ] as const,
    ]),
  ),
  'an encoding in a list': [object('encoding: [hex]'), `${at}encoding is a list; write a text`],
  'a method of letters and more': [object('method: "GET "'), `${at}unknown method "GET "; did you mean "GET"?`],
  'a misspelt method': [object('method: gte'), `${at}unknown method "gte"; did you mean "GET"?`],
  'a method whose letters only look like letters': [
    object('method: lıst'),
    `${at}unknown method "lıst"; did you mean "LIST"?`,
  ],
  ...Object.fromEntries(
    ['DELETE', 'delete', 'HEAD', 'CONNECT', 'OPTIONS', 'TRACE', 'READ', 'PROPFIND', 'X'].map((method) => [
      `the method ${method}, which would do harm at each poll or has nothing to mount`,
      [
        object(`method: ${method}`),
        `${at}unknown method "${method}"; write GET, LIST, SCAN, POST, PUT or PATCH`,
      ] as const,
    ]),
  ),
  'arguments in a list': [object('secretArgs: [a]'), `${at}secretArgs is a list; write a map of names to values`],
  'arguments in a text': [object('secretArgs: a=b'), `${at}secretArgs is text; write a map of names to values`],
  'an argument given twice': [
    object('secretArgs: {a: {b: 1, b: 2}}'),
    `${at}secretArgs has the same field twice; remove one`,
  ],
  'an argument JSON has no form for': [
    object('secretArgs: {a: .nan}'),
    `${at}secretArgs holds a number that JSON cannot write (.nan or .inf); put it in quotes`,
  ],
  'an expression that ends too early': [
    object("jsonPath: '$.a['"),
    `${at}jsonPath at its end: a name in quotes, a number, "*", ":" or "?" is expected`,
  ],
  'an expression of another language': [
    object('jsonPath: a.b'),
    `${at}jsonPath at character 1: a JSONPath starts with $; "$" is expected`,
  ],
  'a function that is misspelt': [
    object('jmesPath: lenght(a)'),
    `${at}jmesPath at character 1: unknown function "lenght"; did you mean "length"?`,
  ],
  "a list of AWS' provider": [object('jmesPath: [{path: a, objectAlias: b}]'), `${at}jmesPath is a list; write a text`],
  'a part of gjson that is not here': [
    object("gjson: 'a.@pretty'"),
    `${at}gjson at character 3: the modifier @pretty is not available; files are written in one form; leave it out`,
  ],
  'a pattern that is none': [
    object(`jsonPath: '$[?match(@, "(a")]'`),
    `${at}jsonPath at character 13: the pattern of match() is no RE2 expression: missing closing ) "^(?:(a)$"`,
  ],
  'a pattern that looks back': [
    object(`jsonPath: '$[?search(@, "(?=a)")]'`),
    `${at}jsonPath at character 14: the pattern of search() is no RE2 expression: invalid or unsupported Perl syntax "(?="`,
  ],
  'two expressions': [object('jsonPath: $.a, gjson: a'), `${at}gjson does not go with jsonPath; remove one`],
  'a very long expression': [
    object(`gjson: ${'a'.repeat(4097)}`),
    `${at}gjson is longer than 4096 characters or holds half a character; shorten it`,
  ],
  'optional as a text': [
    object('optional: "true"'),
    `${at}optional is neither true nor false; write one, without quotes`,
  ],
  'a key that is a map': [object('secretKey: {a: b}'), `${at}secretKey is a map; write a text`],
  'a field given twice': [object('secretKey: a, secretKey: b'), `${at}"secretKey" is given twice; remove one`],
  'two merges in one map': [
    '- &x {objectName: a, secretPath: p}\n- {<<: *x, <<: *x, objectName: b}',
    'objects line 2, object "b": "<<" is given twice; remove one',
  ],
  'no name': ['- secretPath: p', 'objects line 1, object 1: objectName is missing; write the name of the file'],
  'a misspelt name': [
    '- {objectname: a, secretPath: p}',
    'objects line 1, object 1: objectName is missing; rename "objectname" to it',
  ],
  'a null name': [
    '- {objectName: ~, secretPath: p}',
    'objects line 1, object 1: objectName is missing; write the name of the file',
  ],
  'no path': [
    '- objectName: a',
    `${at}secretPath is missing; write the path of the secret, for example secret/data/app`,
  ],
  'an object that is a text': ['- a', 'objects line 1, object 1: text, not a map of fields; write "objectName: ..."'],
  'an object that is a list': [
    `${ONE_OBJECT}- [a]`,
    'objects line 3, object 2: a list, not a map of fields; write "objectName: ..."',
  ],
  'a name taken twice': [
    `${ONE_OBJECT}${ONE_OBJECT}`,
    'objects line 3, object "a": an object above has this objectName; give each its own',
  ],
  'a file where a folder must be': [
    `${ONE_OBJECT}${named('a/b')}`,
    `objects line 3, object "a/b": needs the folder "a", which is another object's file; rename one`,
  ],
  'a folder before its file': [
    `${named('a/b/c')}\n${named('"a/b!"')}\n${named('a/b')}`,
    `objects line 1, object "a/b/c": needs the folder "a/b", which is another object's file; rename one`,
  ],
  'an absolute name': [
    named('/a'),
    'objects line 1, object "/a": objectName starts with "/"; write it without: files lie below the mount path',
  ],
  'a name that climbs': [
    named('../a'),
    'objects line 1, object "../a": objectName holds a ".." element; write the path without it',
  ],
  'a name that climbs later': [
    named('a/../b'),
    'objects line 1, object "a/../b": objectName holds a ".." element; write the path without it',
  ],
  'a name with a dot element': [
    named('./a'),
    'objects line 1, object "./a": objectName holds a "." element; write the path without it',
  ],
  'a name with a double slash': [named('a//b'), 'objects line 1, object "a//b": objectName holds "//"; write one "/"'],
  'a folder as a name': [
    named('a/'),
    'objects line 1, object "a/": objectName ends with "/"; write the name of a file',
  ],
  'the name of the driver itself': [
    named('..data'),
    'objects line 1, object "..data": objectName starts with "..", which the driver keeps for itself; write another name',
  ],
  'a name with NUL': [
    named('"a\\0"'),
    'objects line 1, object "a\\u0000": objectName holds a character no file name can hold; remove it',
  ],
  'a name of half a character': [
    named('"\\uD800"'),
    'objects line 1, object "\\ud800": objectName holds a character no file name can hold; remove it',
  ],
  'a name part of 256 bytes': [
    named('ü'.repeat(128)),
    `objects line 1, object "${'ü'.repeat(80)}...": objectName has a part longer than 255 bytes; shorten it`,
  ],
  'a name of 4097 bytes': [
    named(`${'a/'.repeat(2048)}b`),
    `objects line 1, object "${'a/'.repeat(40)}...": objectName is longer than 4096 bytes; shorten it`,
  ],
  'a path that climbs': [path('a/../b'), `${at}secretPath holds a ".." segment; write the path without it`],
  'a path that climbs in disguise': [
    path('a/%2E./b'),
    `${at}secretPath holds a ".." segment; write the path without it`,
  ],
  'a path that climbs backwards': [
    path('a\\..%5Cb'),
    `${at}secretPath holds a ".." segment; write the path without it`,
  ],
  'a path with a line break': [path('"a\\nb"'), `${at}secretPath holds control characters; remove them`],
  'a path of slashes': [
    path('/v1//'),
    `${at}secretPath is empty; write the path of the secret, for example secret/data/app`,
  ],
  'a path too long': [path('a'.repeat(4097)), `${at}secretPath is longer than 4096 characters; shorten it`],
  'a broken query': [
    path('a?b=%zz'),
    `${at}secretPath has a malformed query after "?"; write key=value pairs joined by "&", with % escapes in UTF-8`,
  ],
  'a query with a semicolon': [
    path('a?b=1;c=2'),
    `${at}secretPath has a malformed query after "?"; write key=value pairs joined by "&", with % escapes in UTF-8`,
  ],
  'a map': [
    'objects:\n  - a',
    'parameter objects: a map, not a list; write a list, each object starting with "- objectName: ..."',
  ],
  'the form of 2020': [
    'array:\n  - |\n    objectPath: /app\n    objectName: password\n',
    'parameter objects: a map with "array", the form of the first versions of vault-csi-provider; write a list, each object starting with "- objectName: ...", without "array:" above and "|" before it, and with secretPath and secretKey below it',
  ],
  'objects as texts': [
    '- |\n  objectName: a\n  secretPath: b\n',
    'objects line 1, object 1: text, not a map of fields; remove the "|" or the quotes before its fields',
  ],
  'a path that is a URL': [
    path('https://vault:8200/v1/secret/data/app'),
    `${at}secretPath is a whole URL; write what follows /v1/ in it, and its start in the parameter vaultAddress`,
  ],
  'a path under the name of 2020': [
    '- {objectName: a, objectPath: secret/data/app}',
    'objects line 1, object "a": secretPath is missing; rename "objectPath" to it',
  ],
  'a text': ['a', 'parameter objects: text, not a list; write a list, each object starting with "- objectName: ..."'],
  'two documents': [
    `${ONE_OBJECT}---\n${ONE_OBJECT}`,
    'objects line 3: a second YAML document starts here; remove the "---" and keep one list',
  ],
  'a custom tag': [
    '- !env a',
    'objects line 1: custom tags are not supported; remove the tag (the word that starts with "!")',
  ],
  'a tag of its own making': [
    '%TAG !! tag:x,2000:\n---\n- !!str a',
    'objects line 1: custom tags are not supported; remove the tag (the word that starts with "!")',
  ],
  'an alias to nowhere': ['- *x', 'objects line 1: an alias ("*name") whose anchor ("&name") does not come before it'],
  'an alias within itself': ['- &x [*x]', 'objects line 1: an alias within its own anchor, it would hold itself'],
  'a merge of a text': ['- {<<: a}', 'objects line 1: "<<" takes a map or an alias to one'],
  'a list as a field name': [
    '- {[a]: b}',
    'objects line 1: a list or map as a field name; write a text before the ":"',
  ],
  'a quote left open': [
    '- objectName: "a\n',
    'objects line 2: a character is missing here or above (a closing quote or bracket, a ":" after a field, a space)',
  ],
  'a field out of line': [
    '- objectName: a\n   secretPath: p',
    'objects line 2: wrong indentation: "secretPath:" is indented by 3, the field above it by 2; align the fields of an object in one column',
  ],
  'a tab as indentation': [
    '- objectName: a\n\tsecretPath: p',
    'objects line 2: a tab in the indentation of "secretPath:"; use spaces',
  ],
  'fields at the dash of their item': [
    '  - objectName: a\n  secretPath: p\n  secretKey: k',
    'objects line 2: wrong indentation: "secretPath:" is indented by 2, the field above it by 4; align the fields of an object in one column',
  ],
  'a no-break space after the dash': [
    '-\u00a0objectName: a\n  secretPath: p\n  secretKey: k',
    'objects line 1: an invisible character (U+00A0) in the indentation of "objectName:"; write a space',
  ],
  'a no-break space after a field': [
    '- objectName: a\n  secretPath:\u00a0p\n  secretKey: k',
    'objects line 2: an invisible character (U+00A0) after the ":" of "secretPath:"; write a space',
  ],
};

const PARAMETERS: readonly (readonly [
  what: string,
  parameters: Readonly<Record<string, string>>,
  ...problems: string[],
])[] = [
  ['a misspelt role', { roleName: '', rolename: 'x' }, 'parameter roleName: missing; rename "rolename" to it'],
  [
    'an address without a scheme',
    { vaultAddress: 'vault:8200' },
    'parameter vaultAddress: not an address; write https://host:port, http://host:port or unix:///path',
  ],
  [
    'an address with a blank',
    { vaultAddress: 'https://vault :8200' },
    'parameter vaultAddress: not an address; write https://host:port, http://host:port or unix:///path',
  ],
  [
    'an address with a password',
    { baoAddress: 'https://me:pw@vault' },
    'parameter baoAddress: holds a user name or password; write the address without them',
  ],
  [
    'an address with a query',
    { vaultAddress: 'https://vault?x' },
    'parameter vaultAddress: holds a "?" or "#"; write the address without what follows it',
  ],
  [
    'a mount that climbs',
    { vaultAuthMountPath: 'a/../b' },
    'parameter vaultAuthMountPath: not a mount path; write it as in "auth/<path>/login", for example kubernetes or team/jwt',
  ],
  [
    'a mount of slashes',
    { vaultKubernetesMountPath: '//' },
    'parameter vaultKubernetesMountPath: not a mount path; write it as in "auth/<path>/login", for example kubernetes or team/jwt',
  ],
  [
    'a relative certificate path',
    { vaultCACertPath: 'ca.pem' },
    'parameter vaultCACertPath: not an absolute path; write it from "/"',
  ],
  [
    'a certificate without its key',
    { vaultTLSClientCertPath: '/c' },
    'parameter vaultTLSClientCertPath: a client certificate needs its key; add vaultTLSClientKeyPath',
  ],
  [
    'a key without its certificate',
    { vaultTLSClientKeyPath: '/k' },
    'parameter vaultTLSClientKeyPath: a client key needs its certificate; add vaultTLSClientCertPath',
  ],
  [
    'a server name of words',
    { vaultTLSServerName: 'a b' },
    "parameter vaultTLSServerName: not a host name; write the name in the store's certificate",
  ],
  [
    'a namespace beyond ASCII',
    { vaultNamespace: 'tëam' },
    'parameter vaultNamespace: holds characters beyond ASCII, which its header cannot carry',
  ],
  [
    'a line break at the end',
    { audience: 'a\n' },
    'parameter audience: ends with a line break; write it on the line of its name, without "|" or ">"',
  ],
  [
    'a scope we do not know',
    { sessionScope: 'pod' },
    'parameter sessionScope: unknown scope "pod"; write "serviceAccount" or leave it out',
  ],
];

describe('problems', () => {
  before(() => PATTERNS.load());

  for (const [what, [objects, ...problems]] of Object.entries(OBJECTS)) {
    it(`explains ${what}`, () => {
      assert.deepEqual(
        problemsOf({ objects }),
        problems.map((problem) => `- ${problem}`),
      );
    });
  }

  for (const [what, parameters, ...problems] of PARAMETERS) {
    it(`explains ${what}`, () => {
      assert.deepEqual(
        problemsOf(parameters),
        problems.map((problem) => `- ${problem}`),
      );
    });
  }

  it('refuses a field or parameter that differs from a known one only by what nobody sees', () => {
    const objects = '- {objectName: a, secretPath: p, secretKey\u00a0: k}';
    assert.deepEqual(problemsOf({ roleName: '', 'roleName\u200b': 'web', objects }), [
      '- parameter roleName\\u200b: character 9 is invisible (U+200B); write roleName',
      `- ${at}field "secretKey\\u00a0": character 10 is invisible (U+00A0); write secretKey`,
    ]);
    assert.deepEqual(plan({ roleName: 'web\u200b' }).warnings, [
      'parameter roleName: character 4 is invisible (U+200B); remove it if it is not meant',
    ]);
  });

  it('keeps certificate paths below the folder of the node', () => {
    const outside =
      '- parameter vaultCACertPath: outside "/tls", the only folder this node takes certificates from (--tls-dir)';
    for (const value of ['/etc/shadow', '/tls/../etc/shadow', '/tlsx/a', '//etc']) {
      assert.deepEqual(problemsOf({ vaultCACertPath: value }, { tlsDirs: ['/tls'] }), [outside]);
    }
    assert.equal(plan({ vaultCACertPath: '/tls/./a' }, { tlsDirs: ['/tls/'] }).store.tls.caCertPath, '/tls/a');
  });

  it('keeps each certificate path to one of several folders and files of the node', () => {
    const tlsDirs = ['/tls', '/account/ca.crt'];
    const outside =
      'outside "/tls" and "/account/ca.crt", the only places this node takes certificates from (--tls-dir)';
    assert.equal(plan({ vaultCACertPath: '/account/ca.crt' }, { tlsDirs }).store.tls.caCertPath, '/account/ca.crt');
    assert.equal(plan({ vaultCADirectory: '/tls' }, { tlsDirs }).store.tls.caDirectory, '/tls');
    const parameters = {
      vaultCACertPath: '/account/token',
      vaultCADirectory: '/account',
      vaultTLSClientCertPath: '/tls/a',
      vaultTLSClientKeyPath: '/tls/../account/ca.crt/../token',
    };
    assert.deepEqual(problemsOf(parameters, { tlsDirs }), [
      `- parameter vaultCACertPath: ${outside}`,
      `- parameter vaultCADirectory: ${outside}`,
      `- parameter vaultTLSClientKeyPath: ${outside}`,
    ]);
  });

  it('refuses to leave a certificate unchecked where the node denies it, in whatever spelling', () => {
    for (const value of ['true', '1', 'T'])
      for (const name of ['vaultSkipTLSVerify', 'baoSkipTLSVerify'])
        assert.deepEqual(problemsOf({ [name]: value }, { deniesSkipVerify: true }), [
          `- parameter ${name}: this node checks every store's certificate (--deny-skip-verify); remove it and name the store's CA`,
        ]);
    assert.equal(plan({ vaultSkipTLSVerify: 'false' }, { deniesSkipVerify: true }).store.tls.skipVerify, false);
    assert.equal(plan({ vaultSkipTLSVerify: 'true' }).store.tls.skipVerify, true);
  });

  it('lists parameters and objects of one class together, in the order of their lines', () => {
    const objects = [
      '- objectName: a/b',
      '  secretPath: ../x',
      '- objectName: db-password',
      '  secretPath: secret/data/db',
      '  encoding: bas64',
      '- objectName: a',
      '  secretPath: p',
      '  filePermission: 9999',
    ].join('\n');
    assert.deepEqual(
      refusalOf(() => plan({ vaultSkipTLSVerify: 'no', objects })),
      [
        'class-invalid',
        'SecretProviderClass team-a/web-secrets: 5 problems',
        '- parameter vaultSkipTLSVerify: "no" is not a boolean; write "true" or "false"',
        `- objects line 1, object "a/b": needs the folder "a", which is another object's file; rename one`,
        '- objects line 2, object "a/b": secretPath holds a ".." segment; write the path without it',
        '- objects line 5, object "db-password": unknown encoding "bas64"; did you mean "base64"?',
        '- objects line 8, object "a": filePermission is out of range; write 0001 to 0777, for example 0640',
      ],
    );
  });

  it('says one problem in the singular, and names a class without a name', () => {
    const refusal = refusalOf(() => plan({ roleName: '', secretProviderClass: undefined }));
    assert.equal(refusal[1], 'SecretProviderClass team-a/unknown: 1 problem');
  });

  it('stops at 100 problems and fits them into 4 KiB', () => {
    const objects = Array.from({ length: 300 }, (_, index) => `- {objectName: f${index}}\n`).join('');
    const refusal = refusalOf(() => plan({ objects })).slice(1);
    assert.equal(refusal[0], 'SecretProviderClass team-a/web-secrets: 100 or more problems');
    assert.equal(refusal.at(-1), `... and ${100 - (refusal.length - 2)} more`);
    const sizeBytes = Buffer.byteLength(refusal.join('\n'));
    assert.ok(sizeBytes <= 4096 && sizeBytes > 3800, `${sizeBytes} bytes`);
  });

  it('escapes and cuts what a pod author wrote', () => {
    const refusal = problemsOf({
      objects: `- objectName: "../\\e[31m\\n\\u202e\\"\\\\${'x'.repeat(200)}"\n  secretPath: p`,
    });
    assert.deepEqual(refusal, [
      `- objects line 1, object "../\\u001b[31m\\u000a\\u202e\\"\\\\${'x'.repeat(68)}...": objectName holds a ".." element; write the path without it`,
    ]);
  });

  it('keeps query values, arguments and addresses out of its texts', () => {
    const objects = '- {objectName: a, secretPath: "../x?t=hush", secretArgs: {hush: .nan, hush: hush}, method: hu-sh}';
    const refusal = problemsOf({ vaultAddress: 'https://hush:hush@h', objects });
    assert.equal(refusal.length, 5);
    assert.doesNotMatch(refusal.join(), /hush/);
  });
});
