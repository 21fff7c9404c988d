// The same for what `check` says of a class before it comes to a cluster: done, it finds nothing any more.
import assert from 'node:assert/strict';
import { Folder, runCheck } from '../check/run-check.ts';

const HEAD = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec:
  provider: vault
`;
const PARAMETERS = `  parameters:
    roleName: app
    objects: |
      - {objectName: a, secretPath: secret/data/app, secretKey: password}
`;
const SYNCED = `secretObjects:
  - {secretName: app, type: Opaque, data: [{key: password, objectName: a}]}
`;

/** `by` spaces before each line. */
const indented = (by: number) => SYNCED.replaceAll(/^(?=.)/gm, ' '.repeat(by));

/** Wrong, what is said of it, and right. */
const WAYS: readonly (readonly [name: string, wrong: string, says: string, right: string])[] = [
  [
    'secretObjects below parameters',
    `${HEAD}${PARAMETERS}${indented(4)}`,
    'parameter secretObjects: a list, not a text; move it out of parameters, to spec.secretObjects [class-form]',
    `${HEAD}${PARAMETERS}${indented(2)}`,
  ],
  [
    'secretObjects below parameters, as a text',
    `${HEAD}${PARAMETERS}    secretObjects: "x"\n`,
    'unknown parameter "secretObjects"; move it out of parameters, to spec.secretObjects [unknown-parameter]',
    `${HEAD}${PARAMETERS}${indented(2)}`,
  ],
  [
    'a number as a parameter',
    `${HEAD}${PARAMETERS}    audience: 7\n`,
    'parameter audience: a number or boolean, not a text; put it in quotes [class-form]',
    `${HEAD}${PARAMETERS}    audience: "7"\n`,
  ],
];

describe('the fix that check names', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  for (const [name, wrong, says, right] of WAYS)
    it(name, async () => {
      const found = await runCheck([folder.write('class.yaml', wrong)]);
      assert.ok(found.out.includes(`: ${says}\n`), found.out);
      const fixed = await runCheck([folder.write('class.yaml', right)]);
      assert.deepEqual([fixed.code, fixed.out], [0, '1 class: no problems\n']);
    });
});
