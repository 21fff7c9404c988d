// docs/examples: each pod passes the Pod Security level `restricted` and can read its files. The cluster suite applies them.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { runCheck } from '../check/run-check.ts';
import { ROOT, readPage } from './page.ts';

const FOLDER = 'docs/examples';
/** For `secretmount check`, which refuses it. */
const NO_EXAMPLE = 'wrong.yaml';

describe(FOLDER, () => {
  for (const file of readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith('.yaml') && name !== NO_EXAMPLE)) {
    it(`${file}: a pod that may run under the level restricted, and no problem`, async () => {
      const documents = parseAllDocuments(readPage(`${FOLDER}/${file}`)).map((document) => document.toJS());
      const pods = documents.filter(({ kind }) => kind === 'Pod');
      assert.equal(pods.length, 1);
      for (const { spec } of pods) {
        const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext;
        assert.deepEqual([runAsNonRoot, runAsUser > 0, seccompProfile], [true, true, { type: 'RuntimeDefault' }]);
        for (const { securityContext } of spec.containers)
          assert.deepEqual(securityContext, { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
      }
      const { code, out } = await runCheck([join(ROOT, FOLDER, file)]);
      assert.deepEqual([code, /: warning: .*\[volume-/.exec(out)], [0, null], out);
    });
  }
});
