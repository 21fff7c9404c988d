// What an ExternalSecret reads: its paths as External Secrets builds them (v0.20.4), and the keys that a template takes.
import assert from 'node:assert/strict';
import { rootFields } from '../../src/migrate/eso/root-fields.ts';
import { buildMetadataPath, buildPath } from '../../src/migrate/eso/store.ts';
import { SPRIG } from '../../src/template/functions/sprig.ts';
import { compile } from '../../src/template/template.ts';

describe('what an ExternalSecret reads', () => {
  for (const [text, names, takesAll = false] of [
    ['{{ .a }}{{ $.b }}{{ index . "c-d" }}{{ get $ "e" }}', ['a', 'b', 'c-d', 'e']],
    ['{{ with .a }}{{ .x }}{{ $.b }}{{ else }}{{ .c }}{{ end }}', ['a', 'b', 'c']],
    ['{{ if .a }}{{ .b }}{{ else if .c }}{{ .d }}{{ end }}', ['a', 'b', 'c', 'd']],
    ['{{ range $k, $v := .a | splitList "," }}{{ .x }}{{ end }}', ['a']],
    ['{{ (fromJson .a).b }}{{ .c | upper | printf "%s%s" .d }}', ['a', 'c', 'd']],
    ['{{ define "t" }}{{ .a }}{{ end }}{{ template "t" . }}', ['a']],
    ['{{ define "t" }}{{ .a }}{{ end }}{{ template "t" .b }}', ['b']],
    ['{{ range $k, $v := . }}{{ $v }}{{ end }}', [], true],
    ['{{ toJson $ }}', [], true],
    ['{{ index . .a }}', ['a'], true],
    ['fixed', []],
  ] as const)
    it(`know what a template takes: ${text}`, () => {
      const { trees } = compile(text, { name: 'x', functions: SPRIG });
      const found = rootFields(trees, 'x');
      assert.deepEqual([...found.names].sort(), names);
      assert.equal(found.takesAll, takesAll);
    });

  for (const [path, version, key, expected] of [
    ['secret', 'v2', 'app', 'secret/metadata/app'],
    [undefined, 'v2', 'secret/data/app', 'secret/metadata/app'],
    [undefined, 'v2', 'secret/app', undefined],
    ['secret', 'v1', 'app', undefined],
  ] as const)
    it(`reads labels of ${key} of a store ${version} with ${path ?? 'no path'} at ${expected ?? 'nowhere'}`, () =>
      assert.equal(buildMetadataPath({ path, version }, key), expected));

  for (const [path, version, key, expected] of [
    ['secret', 'v2', 'app', 'secret/data/app'],
    ['secret', 'v2', 'secret/app', 'secret/data/app'],
    ['secret', 'v2', 'secret/data/app', 'secret/data/app'],
    ['secret', 'v2', 'data/app', 'secret/data/app'],
    ['team/kv', 'v2', 'team/kv/a/b', 'team/kv/data/a/b'],
    ['secret', 'v1', 'secret/app', 'secret/app'],
    ['secret', 'v1', 'data/app', 'secret/data/app'],
    [undefined, 'v2', 'secret/app', 'secret/data/app'],
    [undefined, 'v2', 'secret/data/app', 'secret/data/app'],
    [undefined, 'v2', 'secret/a/data/b', 'secret/a/data/b'],
    [undefined, 'v1', 'secret/app', 'secret/app'],
  ] as const)
    it(`reads ${key} of a store ${version} with ${path === undefined ? 'no path' : `the path ${path}`} at ${expected}`, () =>
      assert.equal(buildPath({ path, version }, key), expected));
});
