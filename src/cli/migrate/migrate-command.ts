// `secretmount migrate`: manifests of another system in; classes, changed pods and roles out, and a report of every
// field. Nothing is written unless all of it can be.
import type { Source } from '../../manifest/finding.ts';
import { KINDS, type Kind } from '../../migrate/kinds.ts';
import { type Migration, migrate } from '../../migrate/migrate.ts';
import { rolesAsCommands, rolesAsTerraform } from '../../migrate/roles.ts';
import { type Setup, SYSTEMS } from '../../migrate/setup.ts';
import { cleanMount } from '../../plan/parameters.ts';
import { printableLines } from '../../printable.ts';
import { type Args, UsageError } from '../args.ts';
import { readSources } from '../check/read-sources.ts';
import { type Environment, FlagSource } from '../flag-source.ts';
import type { ExitCode, Streams } from '../run.ts';
import { withCheck } from './check-migration.ts';
import { formatDiff } from './diff.ts';
import { formatReport } from './format-report.ts';
import { MIGRATE_FLAGS, REPORTS } from './migrate-flags.ts';
import { ROLES_SCRIPT, ROLES_TERRAFORM } from './next-steps.ts';
import { ANY_MODE, assertNoneLeadsOut, assertOutside, type OutFile, readModes, writeOut } from './out-folder.ts';
import { outNames } from './out-names.ts';
import { withOwnStore } from './own-store.ts';
import { resolveKeys } from './resolve-keys.ts';
import { readSealingKeys } from './sealing-keys.ts';
import { writeStore } from './write-store.ts';

/** Limit for one file: no person writes a larger manifest. */
const MOST_BYTES = 32 * 1024 * 1024;
const ERROR_KINDS = (Object.keys(KINDS) as Kind[]).filter((kind) => KINDS[kind].level === 'error');

/** @throws UsageError, CommandFailed */
export async function migrateCommand(
  { flags, words: files }: Args,
  env: Environment,
  streams: Streams,
): Promise<ExitCode> {
  const source = new FlagSource(flags, env, MIGRATE_FLAGS);
  const report = source.oneOf('report', REPORTS);
  const allowed = readAllowed(source);
  const out = source.once('out');
  // The shell variable in it may be unset. Without an error, a run that writes nothing would look like one that wrote.
  if (out === undefined && flags.has('out')) throw new UsageError('--out is empty; name a folder');
  const isWriting = source.isOn('write-store');
  if (isWriting && out === undefined)
    throw new UsageError('--write-store needs --out: values are of no use without the classes that name them');
  if (isWriting && source.list('sealing-key') === undefined) throw new UsageError('--write-store needs --sealing-key');
  const setup = await readSetup(source);
  if (files.length === 0) throw new UsageError('nothing to migrate; name files or folders, or - for standard input');
  if (out !== undefined) await assertOutside(out, files);

  const { sources, unreadable } = await readSources(files, [], MOST_BYTES);
  const names = outNames(sources, files);
  const [first] = unreadable;
  // The missing file may hold the pod that takes a Secret.
  if (first !== undefined) throw first;
  const read = sources.map(({ name }) => name);
  if (out !== undefined) await assertNoneLeadsOut(read, files);
  const migration = await migrateKnowing(sources, setup, source, env);
  const outcomes = withCheck(migration);
  // Values go first: without classes they harm nothing, while classes without values fail their pods.
  const isStoring = isWriting && migration.writes.length > 0;
  const secrets = isStoring ? await write(migration, setup, source, env) : undefined;
  const outFiles = filesOf(migration, names, out === undefined ? new Map() : await readModes(read));
  if (out !== undefined) await writeOut(out, outFiles);

  const written = { folder: out, files: outFiles.map(({ name }) => name), secrets };
  const text = formatReport({ migration, outcomes, written }, report, streams.isTerminal && !env['NO_COLOR']);
  if (source.isOn('diff')) {
    for (const file of migration.files) streams.out(printableLines(formatDiff(file)));
    streams.err(text);
  } else streams.out(text);
  return outcomes.some(({ level, rule }) => level === 'error' && !allowed.has(rule)) ? 1 : 0;
}

async function migrateKnowing(
  sources: readonly Source[],
  setup: Setup,
  source: FlagSource,
  env: Environment,
): Promise<Migration> {
  const migration = migrate(sources, setup);
  if (!source.isOn('resolve') || migration.unnamed.length === 0) return migration;
  const known = await withOwnStore('--resolve', source, env, (store) => resolveKeys(migration.unnamed, store));
  return migrate(sources, { ...setup, known });
}

function write({ writes }: Migration, setup: Setup, source: FlagSource, env: Environment): Promise<number> {
  const options = {
    mount: setup.sealed.mount,
    namespace: setup.storeNamespace ?? '',
    mayOverwrite: source.isOn('overwrite-store'),
  };
  return withOwnStore('--write-store', source, env, (store) => writeStore(writes, store, options));
}

function readAllowed(source: FlagSource): ReadonlySet<Kind> {
  const kinds = source.list('allow') ?? [];
  return new Set(
    kinds.map((given) => {
      const kind = ERROR_KINDS.find((one) => one === given);
      if (kind !== undefined) return kind;
      throw new UsageError(`--allow is ${JSON.stringify(given)}; it takes one of ${ERROR_KINDS.join(', ')}`);
    }),
  );
}

async function readSetup(source: FlagSource): Promise<Setup> {
  const from = source.list('from')?.map((given) => {
    const system = SYSTEMS.find((one) => one === given);
    if (system !== undefined) return system;
    throw new UsageError(`--from is ${JSON.stringify(given)}; it takes one of ${SYSTEMS.join(', ')}`);
  });
  const mount = source.text('vault-mount');
  return {
    address: source.text('vault-addr') === undefined ? undefined : source.storeAddress('vault-addr'),
    storeNamespace: source.text('vault-namespace'),
    authMount: mount === undefined ? undefined : cleanMount(mount),
    audience: source.text('audience'),
    kvVersion: source.oneOf('kv-version', ['1', '2']),
    namespace: source.text('namespace') ?? '',
    isNamespaceGiven: source.list('namespace') !== undefined,
    isSyncOnly: source.isOn('sync-only'),
    isImproving: source.isOn('improve'),
    known: new Map(),
    sealed: {
      keys: await readSealingKeys(source.list('sealing-key') ?? []),
      mount: (source.text('sealed-mount') ?? '').split('/').filter(Boolean).join('/'),
      isWritten: source.isOn('write-store'),
    },
    from,
  };
}

function filesOf(
  { files, roles }: Migration,
  names: ReadonlyMap<string, string>,
  modes: ReadonlyMap<string, number>,
): readonly OutFile[] {
  const manifests = files.map(({ name, after }) => {
    return { name: names.get(name) ?? name, text: after, mode: modes.get(name) ?? 0o600 };
  });
  if (roles.length === 0) return manifests;
  return [
    ...manifests,
    { name: ROLES_SCRIPT, text: rolesAsCommands(roles), mode: ANY_MODE },
    { name: ROLES_TERRAFORM, text: rolesAsTerraform(roles), mode: ANY_MODE },
  ];
}
