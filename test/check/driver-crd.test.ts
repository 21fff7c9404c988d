// The driver's CRD as check has it, against the one in the driver's own module.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CLASS_SCHEMAS, DRIVER_VERSION } from '../../src/check/driver-crd.ts';
import { readPage } from '../docs/page.ts';
import { skip } from '../harness/skip.ts';

const MODULE = 'sigs.k8s.io/secrets-store-csi-driver';
const CRD = 'config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml';

interface Crd {
  readonly spec: {
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: unknown };
    }[];
  };
}

function withoutDescriptions(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'description' && typeof value === 'string' ? undefined : value)),
  );
}

describe("the driver's CRD", () => {
  it('is the one of the driver that the cluster suite runs', () => {
    const goMod = readFileSync(new URL('../cluster/tools/driver/go.mod', import.meta.url), 'utf8');
    assert.ok(goMod.includes(`${MODULE} ${DRIVER_VERSION} `));
    assert.ok(readPage('docs/check.md').includes(`CRD (${DRIVER_VERSION})`));
  });

  it("says what the driver's module says", function () {
    const { GOMODCACHE, GOPATH } = process.env;
    const cache = GOMODCACHE || join(GOPATH?.split(':')[0] || join(homedir(), 'go'), 'pkg/mod');
    const path = join(cache, `${MODULE}@${DRIVER_VERSION}`, CRD);
    if (!existsSync(path)) skip(this, `there is no ${path}; the cluster suite fetches it`);
    const { spec }: Crd = parse(readFileSync(path, 'utf8'));
    const served = spec.versions.filter((one) => one.served);
    const schemas = served.map(({ name, schema }) => [name, withoutDescriptions(schema.openAPIV3Schema)]);
    assert.deepEqual(JSON.parse(JSON.stringify(CLASS_SCHEMAS)), Object.fromEntries(schemas));
  });
});
